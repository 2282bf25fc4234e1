/** What SageMaker did for a model that is governed: it trained it, prepared its data, changed its card. */
import type { Change, Write } from '../change/change.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import { cut } from '../cut.ts';
import { type Instant, ModelName } from '../identifiers.ts';
import type { EventType } from '../ledger/event.ts';
import { madeReadable } from '../readable.ts';
import { type Observation, observationId } from '../records/observation.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';

type ActivityRule = {
  readonly event: EventType;
  /** The statuses that are on record; absent if every one is. */
  readonly statuses?: readonly string[];
};

/** What is on record of each kind. A training that failed has made no model. */
export const ACTIVITIES = {
  training_job: { event: 'training_completed', statuses: ['Completed'] },
  processing_job: { event: 'data_pipeline_ran', statuses: ['Completed', 'Failed', 'Stopped'] },
  pipeline_execution: { event: 'data_pipeline_ran', statuses: ['Succeeded', 'Failed', 'Stopped'] },
  model_card: { event: 'model_card_changed' },
} as const satisfies Readonly<Record<string, ActivityRule>>;
export type ActivityKind = keyof typeof ACTIVITIES;

/** Something that SageMaker did, as it says itself when it is asked. */
export type Activity = {
  readonly kind: ActivityKind;
  readonly arn: string;
  readonly status: string;
  /** When it ended, or was changed. */
  readonly at: Instant;
  /** The model that its tag names. */
  readonly modelName: string | undefined;
  readonly details: Readonly<Record<string, string>>;
};

/**
 * Whoever may tag a job of SageMaker writes to the chain of a model: so often a day, which is more than anybody trains. Each kind has a bound
 * of its own, so that nobody keeps a finding from being heard by tagging jobs. Four hourly monitors of one kind have room.
 */
export const OBSERVED_A_DAY = 100;

/**
 * `not_ours`: it names no model that a release was ever requested of. `running`: it has not ended. `too_many`: the chain has enough
 * of this day.
 */
export type Observed = 'recorded' | 'known' | 'not_ours' | 'running' | 'too_many';

/** Afterwards what was done for a governed model is on its chain, once. */
export const recordActivity = (
  activity: Activity,
  store: Pick<ReleaseStore, 'list' | 'head' | 'commit'>,
  now: () => Instant,
): Promise<Observed> =>
  untilCommitted(async () => {
    const { data: modelName } = ModelName.safeParse(activity.modelName);
    if (modelName === undefined) return 'not_ours';
    const { statuses }: ActivityRule = ACTIVITIES[activity.kind];
    if (statuses !== undefined && !statuses.includes(activity.status)) return 'running';
    const taken = await takeObservation({ ...activity, modelName }, store, now());
    if (typeof taken === 'string') return taken;
    if ((await store.head(modelName)).seq === 0) return 'not_ours';
    await store.commit(changeOf(activity, taken), now());
    return 'recorded';
  });

type Seen = Pick<Observation, 'modelName' | 'kind' | 'arn' | 'status' | 'at'>;

/** The row that makes it the only one of its kind, or why there is none to write. */
export const takeObservation = async (
  { modelName, kind, arn, status, at }: Seen,
  store: Pick<ReleaseStore, 'list'>,
  takenAt: Instant,
): Promise<Observation | 'known' | 'too_many'> => {
  const day = at.slice(0, 10);
  const id = observationId({ arn, status, at });
  const seen = await store.list('observation', modelName, day);
  if (seen.some(({ observationId: other }) => other === id)) return 'known';
  if (seen.filter((other) => other.kind === kind).length >= OBSERVED_A_DAY) return 'too_many';
  return { entity: 'observation', version: 0, modelName, day, observationId: id, kind, arn, status, at, takenAt };
};

const changeOf = (activity: Activity, taken: Observation): Change => ({
  model: taken.modelName,
  event: eventWithoutRelease(ASSAY, {
    event_type: ACTIVITIES[activity.kind].event,
    model_name: taken.modelName,
    idempotency_key: `observed:${taken.observationId}`,
    details: {
      kind: activity.kind,
      arn: shown(activity.arn),
      status: activity.status,
      at: activity.at,
      ...Object.fromEntries(Object.entries(activity.details).map(([name, text]) => [name, shown(text)])),
    },
  }),
  writes: [creating(taken)],
  intents: [],
});

const creating = (entity: Observation): Write => ({ kind: 'create', entity });

const shown = (text: string): string => cut(madeReadable(text), 512);
