import { describe } from 'vitest';
import { aWayBack } from '../a-way-back.ts';
import { itJudges } from '../known-cases.ts';
import { aLiveRelease, someControls, someEvidence } from '../stage-evidence.ts';

const controls = (changes: object) => someEvidence({ controls: someControls(changes) });

describe('risk_tier_assigned', () => {
  itJudges('risk_tier_assigned', [
    {
      claim: 'passes the tier that follows from the facts',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'high',
      says: ['Rule credit gives tier high'],
    },
    {
      claim: 'fails a release that is held to a lower tier than the rules say',
      evidence: controls({ tier: 'low', declaredTier: 'low' }),
      status: 'failed',
      measured: 'low',
      says: ['has tier low, but rule credit gives high'],
    },
    {
      claim: 'says that a declaration was raised',
      evidence: controls({ declaredTier: 'low' }),
      status: 'passed',
      says: ['declared low and has been raised'],
    },
    {
      claim: 'passes a lower tier that people are asked to accept, with both tiers, the reason and who has to agree',
      evidence: controls({
        tier: 'low',
        declaredTier: 'low',
        override: { reason: 'It ranks reports.', roles: ['risk_owner', 'compliance_officer'] },
      }),
      status: 'passed',
      measured: 'low in place of high',
      says: [
        'Rule credit gives tier high',
        'asks for low',
        '“It ranks reports.”',
        'approval of risk_owner, compliance_officer',
      ],
    },
    {
      claim: 'passes a declaration that is stricter than the rules',
      evidence: controls({ computed: { tier: 'low', rule: 'internal' } }),
      status: 'passed',
      says: ['gives tier low; the release has tier high'],
    },
    {
      claim: 'takes the declaration where the policy has no rules',
      evidence: controls({ computed: undefined }),
      status: 'passed',
      says: ['no rules'],
    },
    {
      claim: 'is inconclusive where the policy wants a computed tier and has no rules',
      evidence: controls({ computed: undefined }),
      parameters: { require_computed: true },
      status: 'inconclusive',
      says: ['tier_rules'],
    },
    {
      claim: 'is not provided where the policy wants a computed tier and no facts are declared',
      evidence: controls({ hasFacts: false }),
      parameters: { require_computed: true },
      status: 'not_provided',
      says: ['risk_facts'],
    },
  ]);
});

describe('required_controls_for_tier_present', () => {
  itJudges('required_controls_for_tier_present', [
    {
      claim: 'passes when every check was made and every role can be filled',
      evidence: someEvidence(),
      status: 'passed',
      measured: '1 of 1 checks, 2 of 2 roles',
      says: ['ml_lead, risk_owner'],
    },
    {
      claim: 'tells of evidence that no check of the policy reads',
      evidence: controls({ unread: ['bias_report', 'drift_report'] }),
      status: 'passed',
      measured: '1 of 1 checks, 2 of 2 roles; read by no check: bias_report, drift_report',
      says: ['No check of the policy reads bias_report, drift_report, so nothing in it was judged'],
    },
    {
      claim: 'fails a check that was not made and a role that nobody can fill, naming both',
      evidence: controls({
        required: [{ stage: 'model_card', check: 'intended_use_defined', made: false }],
        unfilled: [{ role: 'risk_owner', problem: 'nobody in the directory holds this role' }],
      }),
      status: 'failed',
      measured: '0 of 1 checks, 1 of 2 roles',
      says: ['intended_use_defined of model_card was not run', 'as risk_owner: nobody in the directory'],
    },
    {
      claim: 'fails a check that the tier needs and no stage of the policy makes',
      evidence: someEvidence(),
      parameters: { required_checks: ['intended_use_defined', 'model_artifact_signed'] },
      status: 'failed',
      says: ['model_artifact_signed must be run'],
    },
    {
      claim: 'fails a policy that asks for nothing',
      evidence: controls({ required: [] }),
      status: 'failed',
      says: ['requires no check'],
    },
  ]);
});

describe('rollback_target_present (CK-8)', () => {
  const live = (changes: object) => someEvidence({ liveRelease: aLiveRelease(changes) });
  const wayBack = (changes: object) => someEvidence({ wayBack: aWayBack(changes) });
  itJudges('rollback_target_present', [
    {
      claim: 'passes when a release with a record is in production',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'credit-2.0.0',
      says: ['credit-2.0.0 (2.0.0) serves again'],
    },
    {
      claim: 'fails a release that is not in production any more, or has no record',
      evidence: live({ state: 'retired', hasRecord: false }),
      status: 'failed',
      says: ['is retired', 'no signed governance record'],
    },
    {
      claim: 'says where the way back leads',
      evidence: someEvidence(),
      status: 'passed',
      says: ['its configuration credit-2-0-0-e2 are there, and endpoint credit takes it'],
    },
    {
      claim: 'passes while the endpoint is updated, or created: a rollback waits for that',
      evidence: wayBack({ endpoint: { condition: 'under_way', variants: [] } }),
      status: 'passed',
      says: ['is being updated, and takes it afterwards'],
    },
    {
      claim: 'fails a way back without configuration, artifact and endpoint, naming each',
      evidence: wayBack({ configured: undefined, endpoint: undefined, isArtifactReadable: false }),
      status: 'failed',
      says: ['credit-2-0-0-e2 is not there', 'artifact cannot be read', 'Endpoint credit is not there'],
    },
    {
      claim: 'fails a way back over an endpoint that is broken',
      evidence: wayBack({ endpoint: { condition: 'broken', variants: [] } }),
      status: 'failed',
      says: ['is broken'],
    },
    {
      claim: 'fails a way back to an endpoint with another variant',
      evidence: wayBack({ endpoint: { condition: 'in_service', variants: ['blue'] } }),
      status: 'failed',
      says: ['Endpoint credit has blue, and the configuration AllTraffic'],
    },
    {
      claim: 'names one problem of a way back without configuration, whatever the endpoint has',
      evidence: wayBack({ configured: undefined }),
      status: 'failed',
      says: ['credit-2-0-0-e2 is not there'],
    },
    {
      claim: 'passes the first release of a model',
      evidence: someEvidence({ liveRelease: undefined }),
      status: 'passed',
      measured: 'none in production',
      says: ['none serves again', 'taken back to nothing'],
    },
    {
      claim: 'takes a model that was taken back to nothing meanwhile for one without a release',
      evidence: someEvidence({ wayBack: undefined }),
      status: 'passed',
      measured: 'none in production',
      says: ['none serves again'],
    },
    {
      claim: 'is not provided by a first release where the policy allows none',
      evidence: someEvidence({ liveRelease: undefined }),
      parameters: { allow_first_release: false },
      status: 'not_provided',
      says: ['Release a fallback first'],
    },
  ]);
});
