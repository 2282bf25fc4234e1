import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instant, ModelName, PersonId, ReleaseId, RiskTier, Sha256 } from '../../lib/domain/identifiers.ts';

const cases = {
  Sha256: {
    schema: Sha256,
    good: ['0'.repeat(64), 'abcdef0123456789'.repeat(4)],
    bad: ['', 'A'.repeat(64), '0'.repeat(63), '0'.repeat(65), `sha256:${'0'.repeat(57)}`, `${'0'.repeat(64)}\n`],
  },
  ModelName: {
    schema: ModelName,
    good: ['m', 'Credit-2', 'a--b', 'x'.repeat(63)],
    bad: ['', '-m', 'm-', '_intake', 'a b', 'ü', 'a/b', 'a#b', 'x'.repeat(64), 'm\n'],
  },
  ReleaseId: {
    schema: ReleaseId,
    good: ['r', 'credit-1.2.0_rc', '2026-11-21', 'x'.repeat(64)],
    bad: ['', '.hidden', '../up', 'a/b', 'a#b', 'a b', 'ü', 'x'.repeat(65), 'r\n'],
  },
  PersonId: {
    schema: PersonId,
    good: ['ada', 'ada.lovelace', 'a-1_2'],
    bad: ['', 'Ada', 'ada@example.com', '-ada', 'a b', 'x'.repeat(65), 'ada\n'],
  },
  Instant: {
    schema: Instant,
    good: ['2026-11-21T09:00:00.000Z', '2024-02-29T23:59:59.999Z'],
    bad: [
      '2026-11-21T09:00:00Z',
      '2026-11-21T09:00:00.0000Z',
      '2026-11-21T09:00:00.000+00:00',
      '2026-11-21 09:00:00.000Z',
      '2026-02-29T00:00:00.000Z',
      '2026-11-21T24:00:00.000Z',
      'now',
    ],
  },
  RiskTier: { schema: RiskTier, good: ['low', 'medium', 'high'], bad: ['Low', 'critical', ''] },
};

describe.each(Object.entries(cases))('%s', (_, { schema, good, bad }) => {
  it.each(good)('takes %j', (text) => {
    expect(schema.parse(text)).toBe(text);
  });

  it.each([...bad, 7, null, undefined])('refuses %j', (value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});

describe('instants', () => {
  it('sort as text as they do in time', () => {
    const instant = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, (one, two) => {
        const [a, b] = [Instant.parse(one.toISOString()), Instant.parse(two.toISOString())];

        expect(a < b).toBe(one.getTime() < two.getTime());
      }),
    );
  });
});
