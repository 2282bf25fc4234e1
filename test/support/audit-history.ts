/**
 * A long history of many models, the same each time, and what really happened in it. The truth is noted while it happens, and never
 * read from the events: so it can judge what questions find in them.
 */
import { Instant } from '../../lib/domain/identifiers.ts';
import { GENESIS, type Head, type SealedEvent, sealEvent } from '../../lib/domain/ledger/chain.ts';
import { CONFIGURATION_CHAIN, type EventDraft, INTAKE_CHAIN, LOG_CHAIN } from '../../lib/domain/ledger/event.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';

/** Where and when an event came to stand. */
type Stands = { readonly at: Instant; readonly index: number };
type Life = Generator<EventDraft, void, Stands>;

export type Decided = Stands & {
  readonly model: string;
  readonly release: string;
  readonly by: string;
  readonly type: 'approval_granted' | 'approval_denied';
};
export type Flip = Stands & { readonly model: string; readonly release: string; readonly version: string };
export type RolledBack = Stands & { readonly model: string; readonly incident: string; readonly type: string };
export type Measured = { readonly check: string; readonly status: string; readonly measured: string };
export type Served = {
  readonly model: string;
  readonly from: Instant;
  readonly variants: readonly { readonly variant: string; readonly share: string; readonly release: string }[];
};

export type Truth = {
  readonly decisions: Decided[];
  readonly flips: Flip[];
  readonly rollbacks: RolledBack[];
  readonly measured: Map<string, Measured[]>;
  readonly parts: Map<string, Record<string, string>>;
  readonly served: Served[];
  readonly promotedIn: Map<string, number>;
  readonly deniedIn: Map<string, number>;
};

/** The generator of Tommy Ettinger, mulberry32: small, and the same everywhere. */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
type Random = () => number;

const hex = (text: string): string => Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
const monthOf = ({ at }: Stands): string => at.slice(0, 7);
const countIn = (months: Map<string, number>, stands: Stands): void => {
  months.set(monthOf(stands), (months.get(monthOf(stands)) ?? 0) + 1);
};

const CHECKS = ['accuracy_above_minimum', 'disparate_impact_ratio', 'artifact_signed'];

const STATE_AFTER = { approval_granted: 'validated', approval_denied: 'rejected' } as const;

/** Release after release of one model: denied, approved, promoted, rolled back, and looked at. */
function* lifeOf(model: string, random: Random, truth: Truth): Life {
  let live = '';
  let before = '';
  for (let number = 1; ; number += 1) {
    const release = `${model}-${number}`;
    const version = `${1 + Math.floor(number / 10)}.${number % 10}.0`;
    const about = { release_id: release, model_name: model, model_version: version };
    const draft = (event_type: EventDraft['event_type'], approval_state: string, more: Partial<EventDraft> = {}) =>
      aDraft({ ...about, event_type, approval_state, idempotency_key: `${release}:${event_type}`, ...more });
    const parts = {
      git_commit: hex(`commit ${number}`).slice(0, 40),
      training_dataset_sha256: hex(`data ${number >> 1}`),
    };
    truth.parts.set(release, parts);
    yield draft('release_requested', 'draft', {
      actor_id: 'rita',
      actor_role: 'requester',
      details: { requested_by: 'rita', trained_by: 'tom', risk_tier: 'high', ...parts },
    });
    const measured = CHECKS.map((check) => ({
      check,
      status: random() < 0.9 ? 'passed' : 'failed',
      measured: `0.${Math.floor(random() * 1000)}`,
    }));
    truth.measured.set(release, measured);
    yield draft('stage_evaluated', 'draft', {
      details: {
        stage: 'safety_evaluation',
        checks_total: measured.length,
        checks: measured.map(({ check, ...found }) => ({ name: check, mode: 'enforce', threshold: '0.8', ...found })),
      },
    });
    if (random() < 0.1) {
      yield draft('evaluation_completed', 'rejected', { details: { outcome: 'deny' } });
      continue;
    }
    yield draft('evaluation_completed', 'validated', { details: { outcome: 'allow' } });
    yield draft('approval_requested', 'validated', { details: { required_roles: ['ml_lead'] } });
    const type = random() < 0.15 ? ('approval_denied' as const) : ('approval_granted' as const);
    const decided = yield draft(type, STATE_AFTER[type], {
      actor_id: 'mia',
      actor_role: 'ml_lead',
      reason: `I read it: "${number}", it's read; {{model}} -- ok`,
    });
    truth.decisions.push({ ...decided, model, release, by: 'mia', type });
    if (type === 'approval_denied') {
      countIn(truth.deniedIn, decided);
      continue;
    }
    yield draft('release_approved', 'approved', { details: { approved_until: '2027-06-01T00:00:00.000Z' } });
    const promoted = yield draft('deployment_promoted', 'production', {
      details: { superseded: live, endpoint: model, endpoint_config: release },
    });
    truth.flips.push({ ...promoted, model, release, version });
    countIn(truth.promotedIn, promoted);
    const variants = sharedBy(release, random() < 0.3 ? live : '');
    truth.served.push({
      model,
      from: promoted.at,
      variants: variants.map(({ variant, weight, release_id }) => ({
        variant,
        share: variants.length === 1 ? '100 %' : `${Number(weight) * 25} %`,
        release: release_id,
      })),
    });
    yield draft('serving_changed', 'production', {
      details: { endpoint: model, endpoint_config: release, serves_since: promoted.at, variants, deviations: [] },
    });
    before = live;
    live = release;
    if (random() < 0.2 && before !== '') {
      yield* rollBack({ model, release, to: before, incident: `INC-${Math.floor(random() * 40)}` }, draft, truth);
      live = before;
    }
  }
}

