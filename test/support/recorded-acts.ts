/** Compares what an act has read with what its transactions write: whatever can change and was read must be held. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Change, Intent } from '../../lib/domain/change/change.ts';
import { type Entity, type EntityName, keyOf } from '../../lib/domain/change/kinds.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { EventDraft } from '../../lib/domain/ledger/event.ts';

/** The kinds of which a record is replaced after it was created. All others are created once and stay as they are. */
export const CHANGEABLE: readonly EntityName[] = [
  'approval',
  'attestation',
  'break_glass',
  'canaries',
  'configuration',
  'content',
  'endpoint',
  'heartbeat',
  'endpoint_move',
  'hold',
  'key_rotation',
  'legal_hold',
  'line',
  'monitored',
  'package_holder',
  'periodic_review',
  'pointer',
  'registry_drift',
  'release',
  'request',
  'reverification',
  'rollback',
  'served_period',
  'served_versions',
  'suspension',
  'watched_endpoint',
];

type Act = { readonly name: string; readonly number: number; readonly read: Map<string, EntityName> };
const committed = new WeakSet<EventDraft>();

export type Transaction = {
  readonly act: string;
  /** Which call it was, of all. */
  readonly number: number;
  /** The event, which only a transaction that was committed has put on record. */
  readonly draft: EventDraft;
  readonly event: string;
  readonly isCommitted: () => boolean;
  readonly items: number;
  readonly creates: number;
  /** The kinds of records that were read and that the transaction neither replaces nor expects. */
  readonly unheld: readonly EntityName[];
  readonly replaces: readonly EntityName[];
  /** The kinds of records that it creates or replaces, and the kinds of side effects that it notes. */
  readonly writes: readonly EntityName[];
  readonly intents: readonly Intent['kind'][];
};

const acts = new AsyncLocalStorage<Act>();

/** Every transaction that was tried, in order. */
export const transactions: Transaction[] = [];

/** One act: a call of a Lambda or of the domain, from its first read to its last transaction. */
export const inAct = <T>(name: string, run: () => Promise<T>): Promise<T> =>
  acts.run({ name, number: ++begun, read: new Map() }, run);
let begun = 0;

export const recording = (store: ReleaseStore): ReleaseStore => ({
  ...store,
  get: async (name, ...id) => {
    const found = await store.get(name, ...id);
    if (found !== undefined) note(found);
    return found;
  },
  list: async (name, ...owner) => {
    const found = await store.list(name, ...owner);
    found.forEach(note);
    return found;
  },
  commit: async (change, now) => {
    compare(change);
    try {
      const sealed = await store.commit(change, now);
      committed.add(change.event);
      return sealed;
    } catch (cause) {
      // The act reads and judges again.
      acts.getStore()?.read.clear();
      throw cause;
    }
  },
});

const note = (entity: Entity): void => {
  if (CHANGEABLE.includes(entity.entity)) acts.getStore()?.read.set(placeOf(entity), entity.entity);
};

/** The head of the chain, the event and its shipping come with every change. */
const WITH_EVERY_CHANGE = 3;

/** How many items the transaction of a change has. */
export const itemsOf = ({ writes, intents }: Change): number => writes.length + intents.length + WITH_EVERY_CHANGE;

/** The kinds of records that a change creates or replaces, and the kinds of side effects that it notes. */
export const writtenBy = ({ writes, intents }: Change): Pick<Transaction, 'writes' | 'intents'> => ({
  writes: writes.flatMap(({ kind, entity }) => (kind === 'expect' ? [] : [entity.entity])),
  intents: intents.map(({ intent }) => intent.kind),
});

const compare = (change: Change): void => {
  const { event, writes } = change;
  const {
    name: act,
    number,
    read,
  } = acts.getStore() ?? { name: 'none', number: 0, read: new Map<string, EntityName>() };
  const held = new Set(writes.map(({ entity }) => placeOf(entity)));
  transactions.push({
    act,
    number,
    draft: event,
    event: event.event_type,
    isCommitted: () => committed.has(event),
    items: itemsOf(change),
    creates: writes.filter(({ kind }) => kind === 'create').length,
    unheld: [...read].flatMap(([place, kind]) => (held.has(place) ? [] : [kind])),
    ...writtenBy(change),
    replaces: writes.flatMap(({ kind, entity }) => (kind === 'replace' ? [entity.entity] : [])),
  });
  // What it replaces is another record afterwards.
  for (const place of held) read.delete(place);
};

const placeOf = (entity: Entity): string => JSON.stringify(keyOf(entity));
