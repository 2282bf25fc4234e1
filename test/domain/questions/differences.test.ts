import { describe, expect, it } from 'vitest';
import { EvaluationReport } from '../../../lib/domain/evidence/evaluation-report.ts';
import { ModelCard } from '../../../lib/domain/evidence/model-card.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { differencesToLive } from '../../../lib/domain/questions/differences.ts';
import { aCheck, aManifest, anApproval, aPolicy, aRelease, aServing } from '../../support/approval-case.ts';

const described = (changes: Record<string, unknown>, checks = [aCheck('consent_basis_documented')]) => ({
  release: aRelease(aPolicy(), checks, aManifest(changes)),
  checks,
});

describe('differences to what is live', () => {
  it('are none where nothing governed differs', () => {
    expect(differencesToLive(described({}), described({}))).toEqual([]);
  });

  it('say by how much metrics differ, and whether the card or the policy says otherwise', () => {
    const facts = (auc: number, owner: string, days: number) => ({
      ...described({}),
      evaluationReport: EvaluationReport.parse({ metrics: { auc } }),
      modelCard: ModelCard.parse({ owner }),
      policy: GovernancePolicy.parse({ ...aPolicy(), approval_expiry_days: days }),
    });

    expect(differencesToLive(facts(0.83, 'us', 90), facts(0.81, 'them', 30))).toEqual([
      { section: 'metrics', subject: 'auc', live: '0.83', candidate: '0.81 (-0.02)' },
      { section: 'card', subject: 'card.owner', live: 'us', candidate: 'them' },
      { section: 'policy', subject: 'policy.approval_expiry_days', live: '90', candidate: '30' },
    ]);
  });

  it('leave out where files lie and who approved what is live', () => {
    const moved = {
      release_id: 'mortgage-1-3-0',
      artifact_uri: 's3://models/other.tar.gz',
      model_package_arn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/mortgage-approval/8',
    };
    const live = { ...described({}), approvals: [anApproval('ada', 'ml_lead')] };

    expect(differencesToLive(live, { ...described(moved), approvals: [] })).toEqual([]);
  });

  it('say where captured data would go, which no digest tells', () => {
    const captured = (to: string) => {
      const { release, checks } = described({});
      const { model_data } = aServing();
      const capture = { destination_s3_uri: to, sampling_percentage: 100, capture_modes: ['Input' as const] };
      const serving = aServing({ data_capture: capture, model_data: { ...model_data, s3_uri: `${to}/model` } });
      return { release: { ...release, serving }, checks };
    };

    expect(differencesToLive(captured('s3://ours/captured'), captured('s3://others/captured'))).toEqual([
      {
        section: 'serving',
        subject: 'serving.data_capture.destination_s3_uri',
        live: 's3://ours/captured',
        candidate: 's3://others/captured',
      },
    ]);
  });

  it('say what variables and tags are set to, whatever they are called', () => {
    const set = (environment: Record<string, string>, tags: Record<string, string>) => {
      const { release, checks } = described({});
      return { release: { ...release, serving: aServing({ environment, tags }) }, checks };
    };
    const live = set({ hook_uri: 'https://ours.example' }, { arn: 'ours' });

    expect(
      differencesToLive(live, set({ hook_uri: 'https://others.example' }, { arn: 'others' })).map(
        ({ subject }) => subject,
      ),
    ).toEqual(['serving.environment.hook_uri', 'serving.tags.arn']);
  });

  it('name what it is made of and what was measured, also where only one side has it', () => {
    const live = described({ model_version: '1.1.0' });
    const candidate = described({ model_version: '1.2.0' }, [aCheck('demographic_parity_within_threshold')]);

    expect(differencesToLive(live, candidate)).toEqual([
      { section: 'fields', subject: 'model_version', live: '1.1.0', candidate: '1.2.0' },
      { section: 'checks', subject: 'consent_basis_documented', live: 'passed', candidate: '' },
      { section: 'checks', subject: 'demographic_parity_within_threshold', live: '', candidate: 'passed: 0.12' },
    ]);
  });
});
