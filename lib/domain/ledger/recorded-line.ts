/** The rows that a change wrote, as the ledger has them: one line, bound by the event of the change (docs/formats/recorded-rows.md). */
import type { Sha256 } from '../identifiers.ts';
import { Sha256 as Digest } from '../identifiers.ts';
import { sha256 } from '../signing/canonical-json.ts';
import type { AuditEvent } from './event.ts';

type Bound = Pick<AuditEvent, 'model' | 'seq' | 'details'>;

/** The digest of the line that an event binds; undefined if a version committed it that recorded no rows. */
export const rowsDigestOf = ({ details }: Bound): Sha256 | undefined => Digest.safeParse(details['rows_sha256']).data;

/**
 * The line, once it is the one that the event binds. We stop if it is not: what the ledger says of a row must be what was committed.
 * Undefined for an event that binds none.
 */
export const boundRows = (event: Bound, line: Uint8Array | undefined): Uint8Array | undefined => {
  if (rowsDigestOf(event) === undefined) return undefined;
  const own = ownRows(event, line);
  if (own !== undefined) return own;
  const why = line === undefined ? 'are not there' : 'are not those that the event binds, as one line of JSON';
  throw new Error(`could not read the rows of event ${event.seq} of ${event.model}: they ${why}`);
};

/**
 * The line, if it is the one that the event binds; undefined if there is none such. Whoever may append an event chooses what it binds:
 * bytes that are no line would move the rows of all entries after it in their bundle.
 */
export const ownRows = (event: Bound, line: Uint8Array | undefined): Uint8Array | undefined =>
  line !== undefined && sha256(line) === rowsDigestOf(event) && isLineOfJson(line) ? line : undefined;

const NEWLINE = 0x0a;

const isLineOfJson = (bytes: Uint8Array): boolean => {
  if (bytes.includes(NEWLINE)) return false;
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
};
