/** A look at all that metrics say, and the samples that it makes. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { stored } from '../stored.ts';
import { type Compared, Sweep, withDeviations } from './deviations.ts';
import { ErrorRatio } from './error-ratio.ts';
import { EventCounts, TRAINING_BOUNDS } from './event-counts.ts';
import { MonitoredFacts } from './monitored-facts.ts';
import type { Labels, Moment, Sample } from './series.ts';
import { governanceStatus, hashValues, ServedFacts } from './served-facts.ts';

const Count = z.int().min(0);

/** The documentation of a break-glass that was used, and until when it is due. */
const OwedAccount = stored({ modelName: z.string(), endpointName: z.string(), documentBy: Instant });
export type OwedAccount = z.infer<typeof OwedAccount>;

/** What was found at an instant; kept in the table until the next look. */
export const Look = stored({
  at: Instant,
  /** When everything that serves was read last; between such looks only what has changed is. */
  wholeAt: Instant,
  serving: z.array(ServedFacts),
  sweep: Sweep,
  /** What monitors last found of what serves. Former versions kept none. */
  monitored: z.array(MonitoredFacts).optional(),
  /** Of the endpoints that were asked something. Former versions kept none. */
  errors: z.array(ErrorRatio).optional(),
  /** What people owe of break-glasses that were used, whether or not anything of the model serves. Former versions kept none. */
  owed: z.array(OwedAccount).optional(),
  /** The releases that wait for people. */
  pending: z.array(stored({ modelName: z.string(), releaseId: z.string() })),
  counts: EventCounts.optional(),
  /** Side effects that wait for a person: that failed for good, or that somebody else has tampered with. */
  parked: stored({ failed: Count, tampered: Count }),
  /** Since when the side effect is due that is due longest. */
  oldestDueAt: Instant.optional(),
  deadLetters: Count,
  /**
   * How many models are in production by the table, and at the same time by the registry, and how many packages only one of them
   * has there, which former versions did not count. Absent if it was not asked.
   */
  registry: stored({ inTable: Count, inRegistry: Count, differing: Count.optional() }).optional(),
});
export type Look = z.infer<typeof Look>;

const secondsOf = (at: Instant): number => millisecondsOf(at) / 1000;

const RECENT_SECONDS = 900;

/** All samples of a look, by the names that rules and panels stand on. */
export const momentOf = (look: Look): Moment => ({
  seconds: secondsOf(look.at),
  samples: [
    ...withDeviations(look.serving, look.sweep, look.at).flatMap((facts) => servedSamples(facts, look.at)),
    ...owedSamples(look),
    ...monitoredSamples(look),
    ...errorSamples(look),
    ...look.pending.map(({ modelName, releaseId }) =>
      sample('governance_approval_status', 1, { model_name: modelName, release_id: releaseId, status: 'pending' }),
    ),
    ...(look.counts === undefined ? [] : countedSamples(look.counts)),
    sample('governance_side_effects_parked', look.parked.failed, { cause: 'failed' }),
    sample('governance_side_effects_parked', look.parked.tampered + metByLog(look), { cause: 'tampered' }),
    sample('governance_outbox_age_seconds', ageOf(look.oldestDueAt ?? look.at, look.at)),
    sample('governance_dead_letters', look.deadLetters),
    ...(look.registry === undefined
      ? []
      : [
          sample('governance_production_models', look.registry.inTable, { source: 'table' }),
          sample('governance_production_models', look.registry.inRegistry, { source: 'registry' }),
        ]),
    ...(look.registry?.differing === undefined
      ? []
      : [sample('governance_registry_differences', look.registry.differing)]),
    sample('governance_look_timestamp_seconds', secondsOf(look.at)),
  ],
});

/** Two clocks can differ, and nothing has a negative age. */
const ageOf = (since: Instant, now: Instant): number => Math.max(0, secondsOf(now) - secondsOf(since));

const sample = (name: string, value: number, labels: Labels = {}): Sample => ({ name, labels, value });

const servedSamples = (facts: Compared, now: Instant): Sample[] => {
  const labels = { model_name: facts.modelName, endpoint: facts.endpointName };
  const status = governanceStatus(facts, now);
  return [
    sample('model_serving_active', facts.isServing ? 1 : 0, labels),
    ...(facts.hasRecord ? [sample('governance_record_exists', 1, labels)] : []),
    ...hashSamples(facts, labels),
    ...approvalSamples(facts, now, labels),
    ...(facts.reviewDueAt === undefined
      ? []
      : [sample('governance_reviews_overdue', facts.reviewDueAt <= now ? 1 : 0, labels)]),
    ...(facts.hasOwner === undefined ? [] : [sample('governance_owner_missing', facts.hasOwner ? 0 : 1, labels)]),
    ...Object.entries(facts.deviations ?? {}).map(([kind, open]) =>
      sample('governance_open_deviations', open, { ...labels, kind }),
    ),
    sample('governance_required_stages_total', facts.requiredStages, labels),
    sample('governance_completed_stages_total', facts.completedStages, labels),
    // What does not serve is neither governed nor anything else.
    ...(facts.isServing ? [sample('governance_status', 1, { ...labels, governance_status: status })] : []),
  ];
};

