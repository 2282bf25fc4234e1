/**
 * The release store in memory: the whole port with the semantics of its conditions, so that judgements run against it.
 */

import { indexAttributes } from '../../lib/adapters/dynamodb-keys.ts';
import { strayRows } from '../../lib/domain/audit/rows-of-events.ts';
import { type Change, type DueIntent, Intent, tierIn, type Write } from '../../lib/domain/change/change.ts';
import { type Entities, type Entity, type EntityName, keyOf, kinds } from '../../lib/domain/change/kinds.ts';
import { type KeptOnces, underWay } from '../../lib/domain/change/once.ts';
import type { ReleaseFilter, ReleasePlace } from '../../lib/domain/change/page.ts';
import { recordChange } from '../../lib/domain/change/recorded.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import type { LoggedEvent } from '../../lib/domain/ledger/bundle.ts';
import { undescribed } from '../../lib/domain/ledger/catalogue/catalogue.ts';
import { GENESIS, type Head, type SealedEvent, sealEvent } from '../../lib/domain/ledger/chain.ts';
import type { RecordKey } from '../../lib/domain/record-kind.ts';
import { isInForce, type LegalHold } from '../../lib/domain/records/legal-hold.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { InProduction } from '../../lib/domain/release/in-production.ts';
import { ReleaseState } from '../../lib/domain/release/lifecycle.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { memoryOnces } from './memory-onces.ts';

export interface MemoryReleaseStore extends ReleaseStore {
  /** The requests that are known by their keys. */
  readonly onces: KeptOnces;
  /** Every intent that was noted, in order, the shipping of each event among them. */
  readonly outbox: readonly DueIntent[];
  /** How many changes were committed. */
  readonly commits: number;
  /** Runs once, just before the next commit checks its conditions, as a faster writer would. */
  beforeNextCommit(interloper: () => Promise<void>): void;
  /** The next commit throws: before it wrote anything, or after it wrote everything (the answer was lost). */
  failNextCommit(when: 'unwritten' | 'written', error: Error): void;
  /** Puts entities into the store without an event, as earlier changes left them. They keep their version. */
  seed(...entities: Entity[]): void;
  /** Another store that holds the same. */
  copy(): MemoryReleaseStore;
}

type Held = {
  readonly entities: ReadonlyMap<string, Entity>;
  readonly chains: ReadonlyMap<string, LoggedEvent[]>;
  readonly outbox: readonly DueIntent[];
};
const NOTHING: Held = { entities: new Map(), chains: new Map(), outbox: [] };

type Failure = { readonly when: 'unwritten' | 'written'; readonly error: Error };

