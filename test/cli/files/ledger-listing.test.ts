import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerReader } from '../../../lib/adapters/s3-ledger-reader.ts';
import { settledListing, unsettled } from '../../../lib/cli/files/ledger-listing.ts';
import { missingProofs } from '../../../lib/domain/audit/missing-proofs.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { bundleKey } from '../../../lib/domain/ledger/bundle.ts';
import { checkpointKey } from '../../../lib/domain/ledger/checkpoint.ts';
import { eventKey } from '../../../lib/domain/ledger/event.ts';
import { LOG_BATCH_MAX_ENTRIES } from '../../../lib/domain/ledger/extend-log.ts';
import type { EventFile } from '../../../lib/domain/ledger/ledger-file.ts';
import type { Log } from '../../../lib/domain/ledger/log.ts';
import { aStory, eventFiles } from '../../domain/ledger/a-ledger.ts';

/** Midnight comes after five minutes, so that chains go on in another folder. */
const START = Date.parse('2026-11-20T23:55:00.000Z');
const instantAt = (second: number) => new Date(START + second * 1000).toISOString() as Instant;
const MODELS = ['credit', 'fraud', 'churn', 'claims', 'prices'];

type Burst = { readonly at: number; readonly events: number; readonly seconds: number };
type Shipped = { readonly file: EventFile; readonly at: number };
type Written = { readonly key: string; readonly at: number };

/** Events as they arrive in the bucket: each chain in its order, a second after they were committed. */
const shippedIn = (bursts: readonly Burst[]): Shipped[] => {
  const template = aStory()[0]?.event;
  if (template === undefined) throw new Error('the story has no events');
  const seqs = new Map<string, number>();
  const seconds = bursts.flatMap(({ at, events, seconds: over }) =>
    Array.from({ length: events }, (_, index) => at + (over * index) / events),
  );
  return seconds
    .toSorted((a, b) => a - b)
    .map((second, index) => {
      const model = MODELS[(index * 7) % MODELS.length] ?? '';
      const seq = (seqs.get(model) ?? 0) + 1;
      seqs.set(model, seq);
      const event = { ...template, model, seq, timestamp: instantAt(second) };
      return { file: { kind: 'event', key: eventKey(event), event, hash: template.prev }, at: second + 1 };
    });
};

/** The log as its writer extends it: woken every minute, so many events of one day in a step, a second for each step. */
const logOf = (shipped: readonly Shipped[], until: number): Written[] => {
  const written: Written[] = [];
  let size = 0;
  for (let minute = 60, now = 60; now < until; minute += 60, now = Math.max(now, minute)) {
    for (;;) {
      const waiting = shipped.slice(size).filter(({ at }) => at <= now);
      const day = waiting[0]?.file.event.timestamp.slice(0, 10) ?? '';
      const other = waiting.findIndex(({ file }) => !file.event.timestamp.startsWith(day));
      const batch = waiting.slice(0, Math.min(LOG_BATCH_MAX_ENTRIES, other < 0 ? waiting.length : other));
      if (batch.length === 0) break;
      now += 1;
      written.push({ key: bundleKey(day, size), at: now - 0.5 });
      size += batch.length;
      written.push({ key: checkpointKey(size), at: now });
    }
  }
  return written;
};

/** A bucket whose clock goes on by a fifth of a second with each page of a listing. */
const busyReader = (objects: readonly Written[], clock: { now: number }): LedgerReader => {
  const sorted = objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    versions: async function* (prefix) {
      for (let after = ''; ; ) {
        clock.now += 0.2;
        const page = sorted
          .filter(({ key, at }) => key.startsWith(prefix) && key > after && at <= clock.now)
          .slice(0, 100);
        for (const { key } of page) yield { key, versionId: 'v1', content: { sizeBytes: 1, etag: '' } };
        if (page.length < 100) return;
        after = page.at(-1)?.key ?? '';
      }
    },
    read: async () => new Uint8Array(),
  };
};

/** What the verifier would miss in a copy of these keys. The log took the events in the order in which they came. */
const missedIn = (keys: readonly string[], shipped: readonly Shipped[]) => {
  const size = Math.max(0, ...keys.filter((key) => key.startsWith('check')).map((key) => Number(key.slice(-16, -4))));
  const there = new Set(keys);
  const covered = shipped.slice(0, size).map(({ file }, index) => ({ ...file, index, bundleKey: '' }));
  const log: Log = { origin: undefined, entries: covered, attested: size, problems: [] };
  const uncovered = shipped.slice(size).flatMap(({ file }) => (there.has(file.key) ? [file] : []));
  return {
    missing: missingProofs(log, uncovered, {}),
    lost: covered.filter(({ key }) => !there.has(key)).map(({ key }) => key),
  };
};

const burst = fc.record({
  at: fc.integer({ min: 0, max: 400 }),
  events: fc.integer({ min: 1, max: 300 }),
  seconds: fc.integer({ min: 1, max: 120 }),
});

describe('a listing of the audit bucket (AU-11)', () => {
  it('raises no alarm in a thousand pulls of a ledger under load', async () => {
    let pauses = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(burst, { minLength: 1, maxLength: 5 }), fc.nat(30), async (bursts, offset) => {
        const shipped = shippedIn(bursts);
        const objects = [...shipped.map(({ file, at }) => ({ key: file.key, at })), ...logOf(shipped, 900)];
        for (let pull = 0; pull < 20; pull += 1) {
          const clock = { now: offset + pull * 30 };
          const { listed, problems } = await settledListing(busyReader(objects, clock), async () => {
            pauses += 1;
            clock.now += 5;
          });

          const keys = listed.map(({ key }) => key);
          expect(missedIn(keys, shipped)).toEqual({ missing: [], lost: [] });
          expect(problems).toEqual([]);
          expect(unsettled(keys)).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
    // Otherwise the load was none.
    expect(pauses).toBeGreaterThan(0);
  });

  it('is taken as it is when the log does not catch up', async () => {
    const shipped = shippedIn([{ at: 0, events: 101, seconds: 1 }]);
    const objects = shipped.map(({ file, at }) => ({ key: file.key, at }));
    const said = new Set<string>();

    const { listed } = await settledListing(busyReader(objects, { now: 10 }), async (why) => void said.add(why));

    expect(listed).toHaveLength(101);
    expect([...said]).toEqual(['101 events wait for a checkpoint']);
  });

  it('is looked at again if a chain has a gap, and only then', () => {
    const keys = eventFiles(aStory()).map(({ key }) => key);
    const third = keys.filter((key) => key.includes('model=credit'))[2] ?? '';

    expect(unsettled(keys.toReversed())).toBeUndefined();
    expect(unsettled(keys.filter((key) => key !== third))).toMatch(/an event before .*000000000004.json was written/);
  });
});
