import { describe, expect, it } from 'vitest';
import type { KeptPlace } from '../../../lib/domain/change/held-objects.ts';
import { keepLegalHolds } from '../../../lib/domain/change/keep-legal-holds.ts';
import { liftLegalHold, setLegalHold } from '../../../lib/domain/change/legal-hold.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { eventKey } from '../../../lib/domain/ledger/event.ts';
import { aServing, NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { inProduction, MODEL } from '../../support/release-life.ts';

const COPY = `sha256/${'a'.repeat(64)}`;
const serving = aServing();
const served = {
  ...inProduction,
  serving: {
    ...serving,
    model_data: { ...serving.model_data, locked_copy_uri: `s3://copies/${COPY}` },
    additional_model_data: [{ ...serving.model_data, channel_name: 'more', locked_copy_uri: 'no address' }],
  },
} as typeof inProduction;
const other = { ...inProduction, releaseId: 'fraud-1', modelName: 'fraud' } as unknown as typeof inProduction;

const aScene = () => {
  const store = memoryReleaseStore();
  store.seed(served, other, {
    ...inProduction,
    releaseId: 'never-pinned',
    pinned: undefined,
    serving: undefined,
  } as never);
  const calls: { places: readonly KeptPlace[]; status: string }[] = [];
  const put = async (places: readonly KeptPlace[], status: 'ON' | 'OFF') => {
    calls.push({ places, status });
    return places.length;
  };
  const act = (change: typeof setLegalHold, id: string, modelName = MODEL as string) =>
    change(
      {
        modelName: modelName as never,
        matter: 'CASE-1',
        actor: { id, role: 'auditor', auth: 'jwt' },
        names: [id],
        reason: 'why',
      },
      store,
      () => NOW,
    );
  const keep = (now = NOW) => keepLegalHolds({ store, put, now: () => now });
  return { store, calls, act, keep };
};
const keysOf = (calls: { places: readonly KeptPlace[]; status: string }[], status: string): string[] =>
  calls.filter((call) => call.status === status).flatMap(({ places }) => places.map((it) => `${it.in} ${it.key}`));

describe('the legal holds of objects (AU-6)', () => {
  it('are none while no model is held', async () => {
    const { calls, keep } = aScene();

    expect(await keep()).toEqual({ on: 0, off: 0 });
    expect(calls.flatMap(({ places }) => places)).toEqual([]);
  });

  it('are on all that is kept of a held model, its events of today too', async () => {
    const { store, calls, act, keep } = aScene();
    await act(setLegalHold, 'ada');

    const { on } = await keep();

    const [event] = await store.events(MODEL);
    const keys = keysOf(calls, 'ON');
    expect(keys).toHaveLength(on);
    expect(new Set(keys).size).toBe(on);
    expect(keys).toEqual(
      expect.arrayContaining([
        `audit ${event && eventKey(event.event)}`,
        `audit bundles/v1/dt=${NOW.slice(0, 10)}/`,
        `audit rows/v1/dt=${NOW.slice(0, 10)}/`,
        `evidence records/${MODEL}/`,
        `evidence attestations/${MODEL}/`,
        `copies ${COPY}`,
        ...Object.values(inProduction.pinned?.evidence ?? {}).map(({ sha256 }) => `evidence sha256/${sha256}`),
      ]),
    );
    expect(keys.filter((key) => key.startsWith('copies'))).toHaveLength(1);
    expect(keysOf(calls, 'OFF')).toEqual([]);
  });

  it('go from what is let go, but for the evidence and the days that another held model has too', async () => {
    const { calls, act, keep } = aScene();
    await act(setLegalHold, 'ada');
    await act(setLegalHold, 'ada', 'fraud');
    await act(liftLegalHold, 'ada');
    await act(liftLegalHold, 'bob');

    await keep();

    const off = keysOf(calls, 'OFF');
    expect(off).toEqual(expect.arrayContaining([`evidence records/${MODEL}/`, `copies ${COPY}`]));
    expect(off.filter((key) => key.startsWith('evidence sha256/'))).toEqual([]);
    expect(off.filter((key) => /^audit (bundles|rows)/.test(key))).toEqual([]);
    expect(off.filter((key) => key.startsWith(`audit events/`))).toHaveLength(3);
    expect(keysOf(calls, 'ON')).toContain('evidence records/fraud/');
    expect(off.some((key) => key.includes('fraud'))).toBe(false);
  });

  it('stay while the model is held for another matter, and are left alone a week after', async () => {
    const { store, calls, act, keep } = aScene();
    await act(setLegalHold, 'ada');
    await act(liftLegalHold, 'ada');
    await act(liftLegalHold, 'bob');

    await keep(plusMilliseconds(NOW, 8 * DAY_MS));
    expect(calls.flatMap(({ places }) => places)).toEqual([]);

    const hold = await store.get('legal_hold', MODEL, 'CASE-1');
    if (hold === undefined) throw new Error('no hold');
    store.seed({ ...hold, matter: 'CASE-2', status: 'set' });
    await keep();
    expect(keysOf(calls, 'OFF')).toEqual([]);
    expect(keysOf(calls, 'ON')).toContain(`evidence records/${MODEL}/`);
  });
});