export const memoryReleaseStore = (held = NOTHING): MemoryReleaseStore => {
  const entities = new Map(held.entities);
  const chains = new Map(held.chains);
  const outbox = [...held.outbox];
  const onces = memoryOnces();
  let commits = 0;
  let interloper: (() => Promise<void>) | undefined;
  let failure: Failure | undefined;

  const chain = (model: string): LoggedEvent[] => chains.get(model) ?? [];
  /** The records of a kind whose place begins so. */
  const under = <N extends EntityName>(name: N, place = ''): Entities[N][] =>
    [...entities]
      .filter(([at]) => at.startsWith(place))
      .map(([, entity]) => entity)
      .filter((entity) => isOf(entity, name));

  return {
    onces,
    outbox,
    get commits() {
      return commits;
    },
    beforeNextCommit: (run) => {
      interloper = run;
    },
    failNextCommit: (when, error) => {
      failure = { when, error };
    },
    seed: (...seeds) => {
      for (const entity of seeds) entities.set(placeOf(entity), frozen(parse(entity)));
    },
    copy: () => memoryReleaseStore({ entities, chains, outbox }),

    get: async (name, ...id) => {
      const found = entities.get(placeAt(kinds[name].key(...id)));
      return found !== undefined && isOf(found, name) ? found : undefined;
    },
    list: async (name, ...owner) => under(name, placeAt(kinds[name].prefix(...owner))),
    releasePage: async (filter, { limit, after }) => {
      const all = under('release')
        .filter((release) => isListed(release, filter))
        .sort((one, other) => (filter.order === 'oldest' ? inOrder(one, other) : inOrder(other, one)));
      const isBehind = (release: Release): boolean => {
        if (after === undefined) return true;
        const place = { updatedAt: after.at, releaseId: after.releaseId };
        return filter.order === 'oldest' ? inOrder(release, place) > 0 : inOrder(release, place) < 0;
      };
      const left = all.filter(isBehind);
      const items = left.slice(0, limit).map((release) => ReleaseSummary.parse(release));
      const last = items.at(-1);
      return { items, next: left.length > limit && last !== undefined ? placeIn(last) : undefined };
    },
    page: async (name, { limit, after, since, until, claimedModel }) => {
      const all = under(name).flatMap((entity) => {
        const { gsi_state_sk: at } = indexAttributes(entity);
        const isWithin = (since === undefined || (at ?? '') >= since) && (until === undefined || (at ?? '') <= until);
        const isAbout = claimedModel === undefined || Reflect.get(entity, 'claimedModelName') === claimedModel;
        return at === undefined || !isWithin || !isAbout
          ? []
          : [{ entity, at, id: keyOf(entity).partition.split('#').slice(1).join('#') }];
      });
      const ordered = all.sort((one, other) => (`${one.at} ${one.id}` < `${other.at} ${other.id}` ? -1 : 1));
      if (name === 'refusal') ordered.reverse();
      const from = after === undefined ? 0 : 1 + ordered.findIndex(({ id }) => id === after.id);
      const found = ordered.slice(from, from + limit);
      const last = found.at(-1);
      const isMore = ordered.length > from + limit && last !== undefined;
      return { items: found.map(({ entity }) => entity), next: isMore ? { at: last.at, id: last.id } : undefined };
    },
    models: async ({ limit, after = '' }) => {
      const left = [...chains.keys()].filter((name) => ModelName.safeParse(name).success && name > after).sort();
      return { items: left.slice(0, limit), next: left.length > limit ? left[limit - 1] : undefined };
    },
    legalHolds: async ({ model, liftedSince }, { limit, after }) => {
      const isWanted = (hold: LegalHold): boolean =>
        (model === undefined || hold.modelName === model) &&
        (isInForce(hold) || (liftedSince !== undefined && (hold.liftedAt ?? '') >= liftedSince));
      const nameOf = ({ modelName, matter }: LegalHold): string => `${modelName}#${matter}`;
      const left = under('legal_hold')
        .filter((hold) => isWanted(hold) && (after === undefined || nameOf(hold) > `${after.at}#${after.id}`))
        .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
      const items = left.slice(0, limit);
      const last = items.at(-1);
      const isMore = left.length > limit && last !== undefined;
      return { items, next: isMore ? { at: last.modelName, id: last.matter } : undefined };
    },
    releasesInProduction: async () => ({
      found: under('release').flatMap((release) => (release.state === 'production' ? InProduction.parse(release) : [])),
      unreadable: [],
    }),
    releasesOfPackage: async (arn) => ({ items: under('release').filter((one) => one.modelPackageArn === arn) }),
    refusalsOf: async (releaseId) =>
      under('refusal')
        .filter(({ claimedReleaseId }) => claimedReleaseId === releaseId)
        .sort((one, other) => (one.receivedAt < other.receivedAt ? 1 : -1))
        .slice(0, 25),
    eventsOf: async ({ releaseId, modelName }, { limit, after = 0 }) => {
      const left = chain(modelName).filter(({ event }) => event.release_id === releaseId && event.seq > after);
      return {
        items: left.slice(0, limit).map(withoutLine),
        next: left.length > limit ? left[limit - 1]?.event.seq : undefined,
      };
    },
    event: async (model, seq) =>
      chain(model)
        .slice(seq - 1, seq)
        .map(withoutLine)[0],
    recorded: async (model, seq) => chain(model)[seq - 1]?.line,
    events: async (model) => chain(model).map(withoutLine),

    head: async (model) => headOf(chain(model)),
    commit: async (change: Change, now, foreseen) => {
      await foreseen;
      const running = interloper;
      interloper = undefined;
      await running?.();
      const fault = failure;
      failure = undefined;
      if (fault?.when === 'unwritten') throw fault.error;

      // Everything that can fail comes before the first write: a change happens whole or not at all.
      const keys = change.writes.map(({ entity }) => placeOf(entity));
      if (new Set(keys).size !== keys.length) throw new Error('could not commit: one entity is written twice');
      const writes = change.writes.map((write) => ({ ...write, entity: parse(write.entity) }));
      assertNamesItsRelease(change);
      assertIsBounded(change);
      assertIsDescribed(change);
      assertBringsItsRows(change);
      await assertFirst(change, onces);
      for (const write of writes) assertHolds(write, entities.get(placeOf(write.entity)));
      const intents = change.intents.map((due) => ({ ...due, intent: Intent.parse(due.intent) }));
      const { event, line } = recordChange(change);
      const sealed = { ...sealEvent(event, change.model, headOf(chain(change.model)), now), ...tierIn(change) };

      for (const { kind, entity } of writes) {
        if (kind !== 'expect') entities.set(placeOf(entity), counted(kind, entity));
      }
      chains.set(change.model, [...chain(change.model), { ...sealed, line }]);
      outbox.push({ intent: { kind: 'ship_event', model: change.model, seq: sealed.event.seq } }, ...intents);
      await noteOnce(change, onces);
      commits += 1;
      if (fault?.when === 'written') throw fault.error;
      return sealed;
    },
  };
};

/**
 * An event that says what state a release is in, and does not hold the release to it, can be appended after another
 * event has changed that state: the ledger then breaks its own rules for ever, though nobody did anything wrong.
 */
