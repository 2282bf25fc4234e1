import type { OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import {
  type DueEvent,
  NOTED_TOGETHER_MAX,
  SHIPPED_TOGETHER_MAX,
  type Shipping,
} from '../../lib/adapters/dynamodb-shipping.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';

type World = {
  readonly shipping: Shipping;
  /** Puts an event into the audit bucket, once and for all. */
  readonly put: (sealed: SealedEvent) => Promise<void>;
  readonly now: () => Instant;
  readonly onFailure: (error: unknown) => void;
};

/**
 * Ships the events of these rows with those that waited for them, and answers the rows that it left: they are dispatched one by one, under a lease, and fail there with
 * their reasons. No lease is taken here, because an event that two dispatchers ship is written once: the second finds the same bytes.
 */
export const shipTogether = async (keys: readonly OutboxKey[], world: World): Promise<OutboxKey[]> => {
  // The key of a row that came twice must not be twice in a transaction.
  const all = [...new Map(keys.map((key) => [idOf(key), key])).values()];
  const noted = new Set<string>();
  for (let from = 0; from < all.length; from += SHIPPED_TOGETHER_MAX) {
    const shipped = await shipSome(all.slice(from, from + SHIPPED_TOGETHER_MAX), world);
    for (const { row } of shipped) noted.add(idOf(row));
  }
  return all.filter((key) => !noted.has(idOf(key)));
};

const idOf = ({ pk, sk }: OutboxKey): string => JSON.stringify([pk, sk]);

const shipSome = async (keys: readonly OutboxKey[], world: World): Promise<readonly DueEvent[]> => {
  try {
    const due = await world.shipping.read(keys, world.now());
    const chains = Map.groupBy(due, ({ sealed }) => sealed.event.model).values();
    const put = (await Promise.all([...chains].map((chain) => putChain(chain, world)))).flat();
    // If we crash here, the rows are still due, and the next dispatcher finds the same bytes in the bucket.
    const noted: DueEvent[] = [];
    for (let from = 0; from < put.length; from += NOTED_TOGETHER_MAX) {
      const some = put.slice(from, from + NOTED_TOGETHER_MAX);
      if (await world.shipping.note(some, world.now())) noted.push(...some);
    }
    return noted;
  } catch (error) {
    world.onFailure(error);
    return [];
  }
};

/** In the order of the chain, and none before the one before it, so that a copy of the bucket made meanwhile shows no gap. */
const putChain = async (chain: readonly DueEvent[], { shipping, put, now, onFailure }: World): Promise<DueEvent[]> => {
  const due = chain.toSorted((one, other) => one.sealed.event.seq - other.sealed.event.seq);
  const [first] = due;
  const waited = first === undefined || first.isNext ? [] : await shipping.readWaiting(first, now());
  const done: DueEvent[] = [];
  for (const event of [...waited, ...due]) {
    const follows = done.at(-1)?.sealed.event.seq === event.sealed.event.seq - 1;
    if (!event.isNext && !follows) continue;
    try {
      await put(event.sealed);
    } catch (error) {
      onFailure(error);
      return done;
    }
    done.push(event);
  }
  return done;
};
