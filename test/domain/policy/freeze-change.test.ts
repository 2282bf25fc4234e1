import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { loadPolicy } from '../../../lib/domain/policy/load.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { unknownParts } from '../../../lib/domain/policy/unknown-parts.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { aPolicy } from '../../support/approval-case.ts';

const FREEZE = {
  ...{
    name: 'year end',
    zone: 'Europe/Berlin',
    from: '2026-12-18T18:00',
    until: '2027-01-04T08:00',
    on_freeze: 'wait',
  },
};
const WEEKEND = { ...FREEZE, name: 'weekend', from: 'friday 16:00', until: 'monday 08:00' };
const withFreezes = (...freezes: object[]) =>
  GovernancePolicy.parse({ ...aPolicy(), ...(freezes.length === 0 ? {} : { freezes }) });
const effects = (before: object[], after: object[]) =>
  diffPolicies(withFreezes(...before), withFreezes(...after)).map(({ effect, about }) => `${effect}: ${about}`);

describe('a changed window of a policy (GT-6)', () => {
  it.each<[string, object[], object[], string[]]>([
    ['it is the same', [FREEZE], [FREEZE], []],
    ['it is new', [], [FREEZE], ['stricter: freeze year end']],
    ['it is gone', [FREEZE], [], ['looser: freeze year end']],
    ['it has another name', [FREEZE], [{ ...FREEZE, name: 'x' }], ['looser: freeze year end', 'stricter: freeze x']],
    ['it begins earlier', [FREEZE], [{ ...FREEZE, from: '2026-12-18T17:00' }], ['stricter: freeze year end']],
    ['it ends earlier', [FREEZE], [{ ...FREEZE, until: '2027-01-04T07:00' }], ['looser: freeze year end']],
    [
      'it is moved',
      [FREEZE],
      [{ ...FREEZE, from: '2026-12-17T18:00', until: '2027-01-03T08:00' }],
      ['unordered: freeze year end'],
    ],
    ['it is of another zone', [FREEZE], [{ ...FREEZE, zone: 'UTC' }], ['unordered: freeze year end']],
    ['its days are others', [WEEKEND], [{ ...WEEKEND, from: 'friday 15:00' }], ['unordered: freeze weekend']],
    ['it is about one model only', [FREEZE], [{ ...FREEZE, models: ['a'] }], ['looser: freeze year end, models']],
    ['it is about all models', [{ ...FREEZE, models: ['a'] }], [FREEZE], ['stricter: freeze year end, models']],
    [
      'it is about other tiers',
      [{ ...FREEZE, tiers: ['high'] }],
      [{ ...FREEZE, tiers: ['low'] }],
      ['looser: freeze year end, tiers'],
    ],
    [
      'it is about the same environments in another order',
      [{ ...FREEZE, environments: ['prod', 'test'] }],
      [{ ...FREEZE, environments: ['test', 'prod'] }],
      [],
    ],
    ['nobody has to ask', [{ ...FREEZE, on_freeze: 'refuse' }], [FREEZE], ['looser: freeze year end, on_freeze']],
    ['somebody has to ask', [FREEZE], [{ ...FREEZE, on_freeze: 'refuse' }], ['stricter: freeze year end, on_freeze']],
  ])('is shown: %s', (_, before, after, expected) => {
    expect(effects(before, after)).toEqual(expected);
  });

  it('leaves a policy without windows what it was', () => {
    expect(Object.keys(withFreezes())).not.toContain('freezes');
    expect(policySha256(withFreezes())).toBe(policySha256(aPolicy()));
  });

  it('is not let pass by a version that does not know a part of it', () => {
    const strange = { ...withFreezes(FREEZE), freezes: [{ ...withFreezes(FREEZE).freezes?.[0], unless: 'urgent' }] };

    expect(unknownParts(strange as never)).toEqual(['freezes.year end.unless']);
  });

  it('cannot have the name of another', () => {
    const parsed = GovernancePolicy.safeParse({ ...aPolicy(), freezes: [FREEZE, FREEZE] });

    expect(parsed.error?.issues[0]).toMatchObject({ path: ['freezes', 1, 'name'] });
  });
});

describe('a policy file with an unreal window', () => {
  it('is refused with file and line', () => {
    const shipped = readFileSync(new URL('../../../policies/governance-policy.yaml', import.meta.url), 'utf8');
    const added = ['freezes:', '  - name: year end', '    zone: Europe/Atlantis', '    from: 2026-12-18T18:00'];
    const ends = ['    until: 2026-12-17T18:00', '    on_freeze: wait'];
    const line = shipped.trimEnd().split('\n').length;
    const file = Buffer.from([shipped.trimEnd(), ...added, ...ends].join('\n'));

    const refusal = refusalIn(() => loadPolicy(file, 'policy.yaml'));

    expect(refusal.violations).toEqual([
      { field: `policy.yaml:${line + 3}:11`, problem: expect.stringContaining('freezes.0.zone: is no time zone') },
      { field: `policy.yaml:${line + 5}:12`, problem: expect.stringContaining('is before the window begins') },
    ]);
  });
});

const refusalIn = (load: () => unknown): Refusal => {
  try {
    load();
  } catch (cause) {
    if (cause instanceof Refusal) return cause;
  }
  throw new Error('it was not refused');
};
