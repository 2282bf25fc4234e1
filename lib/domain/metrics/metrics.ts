/** Every metric of the product: its name, its type, and what it says. Rules and panels of others stand on these names: add, never rename. */

export const METRICS = {
  model_serving_active: {
    type: 'gauge',
    help: 'Whether the endpoint of a model in production serves: 1 for each that does, 0 for one that is gone or broken.',
    labels: ['model_name', 'endpoint'],
  },
  governance_record_exists: {
    type: 'gauge',
    help: 'Whether there is a signed governance record of what an endpoint serves.',
    labels: ['model_name', 'endpoint'],
  },
  governance_model_hash: {
    type: 'gauge',
    help: 'The first 48 bits of the SHA-256 digest of the artifact that people approved.',
    labels: ['model_name', 'endpoint'],
  },
  model_deployed_hash: {
    type: 'gauge',
    help: 'The same of the artifact that the endpoint was found to serve. Two digests that differ never have one value.',
    labels: ['model_name', 'endpoint'],
  },
  governance_model_hash_match: {
    type: 'gauge',
    help: 'Whether both digests are the same, compared whole.',
    labels: ['model_name', 'endpoint'],
  },
  governance_approval_timestamp: {
    type: 'gauge',
    help: 'When what serves was approved, in seconds since the Unix epoch.',
    labels: ['model_name', 'endpoint'],
  },
  governance_approval_age_seconds: {
    type: 'gauge',
    help: 'How old the approval of what serves is.',
    labels: ['model_name', 'endpoint'],
  },
  governance_required_stages_total: {
    type: 'unknown',
    help: 'How many stages the policy required of the release that serves.',
    labels: ['model_name', 'endpoint'],
  },
  governance_completed_stages_total: {
    type: 'unknown',
    help: 'How many of them were completed: checked and attested, or decided by people.',
    labels: ['model_name', 'endpoint'],
  },
  governance_status: {
    type: 'gauge',
    help: 'The status of what serves, as a label: governed, pending, expired or ungoverned. The value is 1.',
    labels: ['model_name', 'endpoint', 'governance_status'],
  },
  governance_approval_status: {
    type: 'gauge',
    help: 'The approval of each release that waits for people (pending) or serves (approved, expired). The value is 1.',
    labels: ['model_name', 'release_id', 'status'],
  },
  governance_pipeline_runs_total: {
    type: 'counter',
    help: 'How many releases the automated stages have judged.',
    labels: [],
  },
  governance_pipeline_passed_total: {
    type: 'counter',
    help: 'How many of them passed.',
    labels: [],
  },
  governance_check_failed_total: {
    type: 'counter',
    help: 'How many checks that warn or stop did not pass, by stage.',
    labels: ['stage'],
  },
  model_training_to_production_seconds: {
    type: 'histogram',
    help: 'From the instant when the artifact was written to the promotion of its release.',
    labels: ['risk_tier'],
  },
  governance_permission_change_timestamp_seconds: {
    type: 'gauge',
    help: 'When it was last changed who may approve, submit or deploy.',
    labels: [],
  },
  governance_unexpected_signing_timestamp_seconds: {
    type: 'gauge',
    help: 'When a signing key was last used by nobody who should.',
    labels: [],
  },
  governance_side_effects_parked: {
    type: 'gauge',
    help: 'How many side effects wait for a person, by cause: failed, or tampered where somebody else wrote what is not theirs, here or where the log reads it.',
    labels: ['cause'],
  },
  governance_outbox_age_seconds: {
    type: 'gauge',
    help: 'How long the oldest side effect that is due has been due.',
    labels: [],
  },
  governance_dead_letters: {
    type: 'gauge',
    help: 'How many events wait for a person after every attempt to handle them has failed.',
    labels: [],
  },
  governance_production_models: {
    type: 'gauge',
    help: 'How many models are in production, by the table and by the registry.',
    labels: ['source'],
  },
  governance_registry_differences: {
    type: 'gauge',
    help: 'How many packages only one of the two, table and registry, has in production.',
    labels: [],
  },
  governance_look_timestamp_seconds: {
    type: 'gauge',
    help: 'When all of this was looked at, in seconds since the Unix epoch.',
    labels: [],
  },
  model_error_ratio: {
    type: 'gauge',
    help: 'The share of requests that an endpoint failed to answer, over five minutes.',
    labels: ['model_name', 'endpoint'],
  },
  model_accuracy_shortfall: {
    type: 'gauge',
    help: 'How far the accuracy that was measured in production is below the least that is allowed; negative if above.',
    labels: ['model_name', 'endpoint'],
  },
  model_data_drift_violations: {
    type: 'gauge',
    help: 'How many features the last report of Model Monitor found drifted.',
    labels: ['model_name', 'endpoint'],
  },
  governance_open_deviations: {
    type: 'gauge',
    help: 'How many checks of privacy or security, by kind, do not pass of what serves although its policy asks for them.',
    labels: ['model_name', 'endpoint', 'kind'],
  },
  governance_reviews_overdue: {
    type: 'gauge',
    help: 'Whether the periodic review of what serves, or the documentation of a break-glass, whatever serves, is overdue.',
    labels: ['model_name', 'endpoint'],
  },
  governance_owner_missing: {
    type: 'gauge',
    help: 'Whether the model card of what serves names nobody who answers for it.',
    labels: ['model_name', 'endpoint'],
  },
} as const satisfies Readonly<Record<string, MetricFamily>>;

export type MetricName = keyof typeof METRICS;

type MetricFamily = {
  readonly type: 'gauge' | 'counter' | 'histogram' | 'unknown';
  readonly help: string;
  readonly labels: readonly string[];
};

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

export const familyOf = (name: MetricName): MetricFamily => METRICS[name];

/** The names of the samples of a metric: a histogram has three kinds of them. */
export const sampleNames = (name: MetricName): string[] =>
  familyOf(name).type === 'histogram' ? ['_bucket', '_count', '_sum'].map((suffix) => `${name}${suffix}`) : [name];
