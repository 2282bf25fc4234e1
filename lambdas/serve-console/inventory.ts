/** Every model, with who answers for it and whether what it serves is governed (RR-13, ST-3). */
import { Hono } from 'hono/tiny';
import { readPinnedDocument } from '../../lib/domain/checks/read-pinned-document.ts';
import { MODEL_CARD_MAX_BYTES } from '../../lib/domain/evidence/model-card.ts';
import { parseModelCard } from '../../lib/domain/evidence/readers/model-card.ts';
import type { ModelName } from '../../lib/domain/identifiers.ts';
import type { Look } from '../../lib/domain/metrics/look.ts';
import { isOwned } from '../../lib/domain/records/endpoint.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import {
  type InventoryRow,
  inventoryCsv,
  inventoryPage,
  inventoryRecord,
} from '../../lib/web/console/inventory-page.ts';
import { MODELS_PAGE, modelsOf } from './read-now.ts';
import { readServed, type Served, statusOf } from './read-served.ts';
import { type Reading, type ReadingContext, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

export const inventoryRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/', reading(world), async (c) => c.html(inventoryPage(await readInventory(c, world), c.var.viewer)));
  app.get('/json', reading(world), async (c) => {
    const { rows, next } = await readInventory(c, world);
    c.header('Content-Disposition', 'attachment; filename="inventory.json"');
    return c.json({ at: c.var.viewer.now, models: rows.map(inventoryRecord), ...(next === undefined ? {} : { next }) });
  });
  app.get('/csv', reading(world), async (c) => {
    const { rows, next } = await readInventory(c, world);
    c.header('Content-Disposition', 'attachment; filename="inventory.csv"');
    if (next !== undefined)
      c.header('Link', `<${world.publicBaseUrl}/console/inventory/csv?after=${encodeURIComponent(next)}>; rel="next"`);
    return c.body(inventoryCsv(rows), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });
  return app;
};

const readInventory = async (c: ReadingContext, world: ConsoleWorld) => {
  const { fleet, store } = world;
  const [look, endpoints, forPeople, forPromotion] = await Promise.all([
    fleet.lastLook(),
    store.endpoints(),
    fleet.waiting('validated'),
    fleet.waiting('approved'),
  ]);
  const waiting = [...forPeople.releases, ...forPromotion.releases];
  const names = [...endpoints.filter(isOwned), ...waiting].map(({ modelName }) => modelName);
  const models = modelsOf(look, names);
  const after = c.req.query('after') ?? '';
  const page = models.filter((name) => name > after).slice(0, MODELS_PAGE);
  const served = await readServed(page, world);
  const rows = await Promise.all(served.map((one) => rowOf(one, { look, waiting, world, now: c.var.viewer.now })));
  const isLast = page.at(-1) === models.at(-1);
  return {
    rows: [
      ...rows,
      ...(isLast
        ? strangers(
            look,
            endpoints.map(({ endpointId }) => endpointId),
          )
        : []),
    ],
    next: isLast ? undefined : page.at(-1),
  };
};

type Around = {
  readonly look: Look | undefined;
  readonly waiting: readonly Release[];
  readonly world: ConsoleWorld;
  readonly now: ReturnType<ConsoleWorld['now']>;
};

const rowOf = async (
  { modelName, pointer, release: live }: Served,
  { look, waiting, world, now }: Around,
): Promise<InventoryRow> => {
  const next = waiting.filter((one) => one.modelName === modelName).at(-1);
  const about = live ?? next;
  return {
    modelName,
    endpointName: pointer?.endpointName ?? '',
    owner: about === undefined ? '' : await ownerOf(about, world),
    riskTier: about?.riskTier,
    servingVersion: live?.modelVersion ?? '',
    servingReleaseId: live?.releaseId ?? '',
    latestVersion: next?.modelVersion ?? '',
    trainingData: about?.manifest.training_dataset_ref ?? '',
    trainingDataSha256: about?.manifest.training_dataset_sha256 ?? '',
    deploymentStatus: deploymentOf(live, next),
    governanceStatus:
      live === undefined || pointer === undefined
        ? ''
        : statusOf(live, { endpointName: pointer.endpointName, look, now }),
    approvedUntil: live?.approvedUntil,
    note: noteOf(modelName, look),
  };
};

/** Of the environments of the requirement; Assay itself runs nothing in one of staging: what waits for its promotion is as far. */
const deploymentOf = (live: Release | undefined, next: Release | undefined): string => {
  if (live !== undefined) return 'production';
  if (next === undefined) return 'retired';
  return next.state === 'approved' ? 'staging' : 'development';
};

const noteOf = (modelName: ModelName, look: Look | undefined): string =>
  (look?.sweep.deviations ?? [])
    .filter((one) => one.modelName === modelName)
    .map(({ found }) => found)
    .join('; ');

/** Nothing that serves is missing: an endpoint that was found, and that belongs to no model, is a row of its own. */
const strangers = (look: Look | undefined, known: readonly string[]): InventoryRow[] =>
  (look?.sweep.deviations ?? [])
    .filter(({ endpointName, alerts }) => alerts.length > 0 && !known.includes(endpointName.toLowerCase()))
    .map(({ endpointName, modelName, found }) => ({
      ...{
        modelName,
        endpointName,
        owner: '',
        riskTier: undefined,
        servingVersion: '',
        servingReleaseId: '',
        latestVersion: '',
      },
      ...{
        trainingData: '',
        trainingDataSha256: '',
        deploymentStatus: 'production',
        governanceStatus: 'ungoverned' as const,
      },
      ...{ approvedUntil: undefined, note: found },
    }));

/** A card never changes, because it is read by its digest: a container reads each one once. */
const owners = new Map<string, string>();
const OWNERS_KEPT = 5000;

const ownerOf = async ({ pinned }: Release, { readKept }: ConsoleWorld): Promise<string> => {
  const card = pinned?.evidence.model_card;
  if (card === undefined) return '';
  const known = owners.get(card.sha256);
  if (known !== undefined) return known;
  const read = await readPinnedDocument(card, { maxBytes: MODEL_CARD_MAX_BYTES, parse: parseModelCard }, readKept);
  if (read.kind !== 'read') return '';
  const owner = read.value.owner ?? '';
  if (owners.size >= OWNERS_KEPT) owners.clear();
  owners.set(card.sha256, owner);
  return owner;
};
