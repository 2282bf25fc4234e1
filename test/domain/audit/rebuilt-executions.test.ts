/** Which executions begin in a table that was rebuilt: Step Functions starts none of a name that it has known within 90 days. */
import { expect, it } from 'vitest';
import { rebuild } from '../../../lib/domain/audit/rebuild.ts';
import { wroteIn } from '../../../lib/domain/audit/wrote.ts';
import type { DueIntent } from '../../../lib/domain/change/change.ts';
import { recordChange } from '../../../lib/domain/change/recorded.ts';
import { startPromotion } from '../../../lib/domain/gate/start-promotion.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { at, NOW } from '../../support/approval-case.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { approved, MODEL, validated } from '../../support/release-life.ts';
import { aDraft } from '../ledger/a-ledger.ts';

/** The copy of a ledger in which one event wrote this row and noted these side effects. */
const copyOf = async (entity: typeof approved, intents: readonly DueIntent[] = []) => {
  const about = { model_name: MODEL, release_id: entity.releaseId, approval_state: entity.state };
  const event = aDraft({ event_type: 'promotion_refused', ...about });
  const change = recordChange({ model: MODEL, event, writes: [{ kind: 'create', entity }], intents: [...intents] });
  const log = new MemoryLog();
  log.ship([{ ...sealEvent(change.event, MODEL, GENESIS, NOW), line: change.line }]);
  await log.run();
  return wroteIn(log.files());
};

const rebuiltFrom = async (copy: Awaited<ReturnType<typeof copyOf>>, secret = 'a secret of this table') => {
  const { records, now, due } = await rebuild(copy, { secret: () => secret, variables: async () => ({}) });
  const release = records.find((one) => one.entity === 'release') ?? expect.unreachable();
  return { release, begins: [...now, ...due].map(({ noted }) => noted) };
};

it('have names that no other table gives, rebuilt from the same copy or not', async () => {
  const copy = await copyOf({ ...validated, version: 0 });

  const both = await Promise.all(['of one table', 'of another'].map((secret) => rebuiltFrom(copy, secret)));

  const names = both.map(({ release }) => release.execution);
  expect(new Set([validated.releaseId, ...names]).size).toBe(3);
  expect(both.map(({ begins }) => begins[0]?.intent)).toMatchObject(
    names.map((name) => ({ machine: 'release', name })),
  );
});

const DUE = at('2027-01-01T00:00:00.000Z');
const { started, intent } = startPromotion({ ...approved, promotionAttempt: 1 }, NOW);
const waiting = { ...approved, version: 0, ...started };

it('are those of attempts that wait for the end of a window, under a name of this table too', async () => {
  const { release, begins } = await rebuiltFrom(await copyOf(waiting, [{ ...intent, dueAt: DUE }]));

  const { execution: name } = release;
  expect(name).toMatch(/^rebuilt-[0-9a-f]{40}$/);
  expect(begins).toEqual([{ intent: { ...intent.intent, name }, dueAt: DUE }]);
});

it.each([{ deniedAttempt: 2 }, { deploymentAttempt: 2 }, { promotionAttempt: 3 }, { state: 'rejected' }])(
  'are not those of an attempt that has begun, or is not the last: %j',
  async (changes) => {
    const copy = await copyOf({ ...waiting, ...changes }, [{ ...intent, dueAt: DUE }]);

    expect((await rebuiltFrom(copy)).begins).toEqual([]);
  },
);
