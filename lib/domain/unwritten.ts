/** What `assay init` leaves for a person to write: no manifest is taken with it, and no check passes because of it. */
import { partsIn } from './readable.ts';

const MARK = 'TODO(assay init)';

/** The text that stands where a person has to write something. */
export const toWrite = (what: string): string => `${MARK}: ${what}`;

/** Wherever in a text it stands: who writes before or after it has not written it yet. */
export const isUnwritten = (text: string): boolean => text.includes(MARK);

/** The places in a document that are still to be written. */
export const unwrittenPaths = (document: unknown): (readonly (string | number)[])[] =>
  partsIn(document).flatMap(({ path, value }) => (typeof value === 'string' && isUnwritten(value) ? [path] : []));
