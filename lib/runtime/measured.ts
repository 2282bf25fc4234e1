import type { ApprovalCase } from '../domain/approval/read-case.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import type { ModelCard } from '../domain/evidence/model-card.ts';
import type { OutcomeRecord, OutcomeSchema, OutcomeTotals } from '../domain/evidence/outcome-record.ts';
import { type Difference, differencesToLive } from '../domain/questions/differences.ts';
import { type FairnessLine, fairnessLine } from '../domain/questions/fairness-line.ts';
import { type GroupRates, ratesOf, ratesOfPairs } from '../domain/questions/group-rates.ts';
import { type Movement, movementsOf } from '../domain/questions/movements.ts';
import { type OtherDecision, otherDecisionOf } from '../domain/questions/other-decision.ts';
import { type Unmatched, unmatchedOf } from '../domain/questions/unmatched.ts';
import type { Release } from '../domain/release/release.ts';
import { type ReadKept, readReleaseFacts, type Unread } from './release-facts.ts';

/** The rows that a release is compared by. */
export type Compared = Pick<ApprovalCase, 'checks' | 'approvals'> &
  Partial<Pick<ApprovalCase, 'policy'>> & {
    readonly release: Release;
    readonly outcomes: OutcomeRecord | undefined;
  };

type World = { readonly store: ReleaseStore; readonly readKept: ReadKept };

export type Measured = {
  readonly groups: readonly GroupRates[];
  /** Of two attributes together. */
  readonly pairs: readonly GroupRates[];
  /** Of all rows; absent if nothing was counted, or a former version did. */
  readonly totals?: OutcomeTotals;
  /** Of the table that was counted; absent if nothing was, or a former version did. */
  readonly schema?: OutcomeSchema;
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
    readonly totals?: OutcomeTotals;
    /** Where the two call another decision favorable: then no groups are compared. */
    readonly other?: OtherDecision;
    readonly unread: readonly Unread[];
  };
};

/** What was measured and said of a release, by itself and against what is live. Reports and cards are read from where they are kept. */
export const readMeasured = async (
  { release, checks, approvals, policy }: Pick<ApprovalCase, 'release' | 'checks' | 'approvals' | 'policy'>,
  { outcomes, live: compared }: { readonly outcomes: OutcomeRecord | undefined; readonly live: Compared | undefined },
  { store, readKept }: World,
): Promise<Measured> => {
  const line = fairnessLine(policy);
  const factsOf = async ({ release: one, outcomes: counted, ...rows }: Compared) => {
    const read = await readReleaseFacts(one, store, readKept, rows);
    const { groups: kept = [], totals } = counted ?? {};
    const [groups, pairs] = [ratesOf(kept, line.minimumRows), ratesOfPairs(kept, line.minimumRows)];
    const measured = { metrics: read.facts.evaluationReport?.metrics, groups: [...groups, ...pairs], totals };
    return { ...read, releaseId: one.releaseId, groups, pairs, measured };
  };
  const [own, live] = await Promise.all([
    factsOf({ release, checks, approvals, policy, outcomes }),
    compared && factsOf(compared),
  ]);
  const { modelCard: card } = own.facts;
  const { groups, pairs } = own;
  const { metrics, totals } = own.measured;
  const ofTable = { ...(totals && { totals }), ...(outcomes?.schema && { schema: outcomes.schema }) };
  const about = { groups, pairs, line, ...ofTable, ...(metrics && { metrics }), ...(card && { card }) };
  if (live === undefined || compared === undefined) return about;
  const other = otherDecisionOf(release.manifest.predictions, compared.release.manifest.predictions, line);
  const former = other === undefined ? live.measured : { ...live.measured, groups: [], totals: undefined };
  return {
    ...about,
    live: {
      releaseId: live.releaseId,
      differences: differencesToLive(live.facts, own.facts),
      movements: movementsOf(former, own.measured, line),
      unmatched: unmatchedOf(former, own.measured, line),
      ...(live.measured.totals && { totals: live.measured.totals }),
      ...(other && { other }),
      unread: [...live.unread, ...own.unread],
    },
  };
};
