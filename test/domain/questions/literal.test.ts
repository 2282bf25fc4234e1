import { describe, expect, it } from 'vitest';
import { fillSql, literalText, placesIn } from '../../../lib/domain/questions/literal.ts';

const text = (value: string) => ({ kind: 'text', value }) as const;

describe('a literal', () => {
  it.each([
    [text('credit'), "'credit'"],
    [text("o'hara"), "'o''hara'"],
    [text("' OR 1 = 1 --"), "''' OR 1 = 1 --'"],
    [text('a\\'), "'a\\'"],
    [{ kind: 'integer', value: -7 } as const, '-7'],
    [{ kind: 'date', value: '2026-01-01' } as const, "date '2026-01-01'"],
  ])('of %j is %s', (literal, expected) => {
    expect(literalText(literal)).toBe(expected);
  });

  it.each([
    text('a\0b'),
    text('\ud800'),
    { kind: 'integer', value: 1.5 } as const,
    { kind: 'integer', value: 2 ** 53 } as const,
    { kind: 'date', value: "2026-01-01' OR 1" } as const,
  ])('is refused of %j', (literal) => {
    expect(() => literalText(literal)).toThrow('into a query');
  });
});

describe('a statement', () => {
  it('is filled once, so that a value that looks like a place stays a value', () => {
    expect(fillSql('{{a}} {{b}} {{a}}', { a: text('{{b}}'), b: text('$& $1') })).toBe("'{{b}}' '$& $1' '{{b}}'");
  });

  it('names its places', () => {
    expect(placesIn('{{a}} {{b_c}} {{a}} {d}')).toEqual(['a', 'b_c']);
  });

  it('is not filled in part, nor with what it has no place for', () => {
    expect(() => fillSql('{{a}}', {})).toThrow('nothing is given for a');
    expect(() => fillSql('{{a}}', { a: text(''), b: text('') })).toThrow('no place for b');
  });
});
