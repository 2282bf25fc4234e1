import { describe, expect, it } from 'vitest';
import { allReleases } from '../../../lib/domain/change/page.ts';
import type { Verdict } from '../../../lib/domain/checks/check.ts';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { judgeChecks, judgePromotion } from '../../../lib/domain/gate/gate.ts';
import { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { claimOfPackage } from '../../../lib/domain/intake/package-claim.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { CheckRecord } from '../../../lib/domain/records/check-record.ts';
import { aCheck, aDirectory, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { aClaim, anIntake } from '../../support/intake.ts';
import { anApprovalOf, approved, approvedRequest, checks, NOTHING_BEFORE, policy } from '../../support/release-life.ts';
import { judge } from '../checks/known-cases.ts';
import {
  aCard,
  aGroup,
  aLiveRelease,
  aLoadTest,
  aReport,
  read,
  someEvidence,
  unreadable,
  withOutcomes,
} from '../checks/stage-evidence.ts';
import { described } from './a-package.ts';

describe('the chain of enforcement (RR-9): no model card, no registered model', () => {
  it('a manifest without a card is no release, so nothing of it is ever registered', async () => {
    const intake = anIntake();

    expect(await requestRelease(aClaim({ model_card_uri: undefined }), intake)).toMatchObject({
      outcome: 'refused',
      refusal: { faults: [{ field: 'model_card_uri', problem: 'is missing' }] },
    });
    expect(await allReleases(intake.store)).toEqual([]);
    expect(intake.store.outbox.some(({ intent }) => intent.kind === 'start_execution')).toBe(false);
  });

  it('is missing in a package of a pipeline: the refusal says where to name it', () => {
    const { 'gov.model_card_uri': _, ...CustomerMetadataProperties } = described.CustomerMetadataProperties;
    const { violations } = claimOfPackage(
      ModelPackage.parse({ ...described, CustomerMetadataProperties }),
      aDirectory(),
    );

    expect(violations).toEqual([
      { field: 'model_card_uri', problem: 'is missing: set customer metadata gov.model_card_uri' },
    ]);
  });
});

describe('the chain of enforcement (RR-9): no evaluation results, no model card', () => {
  const NAME = 'performance_metrics_populated';
  const enforcing = GovernancePolicy.parse({
    ...policy,
    stages: [
      {
        name: 'model_card',
        description: 'The card.',
        required: true,
        blocking: true,
        checks: [{ name: NAME, mode: 'enforce' }],
      },
    ],
  });
  const record = (changes: Partial<CheckRecord>): CheckRecord => ({ ...aCheck(NAME), stage: 'model_card', ...changes });

  it.each([
    ['without metrics', someEvidence({ modelCard: read(aCard({ metrics: {} })) }), 'not_provided'],
    ['with metrics that nobody measured', someEvidence({ evaluationReport: read(aReport({ metrics: {} })) }), 'failed'],
    ['beside a report that cannot be read', someEvidence({ evaluationReport: unreadable('is not UTF-8') }), 'error'],
  ] as const)('a card %s does not pass, and stops the release', (_, evidence, status) => {
    const verdict = judge(NAME, evidence);

    expect(verdict.status).toBe(status);
    expect(judgeChecks(enforcing, [record({ ...verdict, passed: false })])).toMatchObject({
      outcome: 'deny',
      reasons: [{ rule: NAME }],
    });
  });

  it('a manifest without an evaluation report is no release (CK-9)', async () => {
    expect(await requestRelease(aClaim({ evaluation_report_uri: undefined }), anIntake())).toMatchObject({
      outcome: 'refused',
      refusal: { faults: [{ field: 'evaluation_report_uri', problem: 'is missing' }] },
    });
  });
});

describe('the gate (CK-8)', () => {
  const slow = aLoadTest({ latency_ms: { p50: 1, p95: 501, p99: 1001 } });
  const live = aLiveRelease();
  const formerly = live.outcomes && {
    ...live.outcomes,
    groups: [{ attribute: 'race', value: 'black', count: 200, favorable: 100 }],
  };
  const regressed = {
    ...withOutcomes([aGroup('race', 'black', 200, 80)]),
    liveRelease: { ...live, outcomes: formerly },
  };

  it.each([
    ['latency_within_threshold', someEvidence({ loadTestReport: read(slow) })],
    ['sensitive_subgroup_not_regressed', regressed],
    ['model_card_schema_valid', someEvidence({ modelCard: read(aCard({ intended_use: undefined })) })],
    ['rollback_target_present', someEvidence({ liveRelease: aLiveRelease({ state: 'retired' }) })],
  ] as const)('is shut by %s where a policy enforces it', (name, evidence) => {
    const [stage] = CHECKS.flatMap((check) => (check.name === name ? [check.stage] : []));
    const enforcing = GovernancePolicy.parse({
      ...policy,
      stages: [
        { name: stage, description: 'One.', required: true, blocking: true, checks: [{ name, mode: 'enforce' }] },
      ],
    });
    const recorded = (verdict: Verdict) => [
      { ...aCheck(name), ...verdict, stage: stage ?? 'model_card', passed: verdict.status === 'passed' },
    ];

    expect(judgeChecks(enforcing, recorded(judge(name, evidence)))).toMatchObject({
      outcome: 'deny',
      reasons: [{ rule: name }],
    });
    expect(judgeChecks(enforcing, recorded(judge(name, someEvidence())))).toMatchObject({ outcome: 'allow' });
  });
});

describe('the chain of enforcement (RR-8, RR-9): no registered model, no promotion', () => {
  const { modelPackageArn: _, ...unregistered } = approved;
  const judged = (release: typeof unregistered) =>
    judgePromotion({
      ...NOTHING_BEFORE,
      release,
      policy,
      checks,
      approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')],
      decisionKeyPem: DECISION_KEY.pem,
      request: approvedRequest,
      former: [],
      artifactSha256: digestOf('artifact'),
      departures: [],
      now: NOW,
    });

  it('a release that everybody approved is denied if the registry does not know it', () => {
    expect(judged(approved)).toEqual({ outcome: 'allow' });
    expect(judged(unregistered)).toEqual({
      outcome: 'deny',
      reasons: [{ rule: 'model_registry', evidence: '', explanation: 'the release is not in the model registry' }],
    });
  });
});
