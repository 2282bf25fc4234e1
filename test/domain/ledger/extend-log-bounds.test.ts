import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../lib/domain/ledger/bundle.ts';
import { INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { LOG_BATCH_MAX_BYTES } from '../../../lib/domain/ledger/extend-log.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { aDraft, sealAll } from './a-ledger.ts';

const logOf = (events: readonly LoggedEvent[]): MemoryLog => {
  const log = new MemoryLog();
  log.ship(events);
  return log;
};
const expectVerified = async (log: MemoryLog, size: number) => {
  expect((await log.verify()).problems).toEqual([]);
  expect(log.state).toMatchObject({ published: true, tree: { size } });
};

describe('the bound of a step of the log', () => {
  it('takes no more rows in one step than are read in one go', async () => {
    const line = Buffer.from('{"due":[],"rows":[]}'.padEnd(LOG_BATCH_MAX_BYTES / 2 - 10_000));
    const refusals = sealAll(
      [1, 2, 3].map((index) => ({
        ...{ model: INTAKE_CHAIN, line },
        draft: aDraft({ event_type: 'release_refused', release_id: `r-${index}`, approval_state: '' }),
      })),
    );
    const log = logOf(refusals);

    await log.run();

    expect([...log.bucket.keys()].filter((key) => key.startsWith('rows/'))).toHaveLength(2);
    await expectVerified(log, refusals.length);
  });

  it.each([1, 2])('takes an event whose rows alone are more than that, at place %i, and goes on', async (place) => {
    const line = Buffer.from('{"due":[],"rows":[]}'.padEnd(LOG_BATCH_MAX_BYTES + 1));
    const events = sealAll(
      [1, 2, 3].map((index) => ({
        ...{ model: INTAKE_CHAIN, ...(index === place ? { line } : {}) },
        draft: aDraft({ event_type: 'release_refused', release_id: `r-${index}`, approval_state: '' }),
      })),
    );
    const log = logOf(events);

    await log.run();

    expect([...log.bucket.keys()].filter((key) => key.startsWith('bundles/'))).toHaveLength(place + 1);
    await expectVerified(log, events.length);
  });

  it('unpacks some at a time, and none beyond what a step takes', async () => {
    const line = Buffer.from('{"due":[],"rows":[]}'.padEnd(LOG_BATCH_MAX_BYTES / 8));
    const events = sealAll(
      Array.from({ length: 60 }, (_, index) => ({
        ...{ model: INTAKE_CHAIN, line },
        draft: aDraft({ event_type: 'release_refused', release_id: `r-${index}`, approval_state: '' }),
      })),
    );
    const log = logOf(events);

    await log.run();

    const steps = log.reads.join(' ').split('waiting');
    expect(Math.max(...steps.map((reads) => reads.trim().split(' ').length))).toBe(24);
    await expectVerified(log, events.length);
  });
});
