/** Reads what the first page shows, in few calls however many models there are: what is looked at is a page of them. */
import { askedNow, isAskedNow } from '../../lib/domain/approval/asked-now.ts';
import { quorumOf } from '../../lib/domain/approval/quorum.ts';
import { obstacles } from '../../lib/domain/gate/obstacles.ts';
import { readObstacleRows } from '../../lib/domain/gate/read-obstacles.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { isAmong, namesOf } from '../../lib/domain/policy/identities.ts';
import { type Hold, isHeld } from '../../lib/domain/records/hold.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import type { Viewer } from '../../lib/web/console/frame.ts';
import type { HeldRow, LedgerState, NowView, WaitingRow } from '../../lib/web/console/now-view.ts';
import { readModels } from './models-page.ts';
import { nameIn, readServed, type Served, servedRow } from './read-served.ts';
import type { ConsoleWorld } from './world.ts';
import { wrongOf } from './wrong-now.ts';

export const readNow = async (
  world: ConsoleWorld,
  { directory, viewer, after }: { directory: DirectoryRecord; viewer: Viewer; after: string | undefined },
): Promise<NowView> => {
  const { fleet, store } = world;
  const [look, forPeople, forPromotion, ledger, alarms, holds, lines, glasses] = await Promise.all([
    fleet.lastLook(),
    fleet.waiting('validated'),
    fleet.waiting('approved'),
    readLedger(world),
    fleet.alarmsOn(),
    // Of all models, and not of those on this page: somebody waits for each of them.
    store.page('hold', { limit: SHOWN }),
    store.page('line', { limit: SHOWN }),
    store.page('break_glass', { limit: SHOWN }),
  ]);
  // Any role that writes rows can give them the attributes of the index.
  const held = holds.items.filter(isHeld);
  const { names, next } = await readModels(world, look, after);
  const [served, waiting] = await Promise.all([
    readServed(names, world),
    readWaiting([...forPeople.releases, ...forPromotion.releases], { directory, viewer }, world),
  ]);
  const serving = served.flatMap((one) => servedRow(one, { look, directory, now: viewer.now }) ?? []);
  return {
    wrong: wrongOf({
      look,
      served,
      alarms,
      holds: held,
      lines: lines.items,
      glasses: glasses.items,
      directory,
      now: viewer.now,
    }),
    waiting,
    held: held.map((hold) => heldRow(hold, { directory, viewer })),
    moreWait: [forPeople, forPromotion, holds, glasses].some((page) => page.next !== undefined),
    serving,
    next,
    ledger: ledger && {
      ...ledger,
      oldestDueAt: look?.oldestDueAt,
      parked: (look?.parked.failed ?? 0) + (look?.parked.tampered ?? 0),
    },
    measuredAt: look?.at,
    freezes: await readFreezes(served, world, viewer.now),
  };
};

const readLedger = async ({
  fleet,
  store,
}: ConsoleWorld): Promise<Pick<LedgerState, 'size' | 'newestAt' | 'isPublished'> | undefined> => {
  const log = await fleet.log();
  if (log === undefined) return undefined;
  const last = log.batch.entries.at(-1);
  const newest = last && (await store.event(last.model, last.seq));
  return { size: log.tree.size, newestAt: newest?.event.timestamp, isPublished: log.published };
};

/** As many holds as are shown, and as many lines that are stopped: the longest first. */
const SHOWN = 25;

const heldRow = (hold: Hold, { directory, viewer }: About): HeldRow => {
  const { modelName, consents, operatorsNeeded: needed, initiatedBy, heldSince: since } = hold;
  const agreed = consents.map(({ operatorId }) => operatorId);
  const names = namesOf(directory, viewer.id);
  return {
    ...{ modelName, since, needed, missing: needed - consents.length },
    agreed: agreed.map((id) => nameIn(directory, id)),
    ...(initiatedBy === ASSAY.id ? {} : { notBy: nameIn(directory, initiatedBy) }),
    isMine: viewer.isOperator && ![initiatedBy, ...agreed].some((one) => isAmong(one, names)),
  };
};

type About = { readonly directory: DirectoryRecord; readonly viewer: Viewer };

/** Of each release that waits: for whom, since when and until when, and why it goes no further. */
export const readWaiting = async (
  releases: readonly Release[],
  about: About,
  world: ConsoleWorld,
): Promise<WaitingRow[]> => {
  const rows = await Promise.all(releases.map((release) => readWaitingRow(release, about, world)));
  return rows.sort((a, b) => Number(b.isMine) - Number(a.isMine) || (a.since < b.since ? -1 : 1));
};

const readWaitingRow = async (
  release: Release,
  { directory, viewer }: About,
  { store }: ConsoleWorld,
): Promise<WaitingRow> => {
  const { approvalRequestId: requestId } = release;
  const [request, approvals, rows] = await Promise.all([
    requestId === undefined ? undefined : store.get('request', requestId),
    store.list('approval', release.releaseId),
    readObstacleRows(release, store),
  ]);
  const because = obstacles({ release, ...rows, now: viewer.now }, 'order').map(({ explanation }) => explanation);
  const { releaseId, modelName, modelVersion, riskTier } = release;
  const row = { releaseId, modelName, modelVersion, riskTier, because };
  if (request?.status !== 'pending') {
    const waits =
      release.state === 'approved'
        ? ['Approved by everybody; it waits for its promotion.']
        : ['Its approvers are being asked.'];
    return {
      ...row,
      because: [...waits, ...release.reasons.map(({ explanation }) => explanation), ...because],
      since: release.updatedAt,
      seats: [],
      isMine: false,
    };
  }
  const counted = approvals.filter(({ signed }) => signed !== undefined);
  const decided = new Set<string>(counted.map(({ approverId }) => approverId));
  const asked = askedNow(request).filter(({ personId }) => !decided.has(personId));
  const missing = [...new Set(quorumOf(request.requiredRoles, counted).missingRoles)].filter((role) =>
    isAskedNow(request, role),
  );
  return {
    ...row,
    since: request.createdAt,
    until: request.expiresAt,
    seats: missing.map((role) => ({
      role,
      people: asked.filter((one) => one.role === role).map(({ personId }) => nameIn(directory, personId)),
    })),
    isMine: asked.some(({ personId, role }) => personId === viewer.id && missing.includes(role)),
  };
};

/** The windows that are on for any of these models, each with those that it is on for. */
const readFreezes = async (
  served: readonly Served[],
  { findFreezes }: ConsoleWorld,
  now: Instant,
): Promise<NowView['freezes']> => {
  const found = await Promise.all(
    served.flatMap(({ modelName, release }) =>
      release === undefined
        ? []
        : [
            findFreezes({ modelName, riskTier: release.riskTier }, now).then((on) =>
              on.map(({ name, until }) => ({ name, until, modelName })),
            ),
          ],
    ),
  );
  return [...Map.groupBy(found.flat(), ({ name }) => name)].flatMap(([name, on]) =>
    on[0] === undefined ? [] : [{ name, until: on[0].until, models: on.map(({ modelName }) => modelName) }],
  );
};
