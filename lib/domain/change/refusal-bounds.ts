/** How many refusals anybody can write to the ledger. What is locked for years must not be written by those who are refused. */
import type { Instant, Sha256 } from '../identifiers.ts';
import type { EventType } from '../ledger/event.ts';
import { principalOf } from '../policy/principal.ts';
import { type RefusalSlot, slotDigest } from '../records/refusal-slot.ts';
import { Refusal } from '../refusal.ts';
import type { Change } from './change.ts';
import type { ReleaseStore } from './release-store.ts';

/** Every event that says no. The name decides, so a new one does not compile without a bound. */
export type RefusalEvent = Extract<EventType, `${string}_refused`>;

type Bound = {
  /** The refusal; or the request, where one that is taken may come to nothing. */
  readonly event: RefusalEvent | 'break_glass_requested' | 'key_rotation_requested' | 'mails_resent';
  /** Who can cause it. */
  readonly causedBy: string;
  /** What the places are counted by. */
  readonly countedBy: readonly string[];
  readonly places: number;
  /**
   * Whether the place is taken by the request that may be refused later: a machine cannot leave out the event that ends what
   * it was asked for, so it is asked only so often.
   */
  readonly isTakenByRequest?: true;
};

type Unbounded<Table extends Record<string, Bound>> = Exclude<RefusalEvent, Table[keyof Table]['event']>;
/** Makes the compiler name the refusals that have no bound. */
const bounding = <const Table extends Record<string, Bound>>(
  table: Table,
  ..._: [Unbounded<Table>] extends [never] ? [] : [Unbounded<Table>]
): Table => table;

/** docs/threat-model.md shows this table. A bound without `day` holds for good. */
export const REFUSAL_BOUNDS = bounding({
  intake_of_caller: {
    event: 'release_refused',
    causedBy: 'a caller of the API with the role `releaser`, or whose principal the directory knows',
    countedBy: ['caller', 'day'],
    places: 100,
  },
  intake_of_door: {
    event: 'release_refused',
    causedBy:
      'anybody who may put events on the bus, create model packages, or sign requests as a principal that nobody declared',
    countedBy: ['door', 'day'],
    places: 200,
  },
  decision: {
    event: 'approval_refused',
    causedBy: 'anybody who holds the link of a person, while the request is open',
    countedBy: ['request', 'person'],
    places: 4,
  },
  promotion: {
    event: 'promotion_refused',
    causedBy: 'an operator who asks for another attempt',
    countedBy: ['operator', 'release', 'day'],
    places: 12,
    isTakenByRequest: true,
  },
  promotion_order: {
    event: 'promotion_order_refused',
    causedBy: 'an operator who made or approved the release',
    countedBy: ['operator', 'release', 'day'],
    places: 4,
  },
  rollback_of_operator: {
    event: 'rollback_refused',
    causedBy: 'an operator, where there is nothing to go back to or another rollback is under way',
    countedBy: ['operator', 'model', 'day'],
    places: 12,
  },
  rollback_of_alarm: {
    event: 'rollback_refused',
    causedBy: 'anybody who may set alarms',
    countedBy: ['model', 'day'],
    places: 24,
  },
  rollback_again: {
    event: 'rollback_refused',
    causedBy: 'an operator, or all alarms, asking again after the rollback of the same epoch was refused',
    countedBy: ['operator or `alarms`', 'model', 'day'],
    places: 24,
    isTakenByRequest: true,
  },
  move: {
    event: 'endpoint_move_refused',
    causedBy: 'an operator, before the move begins',
    countedBy: ['operator', 'day'],
    places: 12,
  },
  move_begun: {
    event: 'endpoint_move_refused',
    causedBy: 'an operator whose move was begun',
    countedBy: ['operator', 'day'],
    places: 24,
    isTakenByRequest: true,
  },
  adoption: {
    event: 'endpoint_adoption_refused',
    causedBy: 'an operator',
    countedBy: ['operator', 'day'],
    places: 12,
  },
  hold: {
    event: 'hold_consent_refused',
    causedBy: 'the operator who asked for the rollback',
    countedBy: ['operator', 'model', 'day'],
    places: 4,
  },
  break_glass: {
    event: 'break_glass_confirmation_refused',
    causedBy: 'whoever asked for the break-glass, or made the release',
    countedBy: ['person', 'model', 'day'],
    places: 4,
  },
  break_glass_request: {
    event: 'break_glass_requested',
    causedBy: 'whoever asks for one after another, and ends each',
    countedBy: ['person', 'model', 'day'],
    places: 6,
    isTakenByRequest: true,
  },
  key_rotation: {
    event: 'key_rotation_requested',
    causedBy: 'an operator who asks again where nothing was re-signed',
    countedBy: ['operator', 'day'],
    places: 12,
    isTakenByRequest: true,
  },
  mails: {
    event: 'mails_resent',
    causedBy: 'an operator who sends messages again, or reminds people',
    countedBy: ['release', 'day'],
    places: 12,
    isTakenByRequest: true,
  },
  transition: {
    event: 'transition_refused',
    causedBy: 'a defect of a machine',
    countedBy: ['release', 'day'],
    places: 4,
  },
});
export type BoundName = keyof typeof REFUSAL_BOUNDS;