const assertNamesItsRelease = ({ event, writes }: Change): void => {
  if (event.release_id === '' || event.approval_state === '') return;
  const isNamed = writes.some(({ entity }) => entity.entity === 'release' && entity.releaseId === event.release_id);
  if (!isNamed) throw new Error(`could not commit ${event.event_type}: it does not expect its release as it was read`);
};

/**
 * Whoever can be refused can be refused for ever: the transaction takes one of a bounded number of places, or else it ends
 * something that took one when it was asked for.
 */
const assertIsBounded = ({ event, writes }: Change): void => {
  if (!event.event_type.endsWith('_refused')) return;
  const takesPlace = writes.some(({ kind, entity }) => kind === 'create' && entity.entity === 'refusal_slot');
  const endsSomething = writes.some(({ kind }) => kind === 'replace');
  if (!takesPlace && !endsSomething) throw new Error(`could not commit ${event.event_type}: it takes no place`);
};

const assertFirst = async ({ once }: Change, onces: KeptOnces): Promise<void> => {
  if (once !== undefined && (await onces.find(once)) !== undefined) throw underWay();
};

const noteOnce = async ({ once }: Change, onces: KeptOnces): Promise<void> => {
  if (once !== undefined) await onces.take(once);
};

const withoutLine = ({ line: _, ...sealed }: LoggedEvent): SealedEvent => sealed;

const isListed = (release: Release, filter: ReleaseFilter): boolean => {
  const { model, version, states, tier, requester, endsBy, since, until } = filter;
  return (
    (model === undefined || release.modelName === model) &&
    (version === undefined || release.modelVersion === version) &&
    (states === undefined || states.some((state) => state === release.state)) &&
    (tier === undefined || release.riskTier === tier) &&
    (requester === undefined || release.requestedBy === requester) &&
    (since === undefined || release.updatedAt >= since) &&
    (until === undefined || release.updatedAt <= until) &&
    (endsBy === undefined || release.approvedUntil === undefined || release.approvedUntil <= endsBy)
  );
};

/** By the last change; of two at one time, that of the first id. */
const inOrder = (one: Pick<Release, 'updatedAt' | 'releaseId'>, other: Pick<Release, 'updatedAt' | 'releaseId'>) =>
  one.updatedAt === other.updatedAt
    ? Number(one.releaseId > other.releaseId) - Number(one.releaseId < other.releaseId)
    : one.updatedAt < other.updatedAt
      ? -1
      : 1;

const placeIn = ({ updatedAt, state, releaseId }: ReleaseSummary): ReleasePlace => ({
  at: updatedAt,
  state: ReleaseState.parse(state),
  releaseId,
});

/** What an event says is on record for ever, so the catalogue describes it from the first one on. */
const assertIsDescribed = ({ event: { event_type: type, details } }: Change): void => {
  const unknown = undescribed(type, details);
  if (unknown.length > 0)
    throw new Error(`could not commit ${type}: the catalogue does not describe ${unknown.join(', ')}`);
};

/** Rows that a ledger would not be believed about must not be written: the verifier would object to them for ever. */
const assertBringsItsRows = ({ event, model, writes }: Change): void => {
  const rows = writes.filter(({ kind }) => kind !== 'expect').map(({ entity }) => entity);
  const [stray] = strayRows({ ...event, model }, rows);
  // Tests of stores keep whatever they like, by an event that is about no release.
  if (stray !== undefined && !isOfStoreTests(event)) throw new Error(`could not commit ${event.event_type}: ${stray}`);
};
const isOfStoreTests = ({ event_type: type, release_id: id }: Change['event']): boolean =>
  type === 'endpoint_adopted' && id === '';

const isOf = <N extends EntityName>(entity: Entity, name: N): entity is Entities[N] => entity.entity === name;

const parse = (entity: Entity): Entity => kinds[entity.entity].schema.parse(entity);

const headOf = (events: readonly SealedEvent[]): Head => events.at(-1)?.head ?? GENESIS;

const assertHolds = ({ kind, entity }: Write, stored: Entity | undefined): void => {
  if (kind === 'create') {
    if (stored !== undefined)
      throw new Conflict(`could not create ${entity.entity} at ${placeOf(entity)}: it is there already`);
    return;
  }
  // What has version 0 was never written: to expect it is to expect nothing there.
  if (kind === 'expect' && entity.version === 0 && stored === undefined) return;
  if (stored?.version !== entity.version) {
    throw new Conflict(
      `could not ${kind} ${entity.entity} at ${placeOf(entity)}: version ${stored?.version} is not ${entity.version}`,
    );
  }
};

const counted = (kind: Write['kind'], entity: Entity): Entity =>
  frozen({ ...entity, version: kind === 'create' ? 1 : entity.version + 1 });

/** A copy that whoever reads it can only read: a judgement that changed what it was given would throw. */
const frozen = <T>(value: T): T => freeze(structuredClone(value));

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
};

const placeAt = ({ partition, sort }: RecordKey): string => `${partition} ${sort}`;
const placeOf = (entity: Entity): string => placeAt(keyOf(entity));
