import type { Instant, ModelName } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { isInForce, type LegalHold } from '../records/legal-hold.ts';
import { Conflict } from '../refusal.ts';
import { eachOnce, type KeptPlace, placesOf, withoutHeld } from './held-objects.ts';
import { allOf, allReleases } from './page.ts';
import type { ReleaseStore } from './release-store.ts';
import { requireFound } from './require-found.ts';

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'legalHolds' | 'releasePage' | 'events'>;
  /** Turns the legal hold of every object in these places on or off, and says of how many it was turned. */
  readonly put: (places: readonly KeptPlace[], status: 'ON' | 'OFF') => Promise<number>;
  readonly now: () => Instant;
};

/** For so long a hold that was lifted is taken off again, should that have failed. */
const TAKEN_OFF_DAYS = 7;
/** People set and lift holds by hand: who meets them so often in one run is in a hurry for nothing, because the next run comes. */
const ROUNDS = 5;

/**
 * Afterwards everything that is kept of a held model has a legal hold of S3, and what only models have that were let go has none.
 * It goes by the rows alone, and can be repeated, and run beside another run (ADR 0092): holds are put on before any is taken off,
 * and when one was set or lifted meanwhile, all is done again by what the rows say now, five times at most: then it throws `Conflict`,
 * and whatever must be held is.
 */
export const keepLegalHolds = async (world: World): Promise<{ on: number; off: number }> => {
  const turned = { on: 0, off: 0 };
  const since = plusMilliseconds(world.now(), -TAKEN_OFF_DAYS * DAY_MS);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const holds = await holdsOf(world, since);
    const { held, letGo } = modelsOf(holds);
    turned.on += await world.put(eachOnce(await placesIn(held, world)), 'ON');
    if (letGo.length === 0) return turned;
    const places = await placesIn(letGo, world);
    // Read last: what a held model got meanwhile stays, too.
    const stays = await placesIn(held, world);
    const isAsBefore = async (): Promise<boolean> => namesOf(await holdsOf(world, since)) === namesOf(holds);
    if (await isAsBefore()) {
      turned.off += await world.put(withoutHeld(places, stays), 'OFF');
      // Who set a hold while we took others off has put theirs on before ours came off. Who sets one from now on puts it on after that.
      if (await isAsBefore()) return turned;
    }
  }
  throw new Conflict(`legal holds were set or lifted in each of ${ROUNDS} rounds`);
};

/** Those that are in force, and those that were lifted a short time ago. */
const holdsOf = ({ store }: World, liftedSince: Instant): Promise<LegalHold[]> =>
  allOf((page) => store.legalHolds({ liftedSince }, page));

const namesOf = (holds: readonly LegalHold[]): string =>
  JSON.stringify(holds.map(({ modelName, matter, version }) => [modelName, matter, version]));

const placesIn = async (models: readonly ModelName[], { store }: World): Promise<KeptPlace[]> => {
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

const modelsOf = (holds: readonly LegalHold[]): Record<'held' | 'letGo', ModelName[]> => {
  const namesIn = (some: readonly LegalHold[]) => [...new Set(some.map(({ modelName }) => modelName))];
  const held = namesIn(holds.filter(isInForce));
  const lifted = namesIn(holds.filter((hold) => !isInForce(hold)));
  return { held, letGo: lifted.filter((model) => !held.includes(model)) };
};
