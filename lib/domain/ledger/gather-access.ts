import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { stored } from '../stored.ts';
import { type AccessLine, accessBytes, accessKey, Hour, hourAfter, hourOf } from './access.ts';

/** How far the accesses have been gathered, as stored in the table. Always `kept` ≤ `next` ≤ `open`. */
export const AccessState = stored({
  version: z.int().min(1),
  /** The hours from this one on take rows. Those before are closed for good: their rows are all there are. */
  open: Hour,
  /** The first hour whose object is not written yet. */
  next: Hour,
  /** The first hour whose rows are not removed yet. */
  kept: Hour,
  /** When the last step was taken. */
  at: Instant,
});
export type AccessState = z.infer<typeof AccessState>;

export interface AccessRows {
  state(): Promise<AccessState | undefined>;
  /** Replaces the state that this one was made from. Does nothing if another run has done so: it took the same step. */
  save(next: AccessState): Promise<void>;
  /** All rows of an hour, as they are now, line by line; and how many there are that are no line of it. */
  list(hour: Hour): Promise<{ readonly lines: readonly AccessLine[]; readonly unread: number }>;
  /** Lets the rows of an hour go, not before a day has passed. */
  remove(hour: Hour, now: Instant): Promise<void>;
}

type World = {
  readonly rows: AccessRows;
  /** Writes once. The same bytes again are no error, other bytes are. */
  readonly put: (object: { readonly key: string; readonly bytes: Uint8Array }) => Promise<void>;
  /** Hears of rows that none of our Lambdas writes. The log goes on without them (ADR 0087). */
  readonly tampered: (what: readonly string[]) => Promise<void>;
  readonly now: () => Instant;
};

/**
 * There is a minute between two steps. So no more than one object a minute is put; and when an hour is read, whatever was written
 * into it before it was closed can be seen.
 */
const STEP_MS = 60_000;

/**
 * Takes the next step that is due, and one at most: closes the hours that are over, writes the object of the first closed hour that has rows,
 * or lets rows go whose object is written. If we crash, or if two runs do it at once, the step is taken again from the same rows, with the same
 * bytes under the same key.
 */
export const gatherAccess = async (world: World): Promise<void> => {
  const { rows, now } = world;
  const state = await rows.state();
  const at = now();
  if (state === undefined) return rows.save(begunAt(at));
  if (millisecondsOf(at) < millisecondsOf(state.at) + STEP_MS) return;
  const moved = await nextStep(state, at, world);
  if (moved !== undefined) await rows.save({ ...state, ...moved, version: state.version + 1, at });
};

/** Before the first run no hour takes rows, so none can be missed. */
const begunAt = (at: Instant): AccessState => {
  const hour = hourOf(at);
  return { version: 1, open: hour, next: hour, kept: hour, at };
};

/** What the step changes of the state; undefined if there is nothing to do. */
const nextStep = async (
  { open, next, kept }: AccessState,
  at: Instant,
  { rows, put, tampered }: World,
): Promise<Partial<AccessState> | undefined> => {
  if (open < hourOf(at)) return { open: hourOf(at) };
  if (kept < next) {
    for (let hour = kept; hour < next; hour = hourAfter(hour)) await rows.remove(hour, at);
    return { kept: next };
  }
  for (let hour = next; hour < open; hour = hourAfter(hour)) {
    const { lines, unread } = await rows.list(hour);
    if (lines.length === 0 && unread === 0) continue;
    if (lines.length > 0) await put({ key: accessKey(hour), bytes: accessBytes(lines) });
    if (unread > 0) await tampered([`${accessKey(hour)} is without ${unread} rows that are no lines of it`]);
    return { next: hourAfter(hour), kept: hour };
  }
  return next < open ? { next: open, kept: open } : undefined;
};
