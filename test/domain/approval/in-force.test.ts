import { describe, expect, it } from 'vitest';
import { type ForceFacts, inForce } from '../../../lib/domain/approval/in-force.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { FormerDecision } from '../../../lib/domain/records/former-decision.ts';
import { at, NOW } from '../../support/approval-case.ts';
import { aCondition, aMetCondition, aSuspension, DUE } from '../../support/conditions.ts';
import { APPROVED_UNTIL, anApprovalOf, approved, policy, superseded } from '../../support/release-life.ts';
import { aStagedCase, aStagedPolicy } from '../../support/staged-case.ts';

const approvals = [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')];
const conditional = [anApprovalOf('ada', 'ml_lead', { conditions: [aCondition()] }), ...approvals.slice(1)];
const facts: ForceFacts = { release: approved, policy, approvals, former: [], met: [], suspensions: [], now: NOW };
const of = (changes: Partial<ForceFacts>) =>
  inForce({ ...facts, ...changes }).reasons.map(({ rule, explanation }) => `${rule}: ${explanation}`);

const denial: FormerDecision = {
  ...{
    releaseId: superseded.releaseId,
    modelName: superseded.modelName,
    modelVersion: '1.1.0',
    outcome: 'denied',
    role: 'risk_owner',
  },
  ...{ decidedBy: 'grace', reason: 'the groups differ', decidedAt: NOW, isOfContent: true },
};

describe('an approval (AP-8, EX-1)', () => {
  it('is in force as it was given', () => {
    expect(inForce(facts)).toEqual({ isInForce: true, reasons: [] });
    expect(inForce({ ...facts, approvals: conditional })).toEqual({ isInForce: true, reasons: [] });
  });

  it('expires at its end, or sooner by what people signed; without an end it is not in force', () => {
    const { approvedUntil: _, ...endless } = approved;

    expect(of({ now: plusMilliseconds(APPROVED_UNTIL, -1) })).toEqual([]);
    expect(of({ now: APPROVED_UNTIL })).toEqual([`approval_expiry: the approval expired at ${APPROVED_UNTIL}`]);
    expect(of({ release: endless })).toEqual(['approval_expiry: the approval expired at an unknown time']);
    const prolonged = { ...approved, approvedUntil: at('2040-01-01T00:00:00.000Z') };
    expect(of({ release: prolonged, now: APPROVED_UNTIL })).toEqual([
      `approval_expiry: the approval expired at ${APPROVED_UNTIL}`,
    ]);
    expect(of({ release: { ...approved, approvedUntil: NOW }, approvals: [] })).toHaveLength(1);
  });

  it('is revoked by who gave it and denied the same bytes afterwards, if it is needed', () => {
    const spare = [...approvals, anApprovalOf('tom', 'risk_owner')];

    expect(of({ former: [denial] })).toEqual([
      `approval_revoked: grace denied the same bytes as ${superseded.releaseId} at ${NOW}`,
    ]);
    expect(of({ former: [denial], approvals: spare })).toEqual([]);
    expect(of({ former: [{ ...denial, decidedBy: 'tom' }] })).toEqual([]);
  });

  it('goes by its rows where its policy is not kept', () => {
    const changes = { policy: undefined, former: [denial] };

    expect(of(changes)).toEqual([]);
    expect(of({ ...changes, now: APPROVED_UNTIL })).toHaveLength(1);
    expect(of({ ...changes, suspensions: [aSuspension()] })).toHaveLength(1);
  });

  it('is suspended while a row says so, whatever caused it', () => {
    const other = aSuspension({ kind: 'of_another_version', causeId: 'x', reason: 'a canary fails' });

    expect(of({ suspensions: [other] })).toEqual([
      `approval_suspended: a canary fails (suspended since ${other.since})`,
    ]);
    expect(of({ suspensions: [aSuspension({ status: 'of_another_version' })] })).toHaveLength(1);
    expect(of({ suspensions: [aSuspension({ status: 'lifted' })] })).toEqual([]);
  });

  it('is suspended from the instant at which a condition is due, before any sweep', () => {
    const overdue = { approvals: conditional, now: at(DUE) };

    expect(of({ approvals: conditional, now: plusMilliseconds(at(DUE), -1) })).toEqual([]);
    expect(of(overdue)).toEqual([
      `approval_suspended: condition ada-1 was to be met by grace before ${DUE}, and is not`,
    ]);
    expect(of({ ...overdue, suspensions: [aSuspension()] })).toHaveLength(1);
    expect(of({ ...overdue, suspensions: [aSuspension({ causeId: 'ada-2' })] })).toHaveLength(2);
  });

  it('is in force again once the condition is met: that very one', () => {
    const overdue = { approvals: conditional, now: at(DUE) };
    const another = anApprovalOf('ada', 'ml_lead', { conditions: [aCondition({ text: 'another one' })] });

    expect(of({ ...overdue, met: [aMetCondition()] })).toEqual([]);
    expect(of({ ...overdue, met: [aMetCondition({ conditionId: 'ada-2' })] })).toHaveLength(1);
    expect(of({ ...overdue, met: [aMetCondition()], approvals: [another] })).toHaveLength(1);
  });

  it('asks nothing of the conditions in a denial', () => {
    const denied = anApprovalOf('ada', 'ml_lead', { decision: 'deny', conditions: [aCondition()] });

    expect(of({ approvals: [denied], now: at(DUE) })).toEqual([]);
  });
});

it('an approval that was given in stages is in force as far as the gate counts it: only in turn', async () => {
  const scene = await aStagedCase({ policy: aStagedPolicy('in_order', { after_denial: 'answer' }) });
  const given = (who: string, role: string, timestamp: string) =>
    anApprovalOf(who, role, { timestamp: at(timestamp), evidenceDigestVerified: scene.release.evidenceDigest });
  // Two leads, one more than is asked for: when the first takes it back, the second fills the seat, after grace had decided.
  const inStages = [
    given('ada', 'ml_lead', '2026-11-21T10:00:00.000Z'),
    given('grace', 'risk_owner', '2026-11-21T10:01:00.000Z'),
    given('katherine', 'ml_lead', '2026-11-21T10:02:00.000Z'),
  ];
  const former = [{ ...denial, decidedBy: 'ada', decidedAt: at('2026-11-21T10:03:00.000Z') }];
  const { release } = scene;
  const staged = { ...facts, release: { ...approved, ...release, approvedUntil: APPROVED_UNTIL } };
  const judged = { ...staged, policy: scene.policy, approvals: inStages };

  expect(inForce({ ...judged, former: [] }).isInForce).toBe(true);
  expect(inForce({ ...judged, former }).reasons.map(({ rule }) => rule)).toEqual(['approval_revoked']);
});
