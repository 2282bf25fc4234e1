import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { untilCommitted } from '../../../lib/domain/change/until-committed.ts';
import type { LoggedEvent } from '../../../lib/domain/ledger/bundle.ts';
import { ForgedEvent, leafHash } from '../../../lib/domain/ledger/chain.ts';
import { INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { extendLog, LOG_BATCH_MAX_ENTRIES, LogState } from '../../../lib/domain/ledger/extend-log.ts';
import { EMPTY_TREE } from '../../../lib/domain/ledger/merkle.ts';
import { type Fault, LOG_WRITES, MemoryLog } from '../../support/memory-log.ts';
import { aDraft, aRecordedStory, aStory, sealAll } from './a-ledger.ts';

const story = aRecordedStory();
const NEWEST = story.at(-1)?.event.timestamp;
const midnight = story.findIndex(({ event }) => event.timestamp.startsWith('2026-11-21'));

const aLog = (events = story): MemoryLog => {
  const log = new MemoryLog();
  log.ship(events);
  return log;
};

/** The bundles in the order of the log, as text. */
const entriesOf = ({ bucket }: MemoryLog): string[] =>
  [...bucket.keys()]
    .filter((key) => key.startsWith('bundles/'))
    .toSorted((a, b) => (a.slice(-20) < b.slice(-20) ? -1 : 1))
    .flatMap((key) =>
      Buffer.from(bucket.get(key) ?? [])
        .toString('utf8')
        .trimEnd()
        .split('\n'),
    );

/** Everything is in the log, once, under a signed checkpoint, and the rules hold. */
const expectWhole = async (log: MemoryLog, events = story) => {
  const report = await log.verify();
  expect(report.problems).toEqual([]);
  expect(report.notYetCovered).toEqual([]);
  const lines = events.map(({ bytes }) => Buffer.from(bytes).toString('utf8'));
  expect(entriesOf(log).toSorted()).toEqual(lines.toSorted());
  expect(log.state).toMatchObject({ published: true, tree: { size: events.length } });
  const sizes = report.checkpoints.map(({ size }) => size);
  expect(new Set(sizes).size).toBe(sizes.length);
};

describe('the log', () => {
  it('takes every waiting event, a day at a time, and ends each step in a signed checkpoint', async () => {
    const log = aLog();

    expect(await log.run()).toEqual({ size: story.length, coveredUntil: NEWEST });

    expect([...log.bucket.keys()].toSorted()).toEqual([
      'bundles/v1/dt=2026-11-20/000000000000.ndjson',
      `bundles/v1/dt=2026-11-21/${String(midnight).padStart(12, '0')}.ndjson`,
      `checkpoints/v1/${String(midnight).padStart(12, '0')}.txt`,
      `checkpoints/v1/${String(story.length).padStart(12, '0')}.txt`,
      'rows/v1/dt=2026-11-20/000000000000.ndjson',
      `rows/v1/dt=2026-11-21/${String(midnight).padStart(12, '0')}.ndjson`,
    ]);
    await expectWhole(log);
  });

  it('keeps what each entry wrote beside its bundle, in the line of its number', async () => {
    const log = aLog();
    await log.run();

    const [bundle, rows] = ['bundles', 'rows'].map((part) =>
      Buffer.from(log.bucket.get(`${part}/v1/dt=2026-11-20/000000000000.ndjson`) ?? [])
        .toString('utf8')
        .split('\n'),
    );

    const keys = (bundle ?? []).slice(0, -1).map((line) => JSON.parse(line).idempotency_key);
    expect(rows).toEqual([...keys.map((key) => JSON.stringify({ due: [{ key }], rows: [] })), '']);
  });

  it('writes no rows for events of a version that bound none', async () => {
    const log = aLog(aStory());

    await log.run();

    expect([...log.bucket.keys()].filter((key) => key.startsWith('rows/'))).toEqual([]);
    await expectWhole(log, aStory());
  });

  it.each([
    ['are not there', undefined],
    ['are not those that the event binds', new TextEncoder().encode('{"due":[],"rows":[]}')],
  ])('goes on without rows that %s, says so, and the line is empty for ever', async (_, line) => {
    const [first, ...others] = story;
    if (first === undefined) throw new Error('the story is empty');
    const log = aLog([{ ...first, line }, ...others]);

    await log.run();

    expect(log.tampered).toEqual([
      'credit/1 binds rows that the table has not as one line of JSON: its line in the ledger is empty',
    ]);
    expect((await log.verify()).problems).toEqual([
      {
        key: 'rows/v1/dt=2026-11-20/000000000000.ndjson',
        why: 'has no rows: the table had not what entry 0 of the log binds',
      },
    ]);
    expect(log.state?.tree.size).toBe(story.length);
  });

  it.each<[string, () => LoggedEvent | undefined]>([
    ['is not there', () => undefined],
    ['is another event', () => story[9]],
    [
      'is no event: could not read an event: its bytes are none',
      () => {
        throw new ForgedEvent('could not read an event: its bytes are none');
      },
    ],
    ['is not an audit event in canonical form', () => inOtherBytes((text) => `{\n${text.slice(1)}`)],
    ['has 16385 bytes; the limit is 16384', () => inOtherBytes((text) => text.padEnd(16_385))],
  ])('goes on without an event that %s, and says so each time', async (why, read) => {
    const log = aLog();
    log.forge({ model: 'credit', seq: 1 }, read);

    const extent = await log.run();
    await log.run();

    expect(extent.size).toBe(story.length - 1);
    expect(log.tampered).toEqual([`credit/1 ${why}`, `credit/1 ${why}`]);
  });

  it('goes on although more than a batch was put in the place of events', async () => {
    const refusals = sealAll(
      Array.from({ length: LOG_BATCH_MAX_ENTRIES + 5 }, (_, index) => ({
        model: INTAKE_CHAIN,
        draft: aDraft({ event_type: 'release_refused', release_id: `r-${index}`, approval_state: '' }),
      })),
    );
    const log = aLog(refusals);
    for (let seq = 1; seq <= LOG_BATCH_MAX_ENTRIES; seq += 1) log.forge({ model: INTAKE_CHAIN, seq }, () => undefined);

    expect(await log.run()).toMatchObject({ size: 5 });
    expect(log.tampered).toHaveLength(LOG_BATCH_MAX_ENTRIES);
  });

  it('says of rows that are no events how many say that they wait', async () => {
    const log = aLog([]);
    log.foreign = 3;

    await log.run();

    expect(log.tampered).toEqual(['3 rows that are no events say that they wait for the log']);
  });

  it('says when its newest entry was put aside in the table, and that it does not know until when it has come', async () => {
    const log = aLog(story.slice(0, 5));
    await log.run();
    log.forge({ model: 'credit', seq: 5 }, () => undefined);

    expect(await log.run()).toEqual({ size: 5, coveredUntil: undefined });
    expect(log.tampered).toEqual(['credit/5 is not there']);
  });

  it('stops where an event that has its place is gone before it was signed', async () => {
    const log = aLog();
    log.failNext({ at: 'bundle', when: 'unwritten' });
    await expect(log.run()).rejects.toThrow('broke');
    log.forge({ model: 'credit', seq: 1 }, () => undefined);

    await expect(log.run()).rejects.toThrow('could not publish the log again: credit/1 is not there');
  });

  it('fails where the table does not answer, and puts nothing aside', async () => {
    const log = aLog();
    log.forge({ model: 'credit', seq: 1 }, () => {
      throw new Error('throttled');
    });

    await expect(log.run()).rejects.toThrow('throttled');
    expect(log.tampered).toEqual([]);
  });

  it('with nothing waiting says nothing', async () => {
    const log = aLog([]);

    expect(await log.run()).toEqual({ size: 0, coveredUntil: undefined });
    expect(log.bucket.size).toBe(0);
  });

  it('says until when it has come, whether or not anything waited', async () => {
    const log = aLog(story.slice(0, 5));

    expect(await log.run()).toEqual({ size: 5, coveredUntil: story[4]?.event.timestamp });
    expect(await log.run()).toEqual({ size: 5, coveredUntil: story[4]?.event.timestamp });
  });

  it('reads each event once, and asks once what waits, as long as that is one batch', async () => {
    const log = aLog(story.slice(0, 5));

    await log.run();
    const first = log.reads.splice(0);
    await log.run();

    expect(first).toEqual(['waiting', ...story.slice(0, 5).map(({ event }) => `${event.model}/${event.seq}`)]);
    expect(log.reads).toEqual(['waiting', `${story[4]?.event.model}/${story[4]?.event.seq}`]);
  });

  it('asks again what waits after a batch that is full, or was one day of several', async () => {
    const log = aLog();

    await log.run();

    expect(log.reads.filter((read) => read === 'waiting')).toHaveLength(2);
  });

  it('grows run by run, however the events arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }), async (arrivals) => {
        const log = aLog([]);
        let shipped = 0;
        for (const count of [...arrivals, story.length]) {
          log.ship(story.slice(shipped, shipped + count));
          shipped += count;
          await log.run();
        }

        await expectWhole(log);
      }),
      { numRuns: 20 },
    );
  });

  it('takes at most as many events in one step as fit a transaction', async () => {
    const refusals = sealAll(
      Array.from({ length: LOG_BATCH_MAX_ENTRIES + 15 }, (_, index) => ({
        model: INTAKE_CHAIN,
        draft: aDraft({ event_type: 'release_refused', release_id: `r-${index}`, approval_state: '' }),
      })),
    );
    const log = aLog(refusals);

    await log.run();

    expect(log.state?.batch.entries.length).toBeLessThanOrEqual(LOG_BATCH_MAX_ENTRIES);
    await expectWhole(log, refusals);
  });

  it('does not take again what an index that lags behind still shows', async () => {
    const log = aLog();
    log.lag();

    expect(await log.run()).toEqual({ size: story.length, coveredUntil: NEWEST });
    expect(await log.run()).toEqual({ size: story.length, coveredUntil: NEWEST });
    await expectWhole(log);
  });

  it('stops at a batch of two days: one step is one bundle', async () => {
    const log = aLog();
    const state = LogState.parse({
      version: 1,
      tree: EMPTY_TREE,
      batch: {
        before: EMPTY_TREE,
        entries: story.map(({ event }) => ({ model: event.model, seq: event.seq })).slice(0, 20),
      },
      published: false,
    });
    const find = async (model: string, seq: number) =>
      story.find(({ event }) => event.model === model && event.seq === seq);

    await expect(
      extendLog({
        log: {
          state: async () => state,
          waiting: async () => ({ places: [], foreign: 0 }),
          extend: async () => undefined,
          published: async () => undefined,
        },
        event: find,
        recorded: async (model, seq) => (await find(model, seq))?.line,
        tampered: async () => undefined,
        publish: async () => undefined,
        count: async () => undefined,
      }),
    ).rejects.toThrow('a batch must be one bundle');
    expect(log.bucket.size).toBe(0);
  });
});

