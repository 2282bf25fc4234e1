/** What the inventory says of each model, from its own rows: read a page of models at a time. */
import type { Instant, ModelName } from '../../lib/domain/identifiers.ts';
import type { Look } from '../../lib/domain/metrics/look.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { InventoryRow } from '../../lib/web/console/inventory-page.ts';
import { allPages } from './all-pages.ts';
import { readModels } from './models-page.ts';
import { readServed, type Served, statusOf } from './read-served.ts';
import type { ConsoleWorld } from './world.ts';

export type Inventory = {
  readonly rows: readonly InventoryRow[];
  /** The name that the next page begins after; undefined if this is the last. */
  readonly next: string | undefined;
  /** When what serves was last looked at: what the status and the notes are of. Undefined before the first look. */
  readonly measuredAt: Instant | undefined;
};

/** What all pages have in common. */
type Around = {
  readonly look: Look | undefined;
  /** The releases that wait, the longest first: the first page of each kind. */
  readonly waiting: readonly Release[];
  readonly now: Instant;
  readonly world: ConsoleWorld;
};

export const readInventory = async (world: ConsoleWorld, now: Instant, after: string | undefined): Promise<Inventory> =>
  pageOf(await readAround(world, now), after);

/** As many pages as may be: with a `next`, if that is not all. */
export const readWholeInventory = async (
  world: ConsoleWorld,
  now: Instant,
  after: string | undefined,
): Promise<Inventory> => {
  const around = await readAround(world, now);
  const whole = await allPages((from) => pageOf(around, from), after, { now, world });
  return { ...whole, measuredAt: around.look?.at };
};

const readAround = async (world: ConsoleWorld, now: Instant): Promise<Around> => {
  const { fleet } = world;
  const [look, forPeople, forPromotion] = await Promise.all([
    fleet.lastLook(),
    fleet.waiting('validated'),
    fleet.waiting('approved'),
  ]);
  return { look, waiting: [...forPeople.releases, ...forPromotion.releases], now, world };
};

const pageOf = async (around: Around, after: string | undefined): Promise<Inventory> => {
  const { names, next } = await readModels(around.world, around.look, after);
  const served = await readServed(names, around.world);
  const rows = await Promise.all(served.map((one) => rowOf(one, around)));
  const others = next === undefined ? await strangers(around) : [];
  return { rows: [...rows, ...others], next, measuredAt: around.look?.at };
};

const rowOf = async (served: Served, { look, waiting, now, world }: Around): Promise<InventoryRow> => {
  const { modelName, pointer, release: live, revocation } = served;
  const next = waiting.findLast((one) => one.modelName === modelName);
  const about = live ?? next;
  return {
    modelName,
    endpointName: pointer?.endpointName ?? '',
    owner: about === undefined ? '' : await world.ownerOf(about),
    riskTier: about?.riskTier,
    servingVersion: live?.modelVersion ?? '',
    servingReleaseId: live?.releaseId ?? '',
    latestVersion: next?.modelVersion ?? '',
    latestReleaseId: next?.releaseId ?? '',
    trainingData: about?.manifest.training_dataset_ref ?? '',
    trainingDataSha256: about?.manifest.training_dataset_sha256 ?? '',
    deploymentStatus: deploymentOf(served, { next, environment: world.environment }),
    governanceStatus:
      live === undefined || pointer === undefined
        ? ''
        : statusOf({ pointer, release: live, revocation }, { look, now }),
    approvedUntil: live?.approvedUntil,
    note: noteOf(modelName, look),
  };
};

/**
 * The status of RR-6. What serves has the environment of this deployment, by its name: only one that is not for development or staging
 * has anything in production. What is approved and not promoted yet is in staging.
 */
const deploymentOf = ({ release: live, hasServed }: Served, { next, environment }: Ahead): string => {
  if (live !== undefined) return servedIn(environment);
  if (next?.state === 'approved') return 'staging';
  return next === undefined && hasServed ? 'retired' : 'development';
};

type Ahead = { readonly next: Release | undefined; readonly environment: string };

const BEFORE_PRODUCTION = new Map([
  ['dev', 'development'],
  ['development', 'development'],
  ['stage', 'staging'],
  ['staging', 'staging'],
]);

const servedIn = (environment: string): string => BEFORE_PRODUCTION.get(environment) ?? 'production';

const noteOf = (modelName: ModelName, look: Look | undefined): string =>
  (look?.sweep.deviations ?? [])
    .filter((one) => one.modelName === modelName)
    .map(({ found }) => found)
    .join('; ');

/** Nothing that serves is missing: an endpoint that was found, and that belongs to no model, is a row of its own. */
const strangers = async ({ look, world }: Around): Promise<InventoryRow[]> => {
  const found = (look?.sweep.deviations ?? []).filter(({ alerts }) => alerts.length > 0);
  const rows = await Promise.all(
    found.map(async ({ endpointName, modelName, found: note }): Promise<InventoryRow[]> => {
      if ((await world.store.get('endpoint', endpointId(endpointName))) !== undefined) return [];
      const deploymentStatus = servedIn(world.environment);
      return [{ ...STRANGER, modelName, endpointName, note, deploymentStatus }];
    }),
  );
  return rows.flat();
};

const STRANGER = {
  ...{
    owner: '',
    riskTier: undefined,
    servingVersion: '',
    servingReleaseId: '',
    latestVersion: '',
    latestReleaseId: '',
  },
  ...{ trainingData: '', trainingDataSha256: '', approvedUntil: undefined },
  governanceStatus: 'ungoverned',
} as const satisfies Partial<InventoryRow>;
