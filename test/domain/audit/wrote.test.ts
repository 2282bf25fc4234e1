import { describe, expect, it } from 'vitest';
import { wroteIn } from '../../../lib/domain/audit/wrote.ts';
import type { Change } from '../../../lib/domain/change/change.ts';
import { recordChange } from '../../../lib/domain/change/recorded.ts';
import { GENESIS, leafHash, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { eventBytes } from '../../../lib/domain/ledger/event.ts';
import { NOW } from '../../support/approval-case.ts';
import { everyKind } from '../../support/every-kind.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { inProduction } from '../../support/release-life.ts';
import { aChange } from '../../support/release-store.contract.ts';
import { aStory } from '../ledger/a-ledger.ts';

const MODEL = inProduction.modelName;

/** This version seals only what it knows, but a ledger may hold what another one sealed, or somebody else. */
const withOmen = async (writes: Change['writes']) => {
  const { event: draft, line } = recordChange(aChange(MODEL, writes));
  const { event: sealed } = sealEvent(draft, MODEL, GENESIS, NOW);
  const event = { ...sealed, event_type: 'omen_seen' };
  const bytes = eventBytes(event);
  const log = new MemoryLog();
  log.ship([{ event, bytes, head: { seq: 1, hash: leafHash(bytes), timestamp: NOW }, line }]);
  await log.run();
  return log;
};

describe('what the events of a ledger wrote', () => {
  it('is not believed of an event that only another version knows, which is said', async () => {
    const log = await withOmen([{ kind: 'create', entity: everyKind(inProduction).pointer.record }]);

    expect(() => wroteIn(log.files())).toThrow('this version does not know what omen_seen brings; take the newest');
    const named = (await log.verify()).problems.map(({ why }) => why);
    expect(named).toContainEqual(expect.stringContaining('omen_seen'));
  });

  it('is nothing of an event that only another version knows, if it brings nothing', async () => {
    expect(wroteIn((await withOmen([])).files())).toMatchObject([{ wrote: { rows: [], due: [] } }]);
  });

  it('is not known of an event whose rows the log had to go on without', async () => {
    const [first, ...others] = aStory(() => Buffer.from('{"due":[],"rows":[]}'));
    if (first === undefined) throw new Error('the story is empty');
    const log = new MemoryLog();
    log.ship([{ ...first, line: undefined }, ...others]);
    await log.run();

    const [lost, next] = wroteIn(log.files());

    expect(lost).toMatchObject({ event: first.event, wrote: undefined });
    expect(next?.wrote).toBeDefined();
  });
});