/** Of a model that serves, its review says it. One by which nothing came to serve is owed all the same. */
const owedSamples = ({ owed = [], serving, at }: Look): Sample[] =>
  owed
    .filter(({ modelName }) => !serving.some((one) => one.modelName === modelName))
    .map(({ modelName, endpointName, documentBy }) =>
      sample('governance_reviews_overdue', documentBy <= at ? 1 : 0, { model_name: modelName, endpoint: endpointName }),
    );

/** What a monitor found of a release that serves no more is over. */
const monitoredSamples = ({ monitored = [], serving }: Look): Sample[] =>
  serving.flatMap(({ modelName, endpointName, releaseId }) => {
    const found = monitored.find((one) => one.modelName === modelName && one.releaseId === releaseId);
    const labels = { model_name: modelName, endpoint: endpointName };
    return found === undefined
      ? []
      : [
          sample('model_data_drift_violations', found.driftViolations, labels),
          ...(found.accuracyShortfall === undefined
            ? []
            : [sample('model_accuracy_shortfall', found.accuracyShortfall, labels)]),
        ];
  });

const errorSamples = ({ errors = [], serving }: Look): Sample[] =>
  serving.flatMap(({ modelName, endpointName }) => {
    const found = errors.find((one) => one.endpointName.toLowerCase() === endpointName.toLowerCase());
    const labels = { model_name: modelName, endpoint: endpointName };
    return found === undefined ? [] : [sample('model_error_ratio', found.ratio, labels)];
  });

const hashSamples = ({ governedSha256, deployedSha256 }: Compared, labels: Labels): Sample[] => {
  if (governedSha256 === undefined) return [];
  const [governed, deployed] = hashValues(governedSha256, deployedSha256 ?? governedSha256);
  return [
    sample('governance_model_hash', governed, labels),
    ...(deployedSha256 === undefined
      ? []
      : [
          sample('model_deployed_hash', deployed, labels),
          sample('governance_model_hash_match', governedSha256 === deployedSha256 ? 1 : 0, labels),
        ]),
  ];
};

const approvalSamples = (
  { modelName: model_name, releaseId: release_id, approvedAt, approvedUntil }: ServedFacts,
  now: Instant,
  labels: Labels,
): Sample[] => {
  if (approvedAt === undefined) return [];
  const status = approvedUntil !== undefined && now < approvedUntil ? 'approved' : 'expired';
  return [
    sample('governance_approval_timestamp', secondsOf(approvedAt), labels),
    sample('governance_approval_age_seconds', ageOf(approvedAt, now), labels),
    sample('governance_approval_status', 1, { model_name, release_id, status }),
  ];
};

/** The log's writer leaves out what somebody else has written; that counts as one for a quarter of an hour, and as long as it is met. */
const metByLog = ({ counts, at }: Look): number =>
  counts?.tamperedAt !== undefined && ageOf(counts.tamperedAt, at) < RECENT_SECONDS ? 1 : 0;

const countedSamples = (counts: EventCounts): Sample[] => [
  sample('governance_pipeline_runs_total', counts.runs),
  sample('governance_pipeline_passed_total', counts.passed),
  ...Object.entries(counts.failed).map(([stage, failed]) => sample('governance_check_failed_total', failed, { stage })),
  ...Object.entries(counts.trainingToProduction).flatMap(([risk_tier, histogram]) =>
    histogramSamples('model_training_to_production_seconds', histogram, { risk_tier }),
  ),
  ...(counts.permissionsChangedAt === undefined
    ? []
    : [sample('governance_permission_change_timestamp_seconds', secondsOf(counts.permissionsChangedAt))]),
  ...(counts.unexpectedSigningAt === undefined
    ? []
    : [sample('governance_unexpected_signing_timestamp_seconds', secondsOf(counts.unexpectedSigningAt))]),
];

type Histogram = EventCounts['trainingToProduction'][string];

/** The buckets of a histogram are cumulative, and the last has no bound. */
const histogramSamples = (name: string, { buckets, count, sum }: Histogram, labels: Labels): Sample[] => {
  let below = 0;
  const bounded = TRAINING_BOUNDS.map((bound) => {
    below += buckets[bound] ?? 0;
    return sample(`${name}_bucket`, below, { ...labels, le: bound.toFixed(1) });
  });
  return [
    ...bounded,
    sample(`${name}_bucket`, count, { ...labels, le: '+Inf' }),
    sample(`${name}_count`, count, labels),
    sample(`${name}_sum`, sum, labels),
  ];
};
