/** What a model served when, and what else happened to it, as its events tell it. */
import type { Instant } from '../../domain/identifiers.ts';
import type { AuditEvent } from '../../domain/ledger/event.ts';

/** While a release was in production. It has no end if it still is. */
export type Reign = {
  readonly version: string;
  readonly releaseId: string;
  readonly from: Instant;
  readonly to: Instant | undefined;
  readonly endedBy: 'promotion' | 'rollback' | undefined;
};

export type Mark = {
  readonly at: Instant;
  readonly kind: 'rollback' | 'expiry' | 'configuration' | 'stop' | 'deviation';
  readonly what: string;
};

/** In the order of the chain. Where the first events are left out, the first reign begins with the first that is known. */
export const reignsIn = (events: readonly AuditEvent[]): Reign[] => {
  const reigns: Reign[] = [];
  const versions = new Map(events.map(({ release_id: id, model_version: version }) => [id, version]));
  const end = (at: Instant, endedBy: Reign['endedBy']) => {
    const last = reigns.at(-1);
    if (last !== undefined && last.to === undefined) reigns[reigns.length - 1] = { ...last, to: at, endedBy };
  };
  for (const { event_type: type, timestamp, release_id: releaseId, model_version: version, details } of events) {
    if (type === 'deployment_promoted') {
      end(timestamp, 'promotion');
      reigns.push({ version, releaseId, from: timestamp, to: undefined, endedBy: undefined });
    }
    if (type === 'rollback_executed') {
      const to = String(details['to'] ?? '');
      end(timestamp, 'rollback');
      if (to !== '')
        reigns.push({
          version: versions.get(to) ?? to,
          releaseId: to,
          from: timestamp,
          to: undefined,
          endedBy: undefined,
        });
    }
  }
  return reigns;
};

const MARKS: Readonly<Record<string, readonly [Mark['kind'], string]>> = {
  rollback_executed: ['rollback', 'Rolled back'],
  approval_expired: ['expiry', 'Approval expired'],
  configuration_changed: ['configuration', 'Policy or directory changed'],
  line_stopped: ['stop', 'Line stopped'],
  approval_suspended: ['stop', 'Approval suspended'],
  serving_deviation_found: ['deviation', 'Served what was not approved'],
};

export const marksIn = (events: readonly AuditEvent[]): Mark[] =>
  events.flatMap(({ event_type: type, timestamp, reason }) => {
    const mark = MARKS[type];
    return mark === undefined
      ? []
      : [{ at: timestamp, kind: mark[0], what: reason === '' ? mark[1] : `${mark[1]}: ${reason}` }];
  });
