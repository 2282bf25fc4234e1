import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { fairnessLine } from '../../lib/domain/questions/fairness-line.ts';
import { ratesOf, ratesOfPairs } from '../../lib/domain/questions/group-rates.ts';
import { worstImpact, worstTogether } from '../../lib/domain/questions/impact.ts';
import { movementsOf } from '../../lib/domain/questions/movements.ts';
import { otherDecisionOf } from '../../lib/domain/questions/other-decision.ts';
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
  const keptOf = async (id: string) => (await store.get('outcomes', id))?.groups ?? [];
  const ratesIn = async (id: string) => {
    const kept = await keptOf(id);
    return { groups: ratesOf(kept, line.minimumRows), pairs: ratesOfPairs(kept, line.minimumRows) };
  };
  const { groups, pairs } = await ratesIn(releaseId);
  const found = worstImpact(groups, line);
  const worst = found && {
    ...found,
    asked: line.minimumRatioOf(found.attribute),
    favorable: predictions.favorable_value,
  };
  const together = worstTogether(pairs, found);
  const about = { worst, ...(together && { together }) };
  if (!isServing(pointer)) return about;
  const serving = await requireFound(store.get('release', pointer.releaseId), pointer.releaseId);
  const other = otherDecisionOf(predictions, serving.manifest.predictions, line);
  const former = other === undefined ? await ratesIn(pointer.releaseId) : { groups: [], pairs: [] };
  const measured = (of: typeof former) => ({ metrics: {}, groups: [...of.groups, ...of.pairs] });
  const movements = movementsOf(measured(former), measured({ groups, pairs }), line);
  const changed = behaviour?.liveReleaseId === pointer.releaseId ? behaviour.all : undefined;
  return { ...about, live: { releaseId: pointer.releaseId, movements, changed, ...(other && { other }) } };
};
