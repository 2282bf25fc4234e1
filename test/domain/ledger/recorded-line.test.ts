import { describe, expect, it } from 'vitest';
import { MemoryLog } from '../../support/memory-log.ts';
import { aStory } from './a-ledger.ts';

/** What the writer says when it goes on without the rows of the first event. */
const LOST_FIRST = 'credit/1 binds rows that the table has not as one line of JSON: its line in the ledger is empty';

describe('the rows of a bundle', () => {
  it.each<[string, Uint8Array]>([
    ['has a newline in it', Buffer.from('{"due":[],\n"rows":[]}')],
    ['ends with a newline', Buffer.from('{"due":[],"rows":[]}\n')],
    ['is two lines', Buffer.from('{"due":[],"rows":[]}\n{"due":[],"rows":[]}')],
    ['is a newline', Buffer.from('\n')],
    ['is empty', Buffer.from('')],
    ['is no JSON', Buffer.from('{"due":[],"rows":[')],
    ['is no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('stay each in the line of its entry if what an event binds %s', async (_, line) => {
    let isFirst = true;
    const events = aStory(({ idempotency_key: key }) => {
      const own = isFirst ? line : Buffer.from(JSON.stringify({ due: [{ key }], rows: [] }));
      isFirst = false;
      return own;
    });
    const log = new MemoryLog();
    log.ship(events);

    await log.run();

    expect(log.tampered).toEqual([LOST_FIRST]);
    expect((await log.verify()).problems).toEqual([
      {
        key: 'rows/v1/dt=2026-11-20/000000000000.ndjson',
        why: 'has no rows: the table had not what entry 0 of the log binds',
      },
    ]);
  });
});