const sharedBy = (release: string, other: string) =>
  (other === ''
    ? [{ of: release, weight: 1 }]
    : [
        { of: release, weight: 1 },
        { of: other, weight: 3 },
      ]
  ).map(({ of, weight }, place) => ({
    variant: `v${place + 1}`,
    weight: String(weight),
    release_id: of,
    model_version: '1.0.0',
  }));

type Draft = (type: EventDraft['event_type'], state: string, more?: Partial<EventDraft>) => EventDraft;
type Back = { readonly model: string; readonly release: string; readonly to: string; readonly incident: string };

function* rollBack({ model, release, to, incident }: Back, draft: Draft, truth: Truth): Life {
  const story = { linked_incident: incident, actor_id: 'olga', actor_role: 'operator', reason: 'complaints' };
  const details = { from: release, to };
  const asked = yield draft('rollback_requested', 'production', { ...story, details });
  truth.rollbacks.push({ ...asked, model, incident, type: 'rollback_requested' });
  const done = yield draft('rollback_executed', 'rolled_back', { ...story, details });
  truth.rollbacks.push({ ...done, model, incident, type: 'rollback_executed' });
  const back = truth.flips.findLast((flip) => flip.model === model && flip.release === to);
  truth.flips.push({ ...done, model, release: to, version: back?.version ?? '' });
}

const TOLD_OF_NONE = new Map<string, EventDraft['event_type']>([
  [CONFIGURATION_CHAIN, 'configuration_changed'],
  [INTAKE_CHAIN, 'release_refused'],
]);

/** What belongs to no model. */
function* livesOfNone(chain: string): Life {
  const none = { release_id: '', model_name: '', model_version: '', approval_state: '' };
  for (let number = 1; ; number += 1) {
    yield aDraft({
      ...none,
      event_type: TOLD_OF_NONE.get(chain) ?? 'log_heartbeat',
      idempotency_key: `${chain}:${number}`,
      details: { changed: ['policy'] },
    });
  }
}

const START = Date.parse('2025-12-01T00:00:00.000Z');

export type MadeHistory = {
  readonly events: readonly SealedEvent[];
  readonly truth: Truth;
  readonly models: readonly string[];
};

/** So many events of so many models, over about a year if there are ten thousand, sealed as the product seals them. */
export const auditHistory = (count: number, modelCount: number): MadeHistory => {
  const random = randomFrom(20_261_129);
  const truth: Truth = {
    ...{ decisions: [], flips: [], rollbacks: [], served: [] },
    ...{ measured: new Map(), parts: new Map(), promotedIn: new Map(), deniedIn: new Map() },
  };
  const models = Array.from({ length: modelCount }, (_, number) => `model-${String(number + 1).padStart(2, '0')}`);
  const lives = new Map<string, Life>([
    ...models.map((model): [string, Life] => [model, lifeOf(model, random, truth)]),
    ...[CONFIGURATION_CHAIN, INTAKE_CHAIN, LOG_CHAIN].map((chain): [string, Life] => [chain, livesOfNone(chain)]),
  ]);
  const chains = [...lives.keys()];
  const heads = new Map<string, Head>();
  const stands = new Map<string, Stands>();
  const events: SealedEvent[] = [];
  let now = START;
  for (let index = 0; index < count; index += 1) {
    const chain = chains[Math.floor(random() * chains.length)] ?? '';
    now += Math.floor(random() * 6_300_000);
    const at = Instant.parse(new Date(now).toISOString());
    // The first call of a life has nobody to tell where the event before it stands.
    const draft = lives.get(chain)?.next(stands.get(chain) ?? { at, index }).value;
    if (draft === undefined) throw new Error(`the life of ${chain} ended`);
    const sealed = sealEvent(draft, chain, heads.get(chain) ?? GENESIS, at);
    heads.set(chain, sealed.head);
    stands.set(chain, { at, index });
    events.push(sealed);
  }
  // The truth knows of the last event of each chain only when it goes on.
  for (const model of models)
    lives.get(model)?.next(stands.get(model) ?? { at: Instant.parse('1970-01-01T00:00:00.000Z'), index: 0 });
  return { events, truth, models };
};
