import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, ModelVersion, schemeOf } from '../../../lib/domain/release/model-version.ts';

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
  ])('may be one and the same, however they are spelt: %s and %s', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
  });

  it('of two schemes are in no order', () => {
    expect(compareVersions('2.1.0', '2026-04-10')).toBeUndefined();
    expect([schemeOf('2.1.0'), schemeOf('2026-04-10.2')]).toEqual(['semantic', 'date']);
  });

  it('of no scheme at all are no different', () => {
    expect(compareVersions('latest', 'stable')).toBe(0);
  });

  it('are in one order, from whichever side they are looked at', () => {
    const number = fc.nat({ max: 12 });
    const word = fc.stringMatching(/^[0-9A-Za-z-]{1,3}$/);
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
