/** One release, as its approvers saw it and as it went on. */
import { Hono } from 'hono/tiny';
import { attestationsNamedIn } from '../../lib/domain/attestation/signature.ts';
import { eventOfSignature } from '../../lib/domain/attestation/verify-attestation.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { ReleaseId } from '../../lib/domain/identifiers.ts';
import { isServing, type Pointer } from '../../lib/domain/records/pointer.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { type Compared, readMeasured } from '../../lib/runtime/measured.ts';
import { type ReleaseView, releasePage } from '../../lib/web/console/release-page.ts';
import { type VerifiedAttestations, verifyPage } from '../../lib/web/console/verify-page.ts';
import { readWaiting } from './read-now.ts';
import { type Reading, type ReadingContext, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

/** As many as one call reads; a release has some dozens. */
const EVENTS = 200;

export const releaseRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/:releaseId', reading(world), async (c) => c.html(releasePage(await readRelease(c, world), c.var.viewer)));
  app.get('/:releaseId/verify', reading(world), async (c) => {
    const release = await releaseIn(c, world);
    const [problems, attestations] = await Promise.all([
      world.recordProblems(release),
      readAttestations(release, world),
    ]);
    return c.html(verifyPage({ release, problems, attestations }, c.var.viewer));
  });
  return app;
};

const releaseIn = async (c: ReadingContext, { store }: ConsoleWorld): Promise<Release> => {
  const id = ReleaseId.safeParse(c.req.param('releaseId'));
  const release = id.success ? await store.get('release', id.data) : undefined;
  if (release === undefined) throw new Refusal('NotFound', 'there is no release of this id');
  return release;
};

/** Each attestation as it lies in storage now, the event of the ledger that knows its signature, and those that only events name. */
const readAttestations = async (
  release: Release,
  { store, fleet, attestationReport }: ConsoleWorld,
): Promise<VerifiedAttestations> => {
  const { releaseId, modelName } = release;
  const [attestations, checks, happened] = await Promise.all([
    store.list('attestation', releaseId),
    readChecks(store, releaseId),
    store.eventsOf({ releaseId, modelName }, { limit: EVENTS }),
  ]);
  const events = happened.items.map(({ event }) => event);
  const found = attestations.map((kept) => ({ kept, event: eventOfSignature(kept.sha256, events) }));
  const indexes = await fleet.logIndexes(
    modelName,
    found.flatMap(({ event }) => event?.seq ?? []),
  );
  const kept = await Promise.all(
    found.map(async ({ kept, event }) => ({
      kept,
      report: await attestationReport(release, kept, checks),
      event: event && { seq: event.seq, index: indexes.get(event.seq) },
    })),
  );
  const digests = new Set(attestations.map(({ sha256 }) => sha256));
  const missing = attestationsNamedIn(events).filter(({ sha256 }) => !digests.has(sha256));
  return { kept, missing, isCut: happened.next !== undefined };
};

const readRelease = async (c: ReadingContext, world: ConsoleWorld): Promise<ReleaseView> => {
  const { store } = world;
  const release = await releaseIn(c, world);
  const { releaseId, modelName } = release;
  const [own, behaviour, attestations, kept, pointer, breakGlass, happened, waiting] = await Promise.all([
    readCompared(release, world),
    store.get('behaviour', releaseId),
    store.list('attestation', releaseId),
    store.get('policy', release.policySha256),
    store.get('pointer', modelName),
    store.get('break_glass', modelName),
    store.eventsOf({ releaseId, modelName }, { limit: EVENTS }),
    WAITS.includes(release.state) ? readWaiting([release], c.var, world) : [],
  ]);
  if (kept === undefined) throw new Error(`the policy of ${releaseId} is not kept`);
  const live = await readLive(release, pointer, world);
  const measured = await readMeasured({ ...own, policy: kept.policy }, { outcomes: own.outcomes, live }, world);
  return {
    ...measured,
    ...{ release, checks: own.checks, approvals: own.approvals, attestations, behaviour },
    card: measured.card,
    metrics: measured.metrics,
    totals: measured.totals,
    live: measured.live,
    events: happened.items.map(({ event }) => event),
    isCut: happened.next !== undefined,
    isServing: isServing(pointer) && pointer.releaseId === releaseId,
    waiting: waiting[0],
    breakGlass: breakGlass?.releaseId === releaseId ? breakGlass : undefined,
    reasons: release.reasons,
    names: new Map(c.var.directory.people.map(({ id: person, name }) => [person, name])),
  };
};

const WAITS: readonly string[] = ['validated', 'approved'];

const readCompared = async (release: Release, { store }: ConsoleWorld): Promise<Compared> => {
  const { releaseId } = release;
  const [checks, approvals, outcomes] = await Promise.all([
    readChecks(store, releaseId),
    store.list('approval', releaseId),
    store.get('outcomes', releaseId),
  ]);
  return { release, checks, approvals, outcomes };
};

/** What serves now, if that is another release of the model. */
const readLive = async (
  { releaseId }: Release,
  pointer: Pointer | undefined,
  world: ConsoleWorld,
): Promise<Compared | undefined> => {
  if (!isServing(pointer) || pointer.releaseId === releaseId) return undefined;
  const live = await world.store.get('release', pointer.releaseId);
  return live && readCompared(live, world);
};
