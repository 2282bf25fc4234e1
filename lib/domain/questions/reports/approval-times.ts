import { millisecondsOf } from '../../instant.ts';
import { type AuditEvent, decisionOf } from '../../ledger/event.ts';
import { shown } from '../question.ts';
import type { Material, Section } from './section.ts';

/** When people were asked, when each of them decided, and how long that took. Nobody who withdrew or let it expire is left out. */
export const approvalTimes = ({ events }: Material, within: (at: string) => boolean): Omit<Section, 'name'> => {
  const askedAt = new Map<string, AuditEvent>();
  const rows = events.flatMap((event) => {
    const { event_type: type, release_id: releaseId, timestamp } = event;
    if (type === 'approval_requested' && !askedAt.has(releaseId)) askedAt.set(releaseId, event);
    const decision = decisionOf(type) ?? ENDED[type];
    if (decision === undefined || !within(timestamp)) return [];
    const asked = askedAt.get(releaseId)?.timestamp;
    return [
      {
        release_id: releaseId,
        model: event.model_name,
        version: event.model_version,
        decision,
        by: event.actor_id,
        role: event.actor_role,
        asked_at: asked ?? '',
        decided_at: timestamp,
        minutes: asked === undefined ? '' : Math.round((millisecondsOf(timestamp) - millisecondsOf(asked)) / 60_000),
        state: event.approval_state,
        event: `${event.model}/${event.seq}`,
      },
    ];
  });
  return {
    title: 'Approval timestamps',
    says: 'When people were first asked about a release, and when each decision was recorded. Minutes are counted from one to the other.',
    columns: [
      shown('release_id', 'release'),
      shown('model', 'model'),
      shown('version', 'version'),
      shown('decision', 'decision'),
      shown('by', 'by'),
      shown('role', 'role'),
      shown('asked_at', 'asked'),
      shown('decided_at', 'decided'),
      shown('minutes', 'minutes', 'count'),
      shown('state', 'state afterwards'),
      { ...shown('event', 'chain and number'), isAside: true },
    ],
    rows,
  };
};

/** What else ends a request, or follows from its decisions. */
const ENDED: Readonly<Record<string, string>> = {
  release_approved: 'approved',
  approval_withdrawn: 'withdrawn',
  approval_expired: 'expired',
};
