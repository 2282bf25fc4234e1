/** The row of a break-glass by the acts that make it: as it was after each, rebuilt from the ledger alone, and as it is kept for ever. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { entityKey } from '../../../lib/adapters/dynamodb-keys.ts';
import { rebuild } from '../../../lib/domain/audit/rebuild.ts';
import { stateAt } from '../../../lib/domain/audit/state-at.ts';
import { wroteIn } from '../../../lib/domain/audit/wrote.ts';
import {
  confirmBreakGlass,
  documentBreakGlass,
  endBreakGlass,
  requestBreakGlass,
} from '../../../lib/domain/gate/ask-break-glass.ts';
import { recordUse } from '../../../lib/domain/gate/break-glass.ts';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { breakGlassRule } from '../../../lib/domain/policy/break-glass.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { at } from '../../support/approval-case.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { approved, releaseId } from '../../support/release-life.ts';

const golden = (kind: string) =>
  JSON.parse(readFileSync(new URL(`../../vectors/stored/${kind}.json`, import.meta.url), 'utf8'));
const { pk, sk, ...kept } = golden('break_glass');
const { pk: _pk, sk: _sk, ...keptUse } = golden('break_glass_use');
const modelName = ModelName.parse('hmda-mortgage');
const { serving: _, ...rest } = approved;
const release: Release = {
  ...rest,
  ...{ modelName, releaseId: releaseId('hmda-mortgage-1.2.0'), promotionAttempt: 2 },
  manifest: { ...rest.manifest, deployment: { ...rest.manifest.deployment, endpoint_name: modelName } },
};

it('is what the acts of people and of the gate leave, at each instant, rebuilt, and as a golden item (BG-1)', async () => {
  const store = memoryReleaseStore();
  store.seed(release);
  const clock = (time: string) => () => at(`2026-11-30T${time}:00.000Z`);
  const by = (id: string, reason = '') => ({
    ...{ releaseId: release.releaseId, actor: { id, role: 'operator', auth: 'jwt' }, names: [id], reason },
  });
  const asked = { linkedIncident: 'INC-9', hours: undefined, rule: breakGlassRule({}), environment: 'local' };
  const rows: unknown[] = [];
  const note = async () => {
    rows.push(await store.get('break_glass', modelName));
  };

  await requestBreakGlass({ ...by('olga.brandt', 'complaints about every answer'), ...asked }, store, clock('09:00'));
  await note();
  await confirmBreakGlass(by('otto.lang', 'it cannot wait for the window'), store, clock('09:10'));
  await note();
  const opened = [{ rule: 'freeze', evidence: '', explanation: 'why' }];
  const breakGlass = await store.get('break_glass', modelName);
  const used = recordUse({ release, breakGlass, opened, now: clock('09:20')() });
  if (used !== undefined) await store.commit(used, clock('09:20')());
  await note();
  await endBreakGlass(by('omar', 'it is in production'), store, clock('10:00'));
  await note();
  store.seed({ ...release, reasons: [{ rule: 'not_deployed', evidence: '', explanation: 'why' }] });
  const { account } = kept.documented;
  await documentBreakGlass({ ...by('olga.brandt'), account }, store, clock('15:00'));
  await note();

  expect(rows.at(-1)).toEqual(kept);
  expect(entityKey(kept)).toEqual({ pk, sk });

  const log = new MemoryLog();
  const events = await store.events(modelName);
  log.ship(
    await Promise.all(events.map(async (one) => ({ ...one, line: await store.recorded(modelName, one.event.seq) }))),
  );
  await log.run();
  const wrote = wroteIn(log.files());
  const rowAt = (time: string) =>
    stateAt(wrote, clock(time)())
      .rows.filter(({ entity }) => entity === 'break_glass')
      .map(({ pk: __, sk: ___, ...row }) => row);
  expect(rowAt('08:59')).toEqual([]);
  expect(['09:00', '09:15', '09:20', '14:59', '15:00'].map((time) => rowAt(time)[0])).toEqual(rows);

  const world = { secret: () => 'a-secret-of-a-test-that-is-long', variables: async () => ({}) };
  const { records } = await rebuild(wrote, world);
  expect(records.filter(({ entity }) => entity === 'break_glass')).toEqual([kept]);
  expect(records.filter(({ entity }) => entity === 'break_glass_use')).toEqual([keptUse]);
});
