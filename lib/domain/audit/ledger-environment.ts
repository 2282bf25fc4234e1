/** Which environment a ledger is of: that of the deployment that wrote it, which is one. */
import type { AuditEvent } from '../ledger/event.ts';

/** Of the log of each deployment, `assay/ACCOUNT/REGION/ENVIRONMENT`: it stands in every checkpoint, under the signature of the log. */
const ORIGIN = /^assay\/\d{12}\/[a-z0-9-]+\/([a-z][a-z0-9-]*)$/;

/** Of other events, `environment` may be anything. */
const isNaming = ({ event_type: type }: AuditEvent): boolean =>
  type === 'deployment_started' || type.startsWith('break_glass_');

/** The environment that an event says it is about; undefined if it says none. */
export const environmentIn = (event: AuditEvent): string | undefined => {
  const { environment } = event.details;
  return isNaming(event) && environment !== undefined ? String(environment) : undefined;
};

/**
 * The environment of a ledger, by the origin of its log. Where that names none, by the first event that does: then no event is
 * judged by its own word, unless it is the first of all. Undefined if nothing tells.
 */
export const environmentOf = (events: readonly AuditEvent[], origin: string | undefined): string | undefined => {
  const [, ofLog] = ORIGIN.exec(origin ?? '') ?? [];
  if (ofLog !== undefined) return ofLog;
  const [first] = events
    .filter((event) => environmentIn(event) !== undefined)
    .toSorted((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
  return first && environmentIn(first);
};
