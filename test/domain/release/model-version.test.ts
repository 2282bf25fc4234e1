import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalVersion,
  compareVersions,
  ModelVersion,
  schemeOf,
} from '../../../lib/domain/release/model-version.ts';

describe('two versions (RR-7)', () => {
  it.each([
    // The example of section 11 of https://semver.org, in its order.
    ['1.0.0-alpha', '1.0.0-alpha.1'],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta'],
    ['1.0.0-alpha.beta', '1.0.0-beta'],
    ['1.0.0-beta', '1.0.0-beta.2'],
    ['1.0.0-beta.2', '1.0.0-beta.11'],
    ['1.0.0-beta.11', '1.0.0-rc.1'],
    ['1.0.0-rc.1', '1.0.0'],
    ['1.9.0', '1.10.0'],
    ['1.2.3', '2.0.0'],
    ['2.0.9', '2.1.0'],
    ['1.0.9007199254740992', '1.0.9007199254740993'],
    ['2026-04-10', '2026-04-11'],
    ['2026-04-10', '2026-04-10.1'],
    ['2026-04-10.9', '2026-04-10.10'],
    ['2025-12-31.7', '2026-01-01'],
  ])('are in their order: %s before %s', (earlier, later) => {
    expect(compareVersions(earlier, later)).toBeLessThan(0);
    expect(compareVersions(later, earlier)).toBeGreaterThan(0);
    expect(compareVersions(earlier, earlier)).toBe(0);
  });

  it.each([
    ['1.2.0', '01.2.0'],
    ['2026-04-10', '2026-04-10.0'],
    ['1.0.0-rc.1', '1.0.0-rc.01'],
    ['1.1.0', '1.1.0+build.7'],
    ['1.1.0-rc.1+build.7', '1.1.0-rc.1+20260410'],
  ])('may be one and the same, however they are spelt: %s and %s', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
  });

  it('of two schemes are in no order', () => {
    expect(compareVersions('2.1.0', '2026-04-10')).toBeUndefined();
    expect([schemeOf('2.1.0'), schemeOf('2026-04-10.2')]).toEqual(['semantic', 'date']);
  });

  it.each([
    // Of the suite that https://semver.org links to.
    ...['0.0.4', '1.2.3', '10.20.30', '1.1.2-prerelease+meta', '1.1.2+meta', '1.1.2+meta-valid', '1.0.0-alpha'],
    ...[
      '1.0.0-alpha.beta.1',
      '1.0.0-alpha0.valid',
      '1.0.0-rc.1+build.1',
      '1.0.0-0A.is.legal',
      '1.2.3----RC-SNAPSHOT.12.9.1--.12',
    ],
    ...['2.0.0-rc.1+build.123', '1.2.3-beta', '10.2.3-DEV-SNAPSHOT', '1.0.0+0.build.1-rc.10000aaa-kk-0.1', '1.0.0-0.0'],
    ...['99999999999999999999999.999999999999999999.99999999999999999', '2026-02-28', '2024-02-29', '2000-02-29'],
    ...['2026-12-31.2', '2026-04-10.0'],
  ])('may be %s', (version) => {
    expect(ModelVersion.safeParse(version).error?.issues).toBeUndefined();
  });

  it.each([
    ...[
      '1',
      '1.2',
      '1.2.3.DEV',
      '1.2-SNAPSHOT',
      '1.2.3-0123.0123',
      '1.1.2+.123',
      '+invalid',
      '-invalid',
      'alpha',
      '1.0.0-alpha_beta',
    ],
    ...[
      '1.0.0-alpha..1',
      '1.0.0-',
      '01.1.1',
      '1.01.1',
      '1.1.01',
      '1.2.3.DEV',
      '1.2.31.2.3',
      '1.0.0+',
      '1.0.0++b',
      '1.1.2+a..b',
    ],
    ...['1.0.0 ', '1.0.0\n', '１.0.0', 'v1.0.0', '2026-1-1', '2026-04-10.', '2026-04-10.02', '2026-04-10-1', ''],
  ])('may not be %j, and is told what it may be', (version) => {
    expect(ModelVersion.safeParse(version).error?.issues).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^must be a semantic version \(.*\) or a date \(/) }),
    ]);
  });

  it.each(['2026-02-30', '2026-99-99', '2025-02-29', '1900-02-29', '2026-00-10', '2026-04-31', '2026-04-00.2'])(
    'may not be %s, which is not a day',
    (version) => {
      const message = `${version.slice(0, 10)} is not a day of the calendar`;

      expect(ModelVersion.safeParse(version).error?.issues).toEqual([expect.objectContaining({ message })]);
    },
  );

  it('are told precisely what is wrong with them, where that can be said', () => {
    const problem = (version: string) => ModelVersion.safeParse(version).error?.issues[0]?.message;

    expect(problem('v1.0.0')).toMatch(/, without v$/);
    expect(problem('2026.04.10')).toContain('no leading zeros');
    expect(problem('2026-04-10.02')).toMatch(/no leading zeros$/);
    expect(problem('1.0.0-a..b')).toContain('between dots there is at least one character');
    expect(problem(`1.0.0-${'a'.repeat(60)}`)).toBe('must have at most 64 characters');
  });

  it('of no scheme at all are no different', () => {
    expect(compareVersions('latest', 'stable')).toBe(0);
  });

  it('have one canonical spelling if they are equal, and only then', () => {
    const number = fc.constantFrom('0', '1', '10', '010', '99999999999999999999');
    const word = fc.constantFrom('0', '1', '01', 'rc', 'RC', '-');
    const build = fc.constantFrom('', '+1', '+a.b');
    const semantic = fc
      .tuple(number, number, fc.array(word, { maxLength: 2 }), build)
      .map(([a, b, words, tail]) => `${a}.${b}.0${words.length > 0 ? `-${words.join('.')}` : ''}${tail}`);
    const date = fc.constantFrom(
      '2026-04-10',
      '2026-04-10.0',
      '2026-04-10.00',
      '2026-04-10.1',
      '2026-04-11',
      '2026-04-10.01',
    );
    const version = fc.oneof(semantic, date);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(canonicalVersion(a) === canonicalVersion(b)).toBe(compareVersions(a, b) === 0);
        expect(compareVersions(canonicalVersion(a), a)).toBe(0);
        expect(canonicalVersion(canonicalVersion(a))).toBe(canonicalVersion(a));
      }),
    );
  });

  it('are in one order, from whichever side they are looked at', () => {
    const number = fc.nat({ max: 12 });
    const word = fc.stringMatching(/^(0|[1-9][0-9]?|[0-9A-Za-z-]?[A-Za-z-])$/);
    const version = fc
      .tuple(number, number, number, fc.array(word, { maxLength: 3 }))
      .map(([a, b, c, words]) => `${a}.${b}.${c}${words.length > 0 ? `-${words.join('.')}` : ''}`);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(ModelVersion.parse(a)).toBe(a);
        expect(Math.sign(Number(compareVersions(a, b)))).toBe(0 - Math.sign(Number(compareVersions(b, a))));
        const [first = '', second = '', third = ''] = [a, b, c].sort((x, y) => Number(compareVersions(x, y)));
        expect(compareVersions(first, second)).toBeLessThanOrEqual(0);
        expect(compareVersions(first, third)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
