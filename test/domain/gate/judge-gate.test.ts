import { describe, expect, it } from 'vitest';
import { judgeGate, judgePromotion, questionOf } from '../../../lib/domain/gate/gate.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import {
  APPROVED_UNTIL,
  aHold,
  anApprovalOf,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  checks,
  draft,
  inProduction,
  NOTHING_BEFORE,
  policy,
  releaseId,
  validated,
} from '../../support/release-life.ts';

type Facts = Parameters<typeof judgeGate>[0];
const facts: Facts = {
  ...NOTHING_BEFORE,
  release: approved,
  policy,
  checks,
  approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')],
  decisionKeyPem: DECISION_KEY.pem,
  request: approvedRequest,
  artifactSha256: digestOf('artifact'),
  departures: [],
  now: plusMilliseconds(NOW, HOUR_MS),
};
const rulesOf = (changes: Partial<Facts>) => {
  const decision = judgeGate({ ...facts, ...changes });
  return decision.outcome === 'deny' ? decision.reasons.map(({ rule }) => rule) : [];
};
const SERVES = { release: inProduction, pointer: aPointer() };

describe('the gate, whoever asks it (GT-3, GT-4)', () => {
  it('answers about an approved release what the promotion is answered', () => {
    const hurt = { ...facts, hold: aHold(), artifactSha256: digestOf('other'), approvals: facts.approvals.slice(0, 1) };

    expect(judgeGate(facts)).toEqual({ outcome: 'allow' });
    expect(judgeGate(hurt)).toEqual(judgePromotion(hurt));
    expect(rulesOf(hurt)).toEqual(['quorum', 'artifact_sha256', 'hold']);
  });

  it('lets a release that is in production go on, though nothing of its model is promoted now', () => {
    expect(questionOf({ ...facts, ...SERVES })).toBe('production');
    expect(rulesOf(SERVES)).toEqual([]);
    expect(rulesOf({ ...SERVES, hold: aHold() })).toEqual([]);
  });

  it.each<[string, Partial<Facts>, string]>([
    ['its approval has expired', { now: APPROVED_UNTIL }, 'approval_expiry'],
    ['its bytes are others', { artifactSha256: digestOf('other') }, 'artifact_sha256'],
    ['it is being rolled back', { rollback: aRollback() }, 'rollback'],
    ['somebody who is needed did not approve', { approvals: facts.approvals.slice(1) }, 'quorum'],
  ])('does not let it go on if %s', (_, changes, rule) => {
    expect(rulesOf({ ...SERVES, ...changes })).toEqual([rule]);
  });

  it('lets what a rollback went back to go on, though a higher version has served', () => {
    const { modelName } = inProduction;
    const releases = { '9.0.0': releaseId('higher') };
    const served = { entity: 'served_versions' as const, version: 1, modelName, releases };

    expect(rulesOf({ ...SERVES, served })).toEqual([]);
    expect(rulesOf({ served })).toEqual(['model_version']);
  });

  it('lets a first release go on that may lack a rollback target', () => {
    const gated = GovernancePolicy.parse({
      ...policy,
      release_gates: { required_artifacts: ['rollback_target'], first_release_may_lack_rollback_target: true },
    });

    expect(rulesOf({ ...SERVES, policy: gated })).not.toContain('required_artifacts');
    const another = aPointer({ releaseId: 'another' as never });
    expect(rulesOf({ ...SERVES, pointer: another, policy: gated })).toContain('required_artifacts');
  });

  it('asks of a release that says it is in production, and is not, whether it may be promoted', () => {
    expect(questionOf({ release: inProduction, pointer: undefined })).toBe('promotion');
    expect(rulesOf({ release: inProduction })).toContain('state');
  });

  it('denies a release that nobody has judged yet, with what is known of it', () => {
    expect(rulesOf({ release: draft, checks: [] })).toEqual(['state', ...checks.map(({ name }) => name)]);
    expect(rulesOf({ release: draft, hold: aHold() })).toEqual(['state', 'hold']);
  });

  it('denies a release that people have not decided about', () => {
    expect(rulesOf({ release: validated, approvals: [], request: { ...approvedRequest, status: 'pending' } })).toEqual(
      expect.arrayContaining(['approval_request', 'quorum', 'state']),
    );
  });

  it('denies a rejected release also for what it was rejected for', () => {
    const reasons = [{ rule: 'withdrawn', evidence: 'apr-1', explanation: 'rita withdrew it' }];

    expect(rulesOf({ release: { ...approved, state: 'rejected', reasons } })).toEqual(['state', 'withdrawn']);
  });

  it('judges a row that says approved whole, though it has no digest', () => {
    expect(rulesOf({ release: { ...approved, evidenceDigest: undefined }, approvals: [] })).toContain('quorum');
  });
});