/** The first event, sealed by somebody who wrote it in another way. */
const inOtherBytes = (write: (text: string) => string): LoggedEvent => {
  const [first] = story;
  if (first === undefined) throw new Error('the story is empty');
  const bytes = Buffer.from(write(Buffer.from(first.bytes).toString()));
  return { ...first, bytes, head: { ...first.head, hash: leafHash(bytes) } };
};

describe('a crash of the writer', () => {
  const faults = LOG_WRITES.flatMap((at) => (['unwritten', 'written'] as const).map((when) => ({ at, when })));

  it.each(faults)('at $at, $when, changes no byte of what the log says', async (fault: Fault) => {
    const undisturbed = aLog();
    await undisturbed.run();
    const log = aLog();
    log.failNext(fault);

    await expect(log.run()).rejects.toThrow('broke');
    expect((await log.verify()).problems.filter(({ key }) => !key.startsWith('checkpoints/'))).toEqual([]);
    await log.run();

    expect(log.bucket).toEqual(undisturbed.bucket);
    expect(log.counts).toEqual({ ...undisturbed.counts, size: story.length });
    await expectWhole(log);
  });

  it('never signs anything that was not stored before: a step that was not stored is taken again', async () => {
    const log = aLog();
    log.failNext({ at: 'extend', when: 'unwritten' });

    await expect(log.run()).rejects.toThrow('broke');

    expect(log.bucket.size).toBe(0);
    expect(log.state).toBeUndefined();
  });

  it('after crash follows crash, the log is the same', async () => {
    const some = fc.array(fc.constantFrom(...faults), { maxLength: 12 });
    const undisturbed = aLog();
    await undisturbed.run();
    await fc.assert(
      fc.asyncProperty(some, async (crashes) => {
        const log = aLog();
        for (const fault of crashes) {
          log.failNext(fault);
          await log.run().catch(() => undefined);
        }
        await log.run().catch(() => undefined);
        await log.run();

        expect(log.bucket).toEqual(undisturbed.bucket);
        await expectWhole(log);
      }),
      { numRuns: 25 },
    );
  });
});

describe('two writers at once', () => {
  /** Hands the turn over between any two things that the writers do, as the schedule says. */
  const interleaved = async (log: MemoryLog, schedule: readonly boolean[]) => {
    const turns = [...schedule];
    const pause = (mine: boolean) => async () => {
      for (let next = turns.shift(); next !== undefined && next !== mine; next = turns.shift()) await Promise.resolve();
      await Promise.resolve();
    };
    return Promise.allSettled([true, false].map((mine) => untilCommitted(() => log.run(pause(mine)))));
  };

  it('say the same, and give every event one place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (schedule) => {
        const log = aLog();

        const runs = await interleaved(log, schedule);

        expect(runs.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
        await expectWhole(log);
      }),
      { numRuns: 40 },
    );
  });

  it('say the same although events arrive and one of them crashes', async () => {
    const fault = fc.constantFrom(...LOG_WRITES).map((at) => ({ at, when: 'written' as const }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), fault, async (schedule, crash) => {
        const log = aLog(story.slice(0, 10));
        log.failNext(crash);
        await interleaved(log, schedule);
        log.ship(story.slice(10));
        await interleaved(log, schedule);

        await expectWhole(log);
      }),
      { numRuns: 40 },
    );
  });
});
