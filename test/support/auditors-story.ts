/** A small ledger that docs/for-auditors.md asks its questions of: two releases of a model, a rollback, and a change of the policy. */
import { CONFIGURATION_CHAIN, type EventDraft } from '../../lib/domain/ledger/event.ts';
import type { LedgerFile } from '../../lib/domain/ledger/ledger-file.ts';
import { aDraft, eventFiles, logFiles, sealAll } from '../domain/ledger/a-ledger.ts';

type Told = { readonly model: string; readonly draft: EventDraft };
type Said = Partial<EventDraft>;

const digit = (sign: string): string => sign.repeat(64);

const release = (number: 1 | 2) => {
  const version = `1.${number - 1}.0`;
  const subject = {
    artifact_sha256: digit(String(number)),
    artifact_version_id: `v${number}`,
    evidence_digest: '',
    record_sha256: '',
  };
  const judged = { ...subject, evidence_digest: digit(number === 1 ? 'a' : 'b') };
  return (event_type: EventDraft['event_type'], approval_state: string, said: Said = {}): Told => ({
    model: 'credit',
    draft: aDraft({
      event_type,
      approval_state,
      release_id: `credit-${number}`,
      model_version: version,
      subject: event_type === 'release_requested' ? subject : judged,
      idempotency_key: `${number}:${event_type}:${said.actor_id ?? ''}`,
      ...said,
    }),
  });
};

const decision = (actor_id: string, actor_role: string, reason: string): Said => ({
  ...{ actor_id, actor_role, reason, actor_auth: 'jwt' },
  meaning: 'I approve this release for production.',
});

const life = (number: 1 | 2, accuracy: string, reasons: readonly [string, string], superseded: string): Told[] => {
  const told = release(number);
  const checks = [
    { name: 'accuracy_above_minimum', mode: 'enforce', status: 'passed', measured: accuracy, threshold: '0.80' },
    { name: 'disparate_impact_ratio', mode: 'enforce', status: 'passed', measured: '0.91', threshold: '0.80' },
  ];
  return [
    told('release_requested', 'draft', {
      ...{ actor_id: 'rita', actor_role: 'requester', actor_auth: 'jwt' },
      details: {
        ...{
          requested_by: 'rita',
          trained_by: 'tom',
          commit_author: 'tom',
          risk_tier: 'high',
          change_id: `CHG-10${number}`,
        },
        ...{ git_commit: `${number}f`.repeat(20), training_dataset_sha256: digit('d'), serving_sha256: digit('e') },
      },
    }),
    told('evidence_pinned', 'draft', {
      details: { model_card: digit(`${number + 2}`), evaluation_report: digit('7') },
    }),
    told('stage_evaluated', 'draft', {
      details: { stage: 'bias_and_fairness', attestation_sha256: digit('8'), checks_total: checks.length, checks },
    }),
    told('evaluation_completed', 'validated', { details: { outcome: 'allow' } }),
    told('approval_requested', 'validated', { details: { required_roles: ['ml_lead', 'risk_owner'] } }),
    told('approval_granted', 'validated', decision('mia', 'ml_lead', reasons[0])),
    told('approval_granted', 'validated', decision('rob', 'risk_owner', reasons[1])),
    told('release_approved', 'approved', { details: { approved_until: '2027-02-18T00:00:00.000Z' } }),
    told('deployment_promoted', 'production', {
      details: { superseded, endpoint: 'credit', endpoint_config: `credit-${number}-e${number}` },
    }),
  ];
};

const looked = (
  number: 1 | 2,
  since: string,
  variants: readonly [name: string, weight: string, number: 1 | 2][],
): Told =>
  release(number)('serving_changed', 'production', {
    details: {
      ...{ endpoint: 'credit', endpoint_config: `credit-${number}-e${number}`, serves_since: since, deviations: [] },
      variants: variants.map(([variant, weight, of]) => ({
        ...{ variant, weight, release_id: `credit-${of}`, model_version: `1.${of - 1}.0` },
      })),
    },
  });

