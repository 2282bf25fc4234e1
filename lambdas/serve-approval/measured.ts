import type { ApprovalCase } from '../../lib/domain/approval/read-case.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import type { ModelCard } from '../../lib/domain/evidence/model-card.ts';
import { type Difference, differencesToLive } from '../../lib/domain/questions/differences.ts';
import { type FairnessLine, fairnessLine } from '../../lib/domain/questions/fairness-line.ts';
import { type GroupRates, ratesOf } from '../../lib/domain/questions/group-rates.ts';
import { type Movement, movementsOf } from '../../lib/domain/questions/movements.ts';
import { type Unmatched, unmatchedOf } from '../../lib/domain/questions/unmatched.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { type ReadKept, readReleaseFacts, type Unread } from '../../lib/runtime/release-facts.ts';

export type Measured = {
  readonly groups: readonly GroupRates[];
  /** What the fairness checks of the policy hold them against. */
  readonly line: FairnessLine;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly card?: ModelCard;
  /** The release of this model that is live, and how the candidate differs from it; absent if nothing is live. */
  readonly live?: {
    readonly releaseId: string;
    readonly differences: readonly Difference[];
    readonly movements: readonly Movement[];
    readonly unmatched: Unmatched;
    readonly unread: readonly Unread[];
  };
};

/** What was measured and said of a release, by itself and against what is live. */
export const readMeasured = async (
  store: ReleaseStore,
  { release, ...known }: ApprovalCase,
  readKept: ReadKept,
): Promise<Measured> => {
  const line = fairnessLine(known.policy);
  const factsOf = async (one: Release, facts?: Pick<ApprovalCase, 'checks' | 'approvals' | 'policy'>) => {
    const [read, outcomes] = await Promise.all([
      readReleaseFacts(one, store, readKept, facts),
      store.get('outcomes', one.releaseId),
    ]);
    const groups = ratesOf(outcomes?.groups ?? [], line.minimumRows);
    return { ...read, releaseId: one.releaseId, measured: { metrics: read.facts.evaluationReport?.metrics, groups } };
  };
  const [own, live] = await Promise.all([
    factsOf(release, known),
    readLive(store, release).then((one) => one && factsOf(one)),
  ]);
  const { modelCard: card } = own.facts;
  const { groups, metrics } = own.measured;
  const about = { groups, line, ...(metrics && { metrics }), ...(card && { card }) };
  if (live === undefined) return about;
  return {
    ...about,
    live: {
      releaseId: live.releaseId,
      differences: differencesToLive(live.facts, own.facts),
      movements: movementsOf(live.measured, own.measured, line),
      unmatched: unmatchedOf(live.measured, own.measured),
      unread: [...live.unread, ...own.unread],
    },
  };
};

const readLive = async (store: ReleaseStore, { modelName }: Release): Promise<Release | undefined> => {
  const pointer = await store.get('pointer', modelName);
  return isServing(pointer) ? requireFound(store.get('release', pointer.releaseId), pointer.releaseId) : undefined;
};
