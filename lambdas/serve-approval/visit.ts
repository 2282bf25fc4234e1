/** What a visit to the page is answered from. What does not follow from something else is asked for at one moment. */
import { type ApprovalCase, readAsked, readCaseOf } from '../../lib/domain/approval/read-case.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { type Answered, readAnswered } from '../../lib/domain/change/read-former-decisions.ts';
import { readStanding } from '../../lib/domain/change/read-standing.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import type { BehaviourRecord } from '../../lib/domain/evidence/behaviour-record.ts';
import type { OutcomeRecord } from '../../lib/domain/evidence/outcome-record.ts';
import type { ObstacleFacts } from '../../lib/domain/gate/obstacles.ts';
import { readObstacleRows } from '../../lib/domain/gate/read-obstacles.ts';
import type { ModelName } from '../../lib/domain/identifiers.ts';
import type { Head } from '../../lib/domain/ledger/chain.ts';
import { isServing, type Pointer } from '../../lib/domain/records/pointer.ts';
import type { Standing } from '../../lib/domain/records/standing-conditions.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { Compared } from '../../lib/runtime/measured.ts';
import type { ApprovalWorld } from './world.ts';

/** What the form shows beside the case. Nothing is judged by it. */
export type Beside = {
  readonly outcomes: OutcomeRecord | undefined;
  readonly behaviour: BehaviourRecord | undefined;
  /** What the release answers. */
  readonly answered: Answered | undefined;
  /** The release that is live; undefined if nothing is. */
  readonly live: Compared | undefined;
};

export type Visited = {
  readonly facts: ApprovalCase;
  /** What can stand in the way of production. */
  readonly obstacleRows: Promise<Omit<ObstacleFacts, 'release'> & Standing>;
  /** What is live is read when the form is asked for: a decision that is taken does not need it. */
  readonly beside: () => Promise<Beside>;
};

type Ports = Pick<ApprovalWorld, 'store' | 'directory'>;

/** A request is of one model for ever: a container that has seen it can ask for rows of the model together with the request. */
const modelOf = new Map<string, ModelName>();
const MODELS_KEPT = 1000;

const keepModel = (requestId: string, modelName: ModelName): void => {
  if (modelOf.size >= MODELS_KEPT) modelOf.clear();
  modelOf.set(requestId, modelName);
};

/**
 * Waits for the case alone: a decision need not wait for what is only shown. `readWith` asks for what else can come with the
 * request, where the model is known.
 */
export const readVisit = async (
  { store, directory }: Ports,
  requestId: string,
  readWith: (modelName: ModelName) => void = () => undefined,
): Promise<Visited> => {
  const directoryNow = await directory();
  const known = modelOf.get(requestId);
  const early = known === undefined ? undefined : store.get('pointer', known);
  if (known !== undefined) readWith(known);
  // If the request cannot be read, that is what is said.
  void early?.catch(() => undefined);
  const asked = await readAsked(store, requestId);
  const { modelName } = asked.release;
  keepModel(requestId, modelName);
  const pointer = (known === modelName ? early : undefined) ?? store.get('pointer', modelName);
  const obstacleRows = readRows(asked.release, store, pointer);
  const own = readOwn(asked.release, store, pointer);
  let kept: Promise<Beside> | undefined;
  const beside = () => {
    kept ??= withLive(own, store);
    return kept;
  };
  // A page that does not show them must not fail with them.
  void Promise.allSettled([obstacleRows, own]);
  return { facts: await readCaseOf(asked, store, directoryNow), obstacleRows, beside };
};

const readRows = async (release: Release, store: ApprovalWorld['store'], pointer: Promise<Pointer | undefined>) => {
  const [rows, standing] = await Promise.all([readObstacleRows(release, store, pointer), readStanding(store, release)]);
  return { ...rows, ...standing };
};

/**
 * Reads the case for a decision, again if it is judged again; what came with it last need not be read once more. Where the model is
 * known the end of its chain comes with the request. If the chain has grown since, the transaction fails, and it is read again.
 */
export const keepingVisit = (ports: Ports) => {
  let last: Visited | undefined;
  let foreseen: { readonly modelName: ModelName; readonly head: Promise<Head> } | undefined;
  return {
    readCase: async (requestId: string): Promise<ApprovalCase> => {
      foreseen = undefined;
      last = await readVisit(ports, requestId, (modelName) => {
        foreseen = { modelName, head: ports.store.head(modelName) };
        // If it cannot be read, the commit says so.
        foreseen.head.catch(() => undefined);
      });
      return last.facts;
    },
    foreseen: () => (foreseen?.modelName === last?.facts.release.modelName ? foreseen?.head : undefined),
    /** Of a form that was never judged, it is read now. */
    visit: async (requestId: string): Promise<Visited> => last ?? readVisit(ports, requestId),
  };
};

type Own = Omit<Beside, 'live'> & { readonly pointer: Pointer | undefined };

const readOwn = async (
  release: Release,
  store: ApprovalWorld['store'],
  asked: Promise<Pointer | undefined>,
): Promise<Own> => {
  const [outcomes, behaviour, answered, pointer] = await Promise.all([
    store.get('outcomes', release.releaseId),
    store.get('behaviour', release.releaseId),
    readAnswered(store, release),
    asked,
  ]);
  return { outcomes, behaviour, answered, pointer };
};

const withLive = async (read: Promise<Own>, store: ApprovalWorld['store']): Promise<Beside> => {
  const { pointer, ...own } = await read;
  return { ...own, live: isServing(pointer) ? await readLive(pointer, store) : undefined };
};

const readLive = async ({ releaseId }: Pointer, store: ApprovalWorld['store']): Promise<Compared> => {
  const [release, checks, approvals, outcomes] = await Promise.all([
    requireFound(store.get('release', releaseId), releaseId),
    readChecks(store, releaseId),
    store.list('approval', releaseId),
    store.get('outcomes', releaseId),
  ]);
  const version = await store.get('policy', release.policySha256);
  return { release, checks, approvals, outcomes, ...(version && { policy: version.policy }) };
};
