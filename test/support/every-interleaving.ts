/**
 * Runs acts against one store in every order of their reads and writes that can make a difference. Reads change nothing, so what
 * counts is which of them went before each write: every subset that the acts allow is tried. What no other act writes is read at once.
 */
import type { Change } from '../../lib/domain/change/change.ts';
import { keyOf, kinds } from '../../lib/domain/change/kinds.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { RecordKey } from '../../lib/domain/record-kind.ts';

export type Race = {
  readonly store: ReleaseStore;
  readonly acts: readonly ((store: ReleaseStore) => Promise<unknown>)[];
  /** What has to hold however it went. */
  readonly check: (settled: readonly PromiseSettledResult<unknown>[]) => Promise<void>;
};

/** Makes the race again for each order; answers how many there are. */
export const everyInterleaving = async (prepare: () => Race): Promise<number> => {
  // Which rows are written is known afterwards: as long as there are more of them, everything is tried again.
  const written: Written = new Map();
  for (;;) {
    const known = written.size;
    const orders = await everyChoice((choose) => runOnce(prepare(), written, choose));
    if (written.size === known) return orders;
  }
};

/** By each act and place, which act it is and where it writes. */
type Written = Map<string, { readonly act: number; readonly place: string }>;

type Choose = (count: number) => number;

/** Runs with every sequence of choices. */
const everyChoice = async (run: (choose: Choose) => Promise<void>): Promise<number> => {
  const path: { taken: number; readonly of: number }[] = [];
  for (let runs = 1; ; runs += 1) {
    let depth = 0;
    await run((of) => {
      const choice = path[depth] ?? { taken: 0, of };
      path[depth] = choice;
      depth += 1;
      return choice.taken;
    });
    while (path.length > 0 && path.at(-1)?.taken === (path.at(-1)?.of ?? 0) - 1) path.pop();
    const last = path.at(-1);
    if (last === undefined) return runs;
    last.taken += 1;
  }
};

/** What an act waits for, and whether it has ended. */
type Turns = { readonly act: number; reads: (() => void)[]; write: (() => void) | undefined; isDone: boolean };

const runOnce = async ({ store, acts, check }: Race, written: Written, choose: Choose): Promise<void> => {
  const all = acts.map((_, act): Turns => ({ act, reads: [], write: undefined, isDone: false }));
  const running = acts.map(async (act, index) => {
    const turns = all[index] as Turns; // made for that very act
    await act(inTurn(store, turns, written)).finally(() => {
      turns.isDone = true;
    });
  });
  const settled = Promise.allSettled(running);
  await quiet();
  for (;;) {
    const waiting = all.filter(({ isDone }) => !isDone);
    if (waiting.length === 0) break;
    // Who writes next, and how far the others have read by then.
    const next = waiting[choose(waiting.length)];
    while (next !== undefined && next.reads.length > 0) await readSome(next, bitsOf(next.reads.length));
    for (const other of waiting) if (other !== next) await readAhead(other, choose);
    const write = next?.write;
    if (next === undefined || write === undefined) continue;
    next.write = undefined;
    write();
    await quiet();
  }
  await check(await settled);
};

/** All of so many. */
const bitsOf = (count: number): number => 2 ** count - 1;

/** Lets an act do any of the reads that it waits for, and go on if that were all of them. */
const readAhead = async (turns: Turns, choose: Choose): Promise<void> => {
  while (turns.reads.length > 0) {
    const whole = bitsOf(turns.reads.length);
    const some = choose(whole + 1);
    await readSome(turns, some);
    if (some !== whole) return;
  }
};

/** Does those reads whose bits are set. */
const readSome = async (turns: Turns, bits: number): Promise<void> => {
  const reads = turns.reads;
  const isSet = (index: number) => (bits & (2 ** index)) !== 0;
  turns.reads = reads.filter((_, index) => !isSet(index));
  for (const [index, read] of reads.entries()) if (isSet(index)) read();
  await quiet();
};

/** After every act has gone as far as it can: nothing in memory waits for anything else. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const inTurn = (store: ReleaseStore, turns: Turns, written: Written): ReleaseStore => {
  const readTurn = async (place: string): Promise<void> => {
    if (![...written.values()].some((one) => one.act !== turns.act && one.place.startsWith(place))) return;
    await new Promise<void>((resolve) => turns.reads.push(resolve));
  };
  return {
    ...store,
    get: async (name, ...id) => {
      await readTurn(placeAt(kinds[name].key(...id)));
      return store.get(name, ...id);
    },
    list: async (name, ...owner) => {
      await readTurn(placeAt(kinds[name].prefix(...owner)));
      return store.list(name, ...owner);
    },
    releasesOfPackage: async (arn) => {
      await readTurn('');
      return store.releasesOfPackage(arn);
    },
    commit: async (change, now) => {
      await new Promise<void>((resolve) => {
        turns.write = resolve;
      });
      const { act } = turns;
      for (const place of placesWritten(change)) written.set(`${act} ${place}`, { act, place });
      return store.commit(change, now);
    },
  };
};

const placeAt = ({ partition, sort }: RecordKey): string => `${partition} ${sort}`;

const placesWritten = ({ writes }: Change): string[] =>
  writes.flatMap(({ kind, entity }) => (kind === 'expect' ? [] : [placeAt(keyOf(entity))]));