type Place = {
  readonly bound: BoundName;
  /** What the bound counts by, in its order; the day is added. */
  readonly by: readonly string[];
};
/** `about` is what was refused: the same has one place, however often it is asked for. */
export type RefusalClaim = Place & { readonly about: readonly string[] };

type Slots = Pick<ReleaseStore, 'get' | 'list'>;

/**
 * Puts a refusal on record, if its bound has a place left and the same is not there already. Beyond that the refusal is
 * only answered, and logged where it is answered.
 */
export const recordRefusal = async (
  change: Change,
  { about, ...place }: RefusalClaim,
  store: Slots & Pick<ReleaseStore, 'commit'>,
  now: Instant,
): Promise<void> => {
  const slots = await slotsOf(place, store, now);
  const refused = slotDigest(about);
  if (slots === undefined || slots.taken.some((slot) => slot.about === refused)) return;
  await store.commit(withSlot(change, slots.next(refused)), now);
};

/** The change of a request that may be refused later, with its place. Refuses a request for which none is left. */
export const withinBound = async (change: Change, place: Place, store: Slots, now: Instant): Promise<Change> => {
  const slots = await slotsOf(place, store, now);
  if (slots !== undefined) return withSlot(change, slots.next(slotDigest([change.event.idempotency_key])));
  const { places, countedBy } = REFUSAL_BOUNDS[place.bound];
  const isOfPerson = countedBy.some((name) => name === 'person');
  const other = isOfPerson ? ', or have another person ask' : '';
  const often = `asked ${places} times today; ask again tomorrow (UTC)${other}`;
  throw new Refusal('AskedTooOften', `${place.by.join(', ')}: ${often}`);
};

const withSlot = (change: Change, entity: RefusalSlot): Change => ({
  ...change,
  writes: [...change.writes, { kind: 'create', entity }],
});

const principalIn = (name: string): string => (name.startsWith('arn:') ? principalOf(name) : name);

/** The places that are taken, and the next one; undefined if none is left. */
const slotsOf = async ({ bound, by }: Place, store: Slots, now: Instant) => {
  const { countedBy: names, places } = REFUSAL_BOUNDS[bound];
  const isDaily = names.some((name) => name === 'day');
  // A session of a role is no other person: whoever acts as it would choose its name.
  const countedBy = slotDigest([...by.map(principalIn), ...(isDaily ? [now.slice(0, 10)] : [])]);
  // They are taken in order: the last one says that all are, and costs one read.
  if ((await store.get('refusal_slot', bound, countedBy, String(places - 1))) !== undefined) return undefined;
  const taken = await store.list('refusal_slot', bound, countedBy);
  const next = (about: Sha256): RefusalSlot => ({
    entity: 'refusal_slot',
    version: 0,
    bound,
    countedBy,
    slot: String(taken.length),
    about,
    takenAt: now,
  });
  return { taken, next };
};
