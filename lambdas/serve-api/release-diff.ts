import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { BehaviourRecord } from '../../lib/domain/evidence/behaviour-record.ts';
import type { Decisions } from '../../lib/domain/evidence/predictions/decisions.ts';
import { DIFF_SECTIONS, diffReleases, withoutValues } from '../../lib/domain/questions/diff-releases.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { type ReadKept, readReleaseFacts } from '../../lib/runtime/release-facts.ts';
import { notFound, releaseIdIn } from './names.ts';
import { releaseSummary } from './views.ts';

/** What changed from one release to another, section by section, and what could not be compared. */
export const releaseDiff = async (ids: { before: string; after: string }, store: ReleaseStore, readKept: ReadKept) => {
  const [old, now] = await Promise.all([known(store, ids.before), known(store, ids.after)]);
  const [before, after] = await Promise.all([
    readReleaseFacts(old, store, readKept),
    readReleaseFacts(now, store, readKept),
  ]);
  const behaviour = await store.get('behaviour', now.releaseId);
  const differences = withoutValues(diffReleases(before.facts, after.facts));
  return {
    before: releaseSummary(old),
    after: releaseSummary(now),
    differences: Object.fromEntries(
      DIFF_SECTIONS.map((name) => [
        name,
        differences.filter(({ section }) => section === name).map(({ section: _, ...row }) => row),
      ]),
    ),
    // Counted when the release was judged, against the one that was live then.
    ...(behaviour?.liveReleaseId === old.releaseId ? { behaviour: changedDecisions(behaviour) } : {}),
    not_compared: [...before.unread, ...after.unread].map(({ releaseId, evidence, problem }) => ({
      release_id: releaseId,
      evidence,
      problem,
    })),
  };
};

const changedDecisions = (record: BehaviourRecord) => {
  const { rows, common, undecided, contradicted, all, groups, groupsLeftOut, live, liveGroups = [] } = record;
  return {
    rows: {
      before: rows.former,
      after: rows.now,
      common,
      ...(undecided === undefined ? {} : { undecided }),
      contradicted,
    },
    all: decisionsOf(all),
    groups: groups.map((group) => ({ attribute: group.attribute, value: group.value, ...decisionsOf(group) })),
    groups_left_out: groupsLeftOut,
    // Absent in what earlier versions stored.
    ...(live === undefined ? {} : { before: comparedOf(live) }),
    groups_before: liveGroups.map((group) => ({
      attribute: group.attribute,
      value: group.value,
      ...comparedOf(group),
    })),
  };
};

type Compared = NonNullable<BehaviourRecord['live']>;

const comparedOf = ({ rows, undecided, contradicted, ...decisions }: Compared) => ({
  rows,
  undecided,
  contradicted,
  ...decisionsOf(decisions),
});

const decisionsOf = ({ stayedYes, stayedNo, yesToNo, noToYes }: Decisions) => ({
  stayed_yes: stayedYes,
  stayed_no: stayedNo,
  yes_to_no: yesToNo,
  no_to_yes: noToYes,
});

const known = async (store: ReleaseStore, releaseId: string): Promise<Release> => {
  const release = await store.get('release', releaseIdIn(releaseId));
  if (release === undefined) throw notFound('release', releaseId);
  return release;
};
