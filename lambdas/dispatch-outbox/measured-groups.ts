import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { fairnessLine } from '../../lib/domain/questions/fairness-line.ts';
import { ratesOf, ratesOfPairs } from '../../lib/domain/questions/group-rates.ts';
import { worstImpact, worstTogether } from '../../lib/domain/questions/impact.ts';
import { type Measured, movementsOf } from '../../lib/domain/questions/movements.ts';
import { otherDecisionOf } from '../../lib/domain/questions/other-decision.ts';
import { unmatchedOf } from '../../lib/domain/questions/unmatched.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { MeasuredGroups } from '../../lib/web/mail/groups-in-words.ts';

/**
 * Who fares worst under a release, and what changes against the one that is live: from the counts in the table alone. The
 * dispatcher sends mails, and has no business with evidence.
 */
export const readMeasuredGroups = async (
  store: Pick<ReleaseStore, 'get'>,
  { releaseId, modelName, policySha256, manifest: { predictions } }: Release,
): Promise<MeasuredGroups> => {
  const [{ policy }, pointer, behaviour] = await Promise.all([
    requireFound(store.get('policy', policySha256), policySha256),
    store.get('pointer', modelName),
    store.get('behaviour', releaseId),
  ]);
  const line = fairnessLine(policy);
  const measuredOf = async (id: string) => {
    const { groups: kept = [], totals } = (await store.get('outcomes', id)) ?? {};
    const [groups, pairs] = [ratesOf(kept, line.minimumRows), ratesOfPairs(kept, line.minimumRows)];
    return { groups, pairs, measured: { metrics: {}, groups: [...groups, ...pairs], totals } };
  };
  const liveOf = async (id: string) => {
    const [{ measured }, serving] = await Promise.all([measuredOf(id), requireFound(store.get('release', id), id)]);
    return { measured, serving };
  };
  const [{ groups, pairs, measured: own }, live] = await Promise.all([
    measuredOf(releaseId),
    isServing(pointer) ? liveOf(pointer.releaseId) : undefined,
  ]);
  const few = groups.filter(({ selection }) => selection === undefined).length;
  const found = worstImpact(groups, line);
  const worst = found && {
    ...found,
    asked: line.minimumRatioOf(found.attribute),
    favorable: predictions.favorable_value,
  };
  const together = worstTogether(pairs, found);
  const small = few > 0 && { small: { groups: few, rows: line.minimumRows } };
  const about = { worst, ...small, ...(together && { together }) };
  if (live === undefined) return about;
  const { serving } = live;
  const other = otherDecisionOf(predictions, serving.manifest.predictions, line);
  const before = other === undefined ? live.measured : NOTHING;
  const [movements, unmatched] = [movementsOf(before, own, line), unmatchedOf(before, own, line)];
  const changed = behaviour?.liveReleaseId === serving.releaseId ? behaviour.all : undefined;
  return { ...about, live: { releaseId: serving.releaseId, movements, unmatched, changed, ...(other && { other }) } };
};

const NOTHING: Measured = { metrics: {}, groups: [], totals: undefined };
