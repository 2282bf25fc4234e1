import type { Instant } from '../identifiers.ts';
import { Conflict, Refusal } from '../refusal.ts';
import type { Access } from './access.ts';

/** What a person may be given in one hour: enough for every file of several releases, and far from a copy of everything. */
export const ACCESSES_PER_HOUR = 60;

/** What waits to be gathered (`gather-access.ts`). A person's rows of an hour have the places 0, 1, 2 and so on. */
export interface AccessNotes {
  /** How many places this person has taken in the hour of the access. */
  taken(access: Access): Promise<number>;
  /** False if the place is taken, or if the hour takes no rows: then nothing was written. */
  note(access: Access, place: number): Promise<boolean>;
}

/** Each try looks again at the clock and at the places: another window of the person may have been faster, or the hour is over. */
const TRIES = 5;

/**
 * Establishes that an access is on record before anything is handed out, and that nobody is given more than the bound.
 * Throws `Conflict` if it could not be noted: then nothing may be handed out.
 */
export const noteAccess = async (
  { who, what, sha256 }: Omit<Access, 'at'>,
  notes: AccessNotes,
  now: () => Instant,
): Promise<Access> => {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const access = { at: now(), who, what, sha256 };
    const taken = await notes.taken(access);
    if (taken >= ACCESSES_PER_HOUR) {
      throw new Refusal('AskedTooOften', `${who} was given ${taken} files in this hour; ask again in the next`);
    }
    if (await notes.note(access, taken)) return access;
  }
  throw new Conflict(`could not note that ${who} is given ${what}`);
};
