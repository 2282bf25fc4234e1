/** The log's sign of life. A checkpoint has no time of its own, but the newest event that it covers has. */
import type { Change } from '../change/change.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { LOG_CHAIN } from '../ledger/event.ts';
import type { LogExtent } from '../ledger/extend-log.ts';
import type { Heartbeat } from '../records/heartbeat.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';

/**
 * Afterwards an event was committed within the last hour that the log covers, or will: if nothing else happened, a
 * heartbeat. It is shipped and covered like any other, so that silence is signed for, too; there are 24 a day at most.
 */
export const keepLogAlive = async (
  log: LogExtent,
  store: Pick<ReleaseStore, 'get' | 'commit'>,
  now: () => Instant,
): Promise<void> => {
  if (isRecent(log.coveredUntil, now())) return;
  await untilCommitted(async () => {
    const last = await store.get('heartbeat');
    // It may wait for its place in the log.
    if (!isRecent(last?.at, now())) await store.commit(heartbeat(log, last, now()), now());
  });
};

/** An event of the future is no sign of life: it was forged. */
const isRecent = (at: Instant | undefined, now: Instant): boolean =>
  at !== undefined && Math.abs(millisecondsOf(now) - millisecondsOf(at)) < HOUR_MS;

const heartbeat = ({ size, coveredUntil }: LogExtent, last: Heartbeat | undefined, now: Instant): Change => ({
  model: LOG_CHAIN,
  event: eventWithoutRelease(ASSAY, {
    event_type: 'log_heartbeat',
    details: { log_size: size, covered_until: coveredUntil ?? '' },
    idempotency_key: `heartbeat:${last?.version ?? 0}`,
  }),
  writes: [
    {
      kind: last === undefined ? 'create' : 'replace',
      entity: { entity: 'heartbeat', version: last?.version ?? 0, at: now },
    },
  ],
  intents: [],
});
