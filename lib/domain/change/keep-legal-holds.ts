import type { Instant, ModelName } from '../identifiers.ts';
import { DAY_MS, millisecondsOf } from '../instant.ts';
import { isInForce, type LegalHold } from '../records/legal-hold.ts';
import { type KeptPlace, placesOf, withoutHeld } from './held-objects.ts';
import { allReleases } from './page.ts';
import type { ReleaseStore } from './release-store.ts';
import { requireFound } from './require-found.ts';

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'releasePage' | 'events'>;
  /** Turns the legal hold of every object in these places on or off, and says how many there are. */
  readonly put: (places: readonly KeptPlace[], status: 'ON' | 'OFF') => Promise<number>;
  readonly now: () => Instant;
};

/** For so long a hold that was lifted is taken off again, should that have failed. */
const TAKEN_OFF_DAYS = 7;

/**
 * Afterwards everything that is kept of a held model has a legal hold of S3, and what only models have that were let go has none.
 * It goes by the rows alone, and can be repeated: holds are put on before any is taken off.
 */
export const keepLegalHolds = async ({ store, put, now }: World): Promise<{ on: number; off: number }> => {
  const holds = await store.list('legal_hold');
  const held = modelsOf(holds.filter(isInForce));
  const letGo = modelsOf(holds.filter((hold) => isJustLifted(hold, now()))).filter((model) => !held.includes(model));
  if (held.length + letGo.length === 0) return { on: 0, off: 0 };
  const placesOfAll = async (models: readonly ModelName[]): Promise<KeptPlace[]> => {
    const all: KeptPlace[] = [];
    for (const model of models) {
      const found = await allReleases(store, { model });
      const releases = await Promise.all(
        found.map((one) => requireFound(store.get('release', one.releaseId), one.releaseId)),
      );
      const events = (await store.events(model)).map(({ event }) => event);
      all.push(...placesOf(model, releases, events));
    }
    return all;
  };
  const stays = await placesOfAll(held);
  const on = await put(stays, 'ON');
  const off = await put(withoutHeld(await placesOfAll(letGo), stays), 'OFF');
  return { on, off };
};

const modelsOf = (holds: readonly LegalHold[]): ModelName[] => [...new Set(holds.map(({ modelName }) => modelName))];

const isJustLifted = (hold: LegalHold, now: Instant): boolean =>
  !isInForce(hold) &&
  hold.liftedAt !== undefined &&
  millisecondsOf(now) - millisecondsOf(hold.liftedAt) < TAKEN_OFF_DAYS * DAY_MS;