const rollback = (event_type: 'rollback_requested' | 'rollback_executed', approval_state: string): Told =>
  release(2)(event_type, approval_state, {
    ...{ actor_id: 'olga', actor_role: 'operator', actor_auth: 'jwt', linked_incident: 'INC-7' },
    reason: 'complaints about refusals in one district',
    details: {
      from: 'credit-2',
      to: 'credit-1',
      ...(event_type === 'rollback_executed' ? { operators_needed: 2 } : {}),
    },
  });

const NOBODY = { release_id: '', model_name: '', model_version: '', approval_state: '' };
const CHANGED: Told = {
  model: CONFIGURATION_CHAIN,
  draft: aDraft({
    ...NOBODY,
    event_type: 'configuration_changed',
    reason: 'another policy deployed',
    details: { changed: ['policy'], policy_change_id: 'CHG-200' },
  }),
};

/** Six hours lie between two events; the first is of 20 November 2026, a few seconds before midnight. */
const APART_SECONDS = 21_600;

/** Another model, which was trained on the same snapshot, and whose evidence says how. */
const pricing = (event_type: 'release_requested' | 'stage_evaluated', said: Said): Told => ({
  model: 'pricing',
  draft: aDraft({
    ...{ event_type, approval_state: 'draft', release_id: 'pricing-1', model_name: 'pricing', model_version: '0.1.0' },
    idempotency_key: `pricing:${event_type}`,
    ...said,
  }),
});
const PRICING: readonly Told[] = [
  pricing('release_requested', {
    ...{ actor_id: 'pia', actor_role: 'requester', actor_auth: 'jwt' },
    details: {
      ...{ requested_by: 'pia', trained_by: 'tom', commit_author: 'pia', git_commit: `${'c0ffee'.repeat(6)}c0ff` },
      ...{ git_ref: 'refs/tags/v0.1.0', config_version: '7', feature_schema_version: '3', risk_tier: 'low' },
      ...{ training_dataset_sha256: digit('d'), training_dataset_ref: 's3://data/applicants/2026-10.parquet' },
    },
  }),
  pricing('stage_evaluated', {
    details: {
      stage: 'data_provenance',
      ...{ attestation_sha256: digit('9'), checks_total: 0, checks: [] },
      trained_from: {
        data: [
          { name: 'applicants', sha256: digit('d'), uri: 's3://data/applicants/2026-10.parquet' },
          { name: 'prices', sha256: digit('6') },
        ],
        data_total: 2,
        hyperparameters: [
          { name: 'learning_rate', value: '0.05' },
          { name: 'max_depth', value: '6' },
        ],
        hyperparameters_total: 2,
        ...{ repository: 'git+https://git.example.com/pricing', builder: 'https://builder.example.com/training' },
        run: 'arn:aws:sagemaker:eu-central-1:111122223333:training-job/pricing-7',
      },
    },
  }),
];

const STORY: readonly Told[] = [
  ...life(1, '0.84', ['The errors are where we expect them.', 'Acceptable for this portfolio.'], ''),
  looked(1, '2026-11-22T23:59:50.000Z', [['AllTraffic', '1', 1]]),
  CHANGED,
  ...life(2, '0.88', ['Better on every group.', 'The gain is worth the change.'], 'credit-1'),
  looked(2, '2026-11-25T11:59:50.000Z', [
    ['stable', '9', 1],
    ['candidate', '1', 2],
  ]),
  rollback('rollback_requested', 'production'),
  rollback('rollback_executed', 'rolled_back'),
  ...PRICING,
];

export const auditorsLedger = async (): Promise<LedgerFile[]> => {
  const events = sealAll(STORY, new Map(), 0, APART_SECONDS);
  return [...eventFiles(events), ...(await logFiles(events, [9, 5, events.length - 14]))];
};
