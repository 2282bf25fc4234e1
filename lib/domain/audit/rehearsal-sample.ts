import type { Log } from '../ledger/log.ts';
import { sha256 } from '../signing/canonical-json.ts';

type Entry = Log['entries'][number];

/** A number below a bound that follows from a text: nobody can choose it, and everybody can find it again. */
const below = (bound: number, text: string): number =>
  Number.parseInt(sha256(new TextEncoder().encode(text)).slice(0, 12), 16) % bound;

/** So many of the entries, drawn by a seed, in their order; all of them if there are no more. */
export const sampleOf = <T extends Pick<Entry, 'index'>>(entries: readonly T[], seed: string, most: number): T[] => {
  const left = [...entries];
  const drawn: T[] = [];
  for (let number = 0; left.length > 0 && drawn.length < most; number += 1) {
    drawn.push(...left.splice(below(left.length, `${seed}:${number}`), 1));
  }
  return drawn.toSorted((one, other) => one.index - other.index);
};

/** What the questions are asked about, by the names of their parameters. */
export type Subjects = Readonly<Record<string, string>>;

/** A release that the log knows, drawn by a seed, its model, another release of that, and the instant of the newest entry; nothing if there is none. */
export const subjectsIn = (entries: readonly Entry[], seed: string): Subjects => {
  const requests = entries.filter(({ event }) => event.event_type === 'release_requested');
  const [drawn] = sampleOf(requests, `${seed}:release`, 1);
  if (drawn === undefined) return {};
  const { model, release_id: release } = drawn.event;
  const [before = drawn] = sampleOf(
    requests.filter(({ event }) => event.model === model && event.release_id !== release),
    `${seed}:before`,
    1,
  );
  const at = entries.reduce(
    (newest, { event }) => (event.timestamp > newest ? event.timestamp : newest),
    drawn.event.timestamp,
  );
  return { model, release, before: before.event.release_id, after: release, at };
};
