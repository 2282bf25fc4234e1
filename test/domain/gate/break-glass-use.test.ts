/** That the gate puts each use of a break-glass on record, once (BG-1). */
import { describe, expect, it } from 'vitest';
import { isUsedBy, recordUse, recordUseOnce } from '../../../lib/domain/gate/break-glass.ts';
import { promote } from '../../../lib/domain/gate/promotion.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { BreakGlass } from '../../../lib/domain/records/break-glass.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import {
  aBreakGlass,
  approved,
  deployed,
  intended,
  MODEL,
  releaseId,
  resulting,
  written,
} from '../../support/release-life.ts';

const at = (hours: number): Instant => plusMilliseconds(NOW, hours * HOUR_MS);
const used = { at: at(2), attempt: 1, documentBy: at(74) };

describe('the use of a break-glass', () => {
  const opened = [{ rule: 'freeze', evidence: '', explanation: 'why' }];
  const use = (breakGlass: BreakGlass | undefined, changes: object = {}) =>
    recordUse({ release: { ...approved, promotionAttempt: 3, ...changes }, breakGlass, opened, now: at(2) });

  it('is on record with what it opened, for each attempt, and owed its documentation since the first', () => {
    const first = use(aBreakGlass());
    const row = first && resulting(first, 'break_glass');

    expect(first && written(first)).toEqual(['replace break_glass', 'create break_glass_use', 'expect release']);
    expect(row?.used).toEqual({ at: at(2), attempt: 3, documentBy: plusMilliseconds(at(2), 3 * DAY_MS) });
    expect(first?.event).toMatchObject({
      ...{ event_type: 'break_glass_used', actor_role: 'system', linked_incident: 'INC-9' },
      details: {
        attempt: 3,
        opened,
        opened_total: 1,
        number: 1,
        endpoint: row?.endpointName,
        document_by: row?.used?.documentBy,
      },
    });
    const second =
      row && recordUse({ release: { ...approved, promotionAttempt: 4 }, breakGlass: row, opened, now: at(3) });
    expect(second && resulting(second, 'break_glass').used).toEqual({ ...row?.used, attempt: 4 });
  });

  it('is on record though the row says so already, and owed within a month, because others may write the row', () => {
    const never = Instant.parse('9999-01-01T00:00:00.000Z');
    const month = plusMilliseconds(at(2), 30 * DAY_MS);
    const forged = use(aBreakGlass({ used: { at: at(1), attempt: 3, documentBy: never } }));
    const long = use(aBreakGlass({ documentDays: 9999 }));

    expect(forged?.event).toMatchObject({
      event_type: 'break_glass_used',
      details: { attempt: 3, document_by: month },
    });
    expect(forged && intended(forged)).toEqual(['publish Break Glass Used']);
    expect(long && resulting(long, 'break_glass').used?.documentBy).toBe(month);
  });

  it('is on record once, however often the step is tried again, and whatever others wrote into the row before (BG-1)', async () => {
    const store = memoryReleaseStore();
    const { modelName } = aBreakGlass();
    const never = Instant.parse('9999-01-01T00:00:00.000Z');
    store.seed(aBreakGlass({ used: { at: at(1), attempt: 3, documentBy: never } }));
    const step = async (attempt: number, breakGlass?: BreakGlass) => {
      const release = { ...approved, promotionAttempt: attempt };
      store.seed(release);
      const change = await recordUseOnce({ release, breakGlass, opened, now: at(2) }, store);
      if (change !== undefined) await store.commit(change, at(2));
      return change !== undefined;
    };
    const row = () => store.get('break_glass', modelName);

    expect([await step(3, await row()), await step(3, await row()), await step(3, await row())]).toEqual([
      true,
      false,
      false,
    ]);
    expect([await step(4, await row()), await step(4, await row())]).toEqual([true, false]);
    // Another break-glass of the model counts its attempts anew.
    const next = await row();
    expect(await step(4, next && { ...next, number: 2 })).toBe(true);
    expect((await store.events(modelName)).map(({ event }) => [event.event_type, event.details['attempt']])).toEqual([
      ['break_glass_used', 3],
      ['break_glass_used', 4],
      ['break_glass_used', 4],
    ]);
    expect(await step(5)).toBe(false);
    expect(await recordUseOnce({ release: approved, breakGlass: next, opened: [], now: at(2) }, store)).toBeUndefined();
  });

  it('is recorded by one of two calls at once', async () => {
    const store = memoryReleaseStore();
    const release = { ...approved, promotionAttempt: 3 };
    store.seed(release);
    store.seed(aBreakGlass());
    const breakGlass = await store.get('break_glass', MODEL);
    const read = await store.get('release', approved.releaseId);
    const both = [1, 2].map(async () => {
      const change = await recordUseOnce({ release: read ?? release, breakGlass, opened, now: at(2) }, store);
      return change && store.commit(change, at(2));
    });

    expect((await Promise.allSettled(both)).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await store.events(MODEL)).toHaveLength(1);
  });

  it('is named by the flip of the attempt that it let pass', () => {
    const flip = (breakGlass?: BreakGlass) =>
      promote({
        ...{ release: deployed, pointer: undefined, former: undefined, served: undefined, endpoint: undefined },
        ...{ breakGlass, now: at(3) },
      }).event.details;

    expect(flip(aBreakGlass({ used, number: 7 }))).toMatchObject({ break_glass: 7 });
    expect(flip(aBreakGlass())).not.toHaveProperty('break_glass');
    expect(flip()).not.toHaveProperty('break_glass');
  });

  it('is none where nothing was opened', () => {
    expect(use(undefined)).toBeUndefined();
    expect(recordUse({ release: approved, breakGlass: aBreakGlass(), opened: [], now: at(2) })).toBeUndefined();
    expect(isUsedBy(aBreakGlass({ used, releaseId: releaseId('other') }), approved)).toBe(false);
  });
});
