/** Whether the tables of people that a check counts are past their retention. */
import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant } from '../identifiers.ts';
import { isRowLevel, retentionEnded } from '../release/evidence-copy.ts';
import type { Release } from '../release/release.ts';
import { comparedWith } from './compared-with.ts';

const COMPARES_ROWS = 'behaviour_change_within_threshold';

/**
 * The checks that count tables of people. Their `reads` say so too, and a test compares the two: an import of every check would put
 * the code of all stages into the Lambda that only asks for a judgement.
 */
export const COUNTS_ROWS: readonly string[] = [
  'demographic_parity_within_threshold',
  'equalised_odds_within_threshold',
  'disparate_impact_ratio_above_minimum',
  'sensitive_subgroup_not_regressed',
  COMPARES_ROWS,
  'adversarial_perturbation_test_passed',
  'output_boundary_verified',
  'accuracy_above_minimum',
  'better_than_constant_classifier',
];

/**
 * Why a check cannot count any more what it counted of a release; undefined if it can. Without this, a retention that ended as it
 * should would look like evidence that nobody can read, and suspend an approval.
 */
export const whyRowsEnded = async (
  check: string,
  release: Release,
  { store, now }: { readonly store: Pick<ReleaseStore, 'get'>; readonly now: Instant },
): Promise<string | undefined> => {
  if (!COUNTS_ROWS.includes(check)) return undefined;
  const other = check === COMPARES_ROWS ? await comparedWith(store, release) : undefined;
  const compared = other === undefined ? undefined : await store.get('release', other);
  return [release, compared]
    .flatMap((one) => Object.entries(one?.pinned?.evidence ?? {}))
    .filter(([name]) => isRowLevel(name))
    .map(([, copy]) => retentionEnded(copy, now))
    .find((why) => why !== undefined);
};
