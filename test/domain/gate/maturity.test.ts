import { describe, expect, it } from 'vitest';
import { maturityOf } from '../../../lib/domain/gate/maturity.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { NOW } from '../../support/approval-case.ts';
import { signedApproval } from '../../support/decision-key.ts';
import { anApprovalOf, inProduction, policy } from '../../support/release-life.ts';

type Facts = Parameters<typeof maturityOf>[0];

const approval = signedApproval(anApprovalOf('ada', 'ml_lead'), inProduction);
const stages = policy.stages.map(({ name }) => name);
const whole: Facts = {
  release: inProduction,
  policy,
  approvals: [approval],
  revoked: [],
  attested: stages,
  log: { size: 12, isPublished: true },
  now: NOW,
};
const without = <K extends keyof Facts['release']>(...names: K[]): Facts['release'] =>
  Object.fromEntries(Object.entries(inProduction).filter(([name]) => !names.includes(name as K))) as Facts['release'];
const withStage = (changes: object): PolicyRecord =>
  ({
    ...policy,
    stages: policy.stages.map((stage, index) => (index === 0 ? { ...stage, ...changes } : stage)),
  }) as PolicyRecord;

describe('the level of maturity of what serves (CO-6)', () => {
  it('is the highest where everything holds, each step with its proof', () => {
    const { level, next, steps } = maturityOf(whole);

    expect([level, next]).toEqual([3, undefined]);
    expect(steps.every(({ isMet }) => isMet)).toBe(true);
    expect(steps.map(({ proof }) => proof)).toEqual(
      expect.arrayContaining([
        `sha256 ${inProduction.pinned?.evidence.model_card?.sha256}`,
        'ada as ml_lead',
        inProduction.modelPackageArn,
        `sha256 ${inProduction.recordSha256}`,
        `${stages.length} of ${stages.length} stages`,
        `until ${inProduction.approvedUntil}`,
        '12 events, published',
      ]),
    );
  });

  it.each<[string, Partial<Facts>, number, string]>([
    ['a card', { release: without('pinned') }, 0, 'no card is kept'],
    ['a signature', { approvals: [{ ...approval, signed: undefined } as never] }, 0, 'nobody signed'],
    ['an approval, where one denied', { approvals: [{ ...approval, decision: 'deny' } as never] }, 0, 'nobody signed'],
    ['a package', { release: without('modelPackageArn') }, 1, 'no model package is known'],
    ['a record', { release: without('recordSha256') }, 1, 'it has no record'],
    ['its policy', { policy: undefined }, 2, 'its policy is not kept'],
    ['a stage', { attested: stages.slice(1) }, 2, `missing: ${stages[0]}`],
    ['an end of its approval', { release: without('approvedUntil') }, 2, 'never approved'],
    ['an approval in force', { now: plusMilliseconds(NOW, 9e10) }, 2, 'ended at'],
    [
      'an approval that was not taken back',
      { revoked: [{ rule: 'approval_revoked', evidence: '', explanation: 'grace denied the same bytes' }] },
      2,
      'grace denied the same bytes',
    ],
    [
      'an approval that is not suspended',
      { release: { ...inProduction, suspendedSince: NOW } },
      2,
      `suspended since ${NOW}`,
    ],
    ['a log', { log: undefined }, 2, 'there is no log yet'],
    ['a published checkpoint', { log: { size: 3, isPublished: false } }, 2, '3 events, not published yet'],
  ])('ends where something is missing, and says what to do: %s', (_, changes, level, proof) => {
    const found = maturityOf({ ...whole, ...changes });

    expect(found.level).toBe(level);
    expect(found.next?.proof).toContain(proof);
    expect(found.next?.remedy).toMatch(/\.$/);
  });

  it.each([
    ['observed', { checks: policy.stages[0]?.checks.map((check) => ({ ...check, mode: 'observe' })) }],
    ['of a stage that stops nothing', { blocking: false }],
    ['of a stage that need not run', { required: false }],
  ])('is not the highest while a check is only %s', (_, changes) => {
    const { level, next } = maturityOf({ ...whole, policy: withStage(changes) });

    expect(level).toBe(2);
    expect(next?.what).toContain('Every check must pass');
    expect(next?.proof).toContain(policy.stages[0]?.checks[0]?.name);
  });
});
