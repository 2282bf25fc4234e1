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
  const expected = rowsDigestOf(event);
  if (expected === undefined) return undefined;
  if (line !== undefined && sha256(line) === expected) return line;
  const why = line === undefined ? 'are not there' : 'are not those that the event binds';
  throw new Error(`could not read the rows of event ${event.seq} of ${event.model}: they ${why}`);
};

/** The line, if it is the one that the event binds; undefined if there is none such. */
export const ownRows = (event: Bound, line: Uint8Array | undefined): Uint8Array | undefined =>
  line !== undefined && sha256(line) === rowsDigestOf(event) ? line : undefined;
