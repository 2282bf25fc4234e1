/** What models serve, as their own rows say it at this moment. */
import { type Revocation, readRevocation } from '../../lib/domain/approval/read-revocation.ts';
import { type Instant, type ModelName, PersonId } from '../../lib/domain/identifiers.ts';
import type { Look } from '../../lib/domain/metrics/look.ts';
import { type GovernanceStatus, governanceStatus } from '../../lib/domain/metrics/served-facts.ts';
import { type DirectoryRecord, findPerson } from '../../lib/domain/policy/directory-record.ts';
import { findByName, findByPrincipal } from '../../lib/domain/policy/identities.ts';
import type { Approval } from '../../lib/domain/records/approval.ts';
import { type Hold, isHeld } from '../../lib/domain/records/hold.ts';
import { ALL_MODELS, isStopped, type Line } from '../../lib/domain/records/line.ts';
import { isServing, type Pointer, type ServingPointer } from '../../lib/domain/records/pointer.ts';
import { isUnderWay, type Rollback } from '../../lib/domain/records/rollback.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { waitsAgain } from '../../lib/domain/release/suspended.ts';
import { fallbackOf, rollbackOf } from '../../lib/domain/serving/ask-rollback.ts';
import type { Given, ServedRow } from '../../lib/web/console/now-view.ts';
import type { ConsoleWorld } from './world.ts';

export type Served = {
  readonly modelName: ModelName;
  /** Undefined if nothing of the model is in production. */
  readonly pointer: ServingPointer | undefined;
  readonly release: Release | undefined;
  /** Whether anything of it is, or was, in production. */
  readonly hasServed: boolean;
  readonly fallback: Release | undefined;
  readonly approvals: readonly Approval[];
  /** How the approval of what serves was taken back; undefined if it was not. */
  readonly revocation: Revocation | undefined;
  readonly rollback: Rollback | undefined;
  readonly hold: Hold | undefined;
  readonly line: Line | undefined;
  readonly wholeLine: Line | undefined;
};

/** Reads all models at once, in the moments of one of them. */
export const readServed = async (
  models: readonly ModelName[],
  { store }: Pick<ConsoleWorld, 'store'>,
): Promise<Served[]> => {
  // What is read for nobody would fail without anybody who waits for it.
  if (models.length === 0) return [];
  const whole = store.get('line', ALL_MODELS);
  return Promise.all(
    models.map(async (modelName) => {
      const [pointer, hold, line, wholeLine] = await Promise.all([
        store.get('pointer', modelName),
        store.get('hold', modelName),
        store.get('line', modelName),
        whole,
      ]);
      return {
        modelName,
        hold,
        line,
        wholeLine,
        hasServed: pointer !== undefined,
        ...(await readBehind(pointer, store)),
      };
    }),
  );
};

const NOTHING = {
  ...{ pointer: undefined, release: undefined, fallback: undefined, approvals: [] },
  ...{ revocation: undefined, rollback: undefined },
};

const readBehind = async (pointer: Pointer | undefined, store: ConsoleWorld['store']) => {
  if (!isServing(pointer)) return { ...NOTHING, rollback: await rollbackOf(pointer, store) };
  const fallbackId = fallbackOf(pointer);
  const serving = store.get('release', pointer.releaseId);
  const [release, fallback, approvals, revocation, rollback] = await Promise.all([
    serving,
    fallbackId === undefined ? undefined : store.get('release', fallbackId),
    store.list('approval', pointer.releaseId),
    serving.then((one) => one && readRevocation(store, one)),
    rollbackOf(pointer, store),
  ]);
  return { pointer, release, fallback, approvals, revocation, rollback };
};

type Beside = { readonly look: Look | undefined; readonly directory: DirectoryRecord; readonly now: Instant };

/** Undefined if nothing of the model is in production. */
export const servedRow = (served: Served, { look, directory, now }: Beside): ServedRow | undefined => {
  const { modelName, pointer, release, fallback, approvals, rollback, hold, line, wholeLine } = served;
  if (pointer === undefined || release === undefined) return undefined;
  return {
    modelName,
    endpointName: pointer.endpointName,
    status: statusOf({ pointer, release, revocation: served.revocation }, { look, now }),
    releaseId: release.releaseId,
    modelVersion: release.modelVersion,
    riskTier: release.riskTier,
    since: pointer.since,
    approvedUntil: release.approvedUntil,
    approvals: givenIn(approvals, directory),
    fallback: fallback && { releaseId: fallback.releaseId, modelVersion: fallback.modelVersion },
    isHeld: isHeld(hold),
    isStopped: [line, wholeLine].some((one) => one !== undefined && isStopped(one)),
    isRollingBack: isUnderWay(rollback),
  };
};

type Serving = { readonly pointer: ServingPointer; readonly release: Release } & Pick<Served, 'revocation'>;

/** An endpoint that was last found to serve something else is ungoverned, whatever its model's release says. */
export const statusOf = (
  { pointer: { endpointName }, release, revocation }: Serving,
  { look, now }: Pick<Beside, 'look' | 'now'>,
): GovernanceStatus => {
  const found = look?.sweep.deviations.find((one) => one.endpointName.toLowerCase() === endpointName.toLowerCase());
  if ((found?.alerts ?? []).length > 0) return 'ungoverned';
  const { recordSha256, approvedUntil } = release;
  return governanceStatus(
    {
      hasRecord: recordSha256 !== undefined,
      approvedUntil,
      isSuspended: waitsAgain(release, revocation !== undefined),
      governedSha256: undefined,
    },
    now,
  );
};

/** The approvals that are signed. A row that nobody signed counts for nothing, and is not shown as one. */
export const givenIn = (approvals: readonly Approval[], directory: DirectoryRecord): Given[] =>
  approvals
    .filter(({ decision, signed }) => decision === 'approve' && signed !== undefined)
    .map(({ approverId, approverRole, timestamp }) => ({
      name: nameIn(directory, approverId),
      role: approverRole,
      at: timestamp,
    }));

/**
 * Who that is, as pages say it. Names are in the directory alone, also those of whom a former version stored by a login or an ARN; who is
 * not in it any more is known by their id. A login that it does not know can be an address, and is shown to nobody.
 */
export const nameIn = (directory: DirectoryRecord, stored: string): string => {
  if (stored === ASSAY.id) return 'Assay';
  const id = (findByName(directory, stored) ?? findByPrincipal(directory, stored))?.id ?? stored;
  return findPerson(directory, id)?.name ?? PersonId.safeParse(id).data ?? UNKNOWN;
};

const UNKNOWN = 'somebody whom the directory does not know';
