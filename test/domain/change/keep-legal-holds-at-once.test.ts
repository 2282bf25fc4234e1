/** Runs beside each other: every moment of one at which somebody sets a hold, and its own run comes, also when the first one stops there. */
import { describe, expect, it } from 'vitest';
import { type KeptPlace, placesOf } from '../../../lib/domain/change/held-objects.ts';
import { keepLegalHolds } from '../../../lib/domain/change/keep-legal-holds.ts';
import { liftLegalHold, setLegalHold } from '../../../lib/domain/change/legal-hold.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { inProduction, MODEL } from '../../support/release-life.ts';

const FRAUD = 'fraud';
const fraud = { ...inProduction, releaseId: 'fraud-1', modelName: FRAUD } as unknown as typeof inProduction;
const nameOf = (place: KeptPlace) => `${place.in} ${place.key}`;

/** The model was held and is let go; the other one has evidence and a day in common with it. */
const aScene = async () => {
  const store = memoryReleaseStore();
  store.seed(inProduction, fraud);
  const held = new Set<string>();
  let steps = 0;
  let interrupt: { readonly at: number; readonly run: () => Promise<void> } | undefined;
  const step = async () => {
    steps += 1;
    if (interrupt?.at !== steps) return;
    const { run } = interrupt;
    interrupt = undefined;
    await run();
  };
  const put = async (places: readonly KeptPlace[], status: 'ON' | 'OFF') => {
    for (const place of places) {
      await step();
      if (status === 'ON') held.add(nameOf(place));
      else held.delete(nameOf(place));
      await step();
    }
    return places.length;
  };
  const legalHolds: typeof store.legalHolds = async (...given) => {
    const found = await store.legalHolds(...given);
    await step();
    return found;
  };
  const claim = (modelName: string, id: string) => ({
    ...{ modelName: modelName as never, matter: 'CASE-1', reason: 'why', names: [id] },
    actor: { id, role: 'auditor' as const, auth: 'jwt' as const },
  });
  const keep = () => keepLegalHolds({ store: { ...store, legalHolds }, put, now: () => NOW });
  await setLegalHold(claim(MODEL, 'ada'), store, () => NOW);
  await keep();
  for (const id of ['ada', 'bob']) await liftLegalHold(claim(MODEL, id), store, () => NOW);
  steps = 0;
  const interruptAt = (at: number, run: () => Promise<void>) => {
    interrupt = { at, run };
  };
  const placesNow = async (model: string, release: typeof inProduction) =>
    placesOf(
      model,
      [release],
      (await store.events(model as never)).map(({ event }) => event),
    ).map(nameOf);
  return {
    ...{ store, held, keep, interruptAt, placesNow },
    set: () => setLegalHold(claim(FRAUD, 'ada'), store, () => NOW),
    get steps() {
      return steps;
    },
  };
};

const stepsOfOneRun = async () => {
  const scene = await aScene();
  expect(await scene.keep()).toMatchObject({ off: expect.any(Number) });
  expect(scene.held).toEqual(new Set());
  return scene.steps;
};

describe('two runs that keep legal holds at once (AU-6)', () => {
  it.each([false, true])(
    'leave on what is held by then, whenever that came (the first one stops: %s)',
    async (stops) => {
      const last = await stepsOfOneRun();
      expect(last).toBeGreaterThan(20);
      for (let at = 1; at <= last; at += 1) {
        const scene = await aScene();
        scene.interruptAt(at, async () => {
          await scene.set();
          await scene.keep();
          if (stops) throw new Error('stopped');
        });
        if (stops) {
          await expect(scene.keep()).rejects.toThrow('stopped');
          await scene.keep();
        } else await scene.keep();

        const ofFraud = await scene.placesNow(FRAUD, fraud);
        const missing = ofFraud.filter((place) => !scene.held.has(place));
        expect([at, missing]).toEqual([at, []]);
        const ofModel = await scene.placesNow(MODEL, inProduction);
        const left = ofModel.filter((place) => scene.held.has(place) && !ofFraud.includes(place));
        expect([at, left]).toEqual([at, []]);
      }
    },
  );

  it('go on for five rounds while somebody changes a hold in each, and then leave it to the next', async () => {
    const { store, held, placesNow } = await aScene();
    let reads = 0;
    const legalHolds: typeof store.legalHolds = async (...given) => {
      reads += 1;
      const { items, next } = await store.legalHolds(...given);
      return { items: items.map((hold) => ({ ...hold, version: reads })), next };
    };
    const put = async (places: readonly KeptPlace[], status: 'ON' | 'OFF') => {
      if (status === 'OFF') for (const place of places) held.delete(nameOf(place));
      return places.length;
    };

    await expect(keepLegalHolds({ store: { ...store, legalHolds }, put, now: () => NOW })).rejects.toThrow(Conflict);

    expect(reads).toBe(10);
    expect((await placesNow(MODEL, inProduction)).filter((place) => held.has(place)).length).toBeGreaterThan(0);
  });
});
