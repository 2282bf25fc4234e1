import { describe, expect, it } from 'vitest';
import { keepLogAlive } from '../../../lib/domain/attestation/heartbeat.ts';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { LOG_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../../support/memory-release-store.ts';
import { aStory, LOG_PUBLIC_KEY } from '../ledger/a-ledger.ts';

const story = aStory();
const NEWEST = '2026-11-21T00:00:17.000Z' as Instant;
const since = (milliseconds: number) => () => plusMilliseconds(NEWEST, milliseconds);
const covered = { size: story.length, coveredUntil: NEWEST };
/** What the change of an event wrote, as the log writer reads it. */
const lineOf = async (seq: number, store: MemoryReleaseStore) => {
  const line = await store.recorded(LOG_CHAIN, seq);
  return line === undefined ? {} : { line };
};
const beats = async (store: MemoryReleaseStore) => (await store.events(LOG_CHAIN)).map(({ event }) => event);

describe('the log writer (AU-11)', () => {
  it('gives a sign of life when nothing was covered for an hour, and not before', async () => {
    const store = memoryReleaseStore();

    await keepLogAlive(covered, store, since(HOUR_MS - 1));
    const early = await beats(store);
    await keepLogAlive(covered, store, since(HOUR_MS));

    expect(early).toEqual([]);
    expect(await beats(store)).toMatchObject([
      {
        event_type: 'log_heartbeat',
        seq: 1,
        timestamp: since(HOUR_MS)(),
        actor_role: 'system',
        release_id: '',
        details: { log_size: story.length, covered_until: NEWEST },
      },
    ]);
  });

  it('gives none while the last one waits for its place in the log, and 24 a day at most', async () => {
    const store = memoryReleaseStore();

    for (let minute = 60; minute <= 25 * 60; minute += 1) {
      await keepLogAlive(covered, store, since(minute * 60_000));
    }

    const times = (await beats(store)).map(({ timestamp }) => timestamp);
    expect(times).toHaveLength(25);
    expect(times.filter((at) => at < since(DAY_MS + HOUR_MS)())).toHaveLength(24);
  });

  it('gives one although an event of the future is covered, which would silence it for years', async () => {
    const store = memoryReleaseStore();

    await keepLogAlive({ ...covered, coveredUntil: '2099-01-01T00:00:00.000Z' as Instant }, store, since(0));

    expect(await beats(store)).toHaveLength(1);
  });

  it('gives one before anything was covered', async () => {
    const store = memoryReleaseStore();

    await keepLogAlive({ size: 0, coveredUntil: undefined }, store, since(0));
    await keepLogAlive({ size: 0, coveredUntil: undefined }, store, since(60_000));

    expect(await beats(store)).toMatchObject([{ details: { log_size: 0, covered_until: '' } }]);
  });

  it('gives one although two of its runs give it at once', async () => {
    const store = memoryReleaseStore();
    let isFirst = true;
    const racing = {
      get: store.get.bind(store),
      commit: async (...[change, now]: Parameters<MemoryReleaseStore['commit']>) => {
        if (isFirst) {
          isFirst = false;
          await keepLogAlive(covered, store, since(HOUR_MS));
          throw new Conflict('the other run was first');
        }
        return store.commit(change, now);
      },
    };

    await keepLogAlive(covered, racing, since(HOUR_MS));

    expect(await beats(store)).toHaveLength(1);
  });

  it('signs for it as for any other event, so that a verifier knows until when nothing else happened', async () => {
    const store = memoryReleaseStore();
    const log = new MemoryLog();
    log.ship(story);
    await keepLogAlive(await log.run(), store, since(HOUR_MS));
    const beat = await store.events(LOG_CHAIN);
    log.ship(await Promise.all(beat.map(async (one) => ({ ...one, ...(await lineOf(one.event.seq, store)) }))));
    await log.run();

    const notOlderThan = since(HOUR_MS)();
    const report = await verifyLedger(log.files(), { logPublicKeyPem: LOG_PUBLIC_KEY, notOlderThan });

    expect(report).toMatchObject({ problems: [], missingProofs: [], notYetCovered: [], coveredUntil: notOlderThan });
  });
});
