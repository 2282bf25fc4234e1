import { describe, expect, it } from 'vitest';
import type { BreakGlass } from '../../../lib/domain/records/break-glass.ts';
import { breakGlassSection } from '../../../lib/web/console/break-glass-section.ts';
import { NOW } from '../../support/approval-case.ts';
import { textOf } from '../../support/page-text.ts';
import { aBreakGlass } from '../../support/release-life.ts';

const said = async (changes: Partial<BreakGlass>): Promise<string> =>
  textOf(String(await breakGlassSection(aBreakGlass(changes), (id) => `${id} the person`)));
const used = { at: NOW, attempt: 1, documentBy: NOW };

describe('the break-glass on the page of its release (BG-1)', () => {
  it('says who asked, and that another person is missing', async () => {
    const text = await said({ confirmed: undefined });

    expect(text).toMatch(/For INC-9.* to mortgage.* \(test\)/);
    expect(text).toMatch(/olga the person asked for it, .*: the answers are wrong/);
    expect(text).toContain('Nobody has confirmed it, which another person can until');
    expect(text).not.toMatch(/The gate let|ended it|documented it/);
  });

  it('says who confirmed it until when, that it was used, who ended and who documented it', async () => {
    const owed = await said({ used });
    const over = await said({
      ...{ used, ended: { by: 'omar', at: NOW, reason: 'it serves' } },
      documented: { by: 'ada', at: NOW, account: 'the limit was mended' },
    });

    expect(owed).toMatch(/oscar the person confirmed it, .*, until .*: it cannot wait/);
    expect(owed).toMatch(/The gate let the release pass by it, .* It is to be documented by/);
    expect(over).not.toContain('It is to be documented by');
    expect(over).toMatch(
      /omar the person ended it, .*: it serves.*ada the person documented it, .*: the limit was mended/,
    );
  });

  it('shows what people wrote as text', async () => {
    const requested = { ...aBreakGlass().requested, reason: '<script>alert(1)</script>' };

    expect(String(await breakGlassSection(aBreakGlass({ requested }), String))).not.toContain('<script>');
  });
});
