/** One model: what serves, what served when, and how its versions compare. */
import { Hono } from 'hono/tiny';
import type { ModelName } from '../../lib/domain/identifiers.ts';
import { ReleaseId } from '../../lib/domain/identifiers.ts';
import { type AuditEvent, CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { fairnessLine } from '../../lib/domain/questions/fairness-line.ts';
import { ratesOf } from '../../lib/domain/questions/group-rates.ts';
import { worstImpact } from '../../lib/domain/questions/impact.ts';
import { countedAccuracy } from '../../lib/domain/questions/movements.ts';
import { isHeld } from '../../lib/domain/records/hold.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { marksIn, reignsIn } from '../../lib/web/console/life-of-a-model.ts';
import { type ModelView, modelPage, type VersionRow } from '../../lib/web/console/model-page.ts';
import { readServed, servedRow } from './read-served.ts';
import { type Reading, type ReadingContext, reading } from './reader.ts';
import { modelIn } from './rollback.ts';
import type { ConsoleWorld } from './world.ts';

/** What one query answers, and more than a picture shows. */
const EVENTS = 400;
const CONFIGURATIONS = 50;
/** Those of its training come first. */
const EVENTS_OF_RELEASE = 200;
const VERSIONS_SHOWN = 12;

export const modelRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/:model', reading(world), async (c) => c.html(modelPage(await readModel(c, world), c.var.viewer)));
  return app;
};

const readModel = async (c: ReadingContext, world: ConsoleWorld): Promise<ModelView> => {
  const modelName = modelIn(c);
  const { fleet } = world;
  const [[served], latest, configured, look] = await Promise.all([
    readServed([modelName], world),
    fleet.latestEvents(modelName, EVENTS),
    fleet.latestEvents(CONFIGURATION_CHAIN, CONFIGURATIONS),
    fleet.lastLook(),
  ]);
  const events = latest.map(({ event }) => event).toReversed();
  if (served === undefined || (events.length === 0 && served.pointer === undefined))
    throw new Refusal('NotFound', 'there is no model of this name');
  const changed = configured
    .map(({ event }) => event)
    .filter(({ event_type: type }) => type === 'configuration_changed');
  const { directory, viewer } = c.var;
  const [versions, origin] = await Promise.all([
    readVersions(modelName, events, world),
    served.release && readOrigin(served.release, world),
  ]);
  return {
    modelName,
    served: servedRow(served, { look, directory, now: viewer.now }),
    isHeld: isHeld(served.hold),
    reigns: reignsIn(events),
    marks: [...marksIn(events), ...marksIn(changed)].sort((a, b) => (a.at < b.at ? -1 : 1)),
    versions,
    lineage: origin && { ...origin, siblings: siblingsOf(origin.release, versions) },
    line: undefined,
    isCut: latest.length === EVENTS || configured.length === CONFIGURATIONS,
  };
};

/** What the events of a release say of where it came from, and who answers for it. */
const readOrigin = async (release: Release, { store, ownerOf }: ConsoleWorld) => {
  const { releaseId, modelName } = release;
  const [happened, owner] = await Promise.all([
    store.eventsOf({ releaseId, modelName }, { limit: EVENTS_OF_RELEASE }),
    ownerOf(release),
  ]);
  return { release, owner, events: happened.items.map(({ event }) => event) };
};

const siblingsOf = ({ releaseId, manifest }: Release, versions: readonly VersionRow[]): VersionRow[] =>
  versions.filter((one) => one.releaseId !== releaseId && one.snapshot === manifest.training_dataset_sha256);

/** The releases among these events, the latest first, with what was counted of each. */
const readVersions = async (
  modelName: ModelName,
  events: readonly AuditEvent[],
  { store }: ConsoleWorld,
): Promise<VersionRow[]> => {
  const own = events.filter(({ release_id: id, model_name: name }) => id !== '' && name === modelName);
  const ids = [...new Set(own.toReversed().map(({ release_id: id }) => id))]
    .slice(0, VERSIONS_SHOWN)
    .map((id) => ReleaseId.parse(id));
  const rows = await Promise.all(
    ids.map(async (id): Promise<VersionRow[]> => {
      const [release, outcomes] = await Promise.all([store.get('release', id), store.get('outcomes', id)]);
      if (release === undefined) return [];
      const kept = await store.get('policy', release.policySha256);
      const line = kept && fairnessLine(kept.policy);
      const worst = line && worstImpact(ratesOf(outcomes?.groups ?? [], line.minimumRows), line);
      return [
        {
          ...{ releaseId: id, version: release.modelVersion, state: release.state, at: release.updatedAt, worst },
          snapshot: release.manifest.training_dataset_sha256,
          minimum: worst && line?.minimumRatioOf(worst.attribute),
          accuracy: countedAccuracy(outcomes?.totals),
        },
      ];
    }),
  );
  return rows.flat();
};
