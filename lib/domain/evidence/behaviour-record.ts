import * as z from 'zod';
import { inTurns } from '../by-turns.ts';
import { ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';
import type { BehaviourCounts, GroupDecisions } from './predictions/behaviour.ts';
import { comparedIn } from './predictions/decisions.ts';

const Count = z.int().min(0);
const decisions = { stayedYes: Count, stayedNo: Count, yesToNo: Count, noToYes: Count };

const uncompared = { undecided: Count, contradicted: Count };
const group = { attribute: z.string(), value: z.string(), ...decisions };

/** An item of the table has 400 KB. The other groups of each table are counted. */
const GROUPS_KEPT = 400;
const NAMES_MAX_BYTES = 50_000;

/**
 * Which decisions a release changed against the one that was live when it was judged. Stored with the release, so that
 * approvers see it. What further columns say of people is not stored: the verdict names what is worth it.
 */
export const BehaviourRecord = stored({
  entity: z.literal('behaviour'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  predictionsSha256: Sha256,
  /** The release that it was compared with, and its table. */
  liveReleaseId: ReleaseId,
  livePredictionsSha256: Sha256,
  rows: stored({ now: Count, former: Count }),
  common: Count,
  contradicted: Count,
  all: stored(decisions),
  groups: z.array(stored(group)),
  /** Groups that are not among these, because an item has its limit. */
  groupsLeftOut: Count,
  /** The first versions kept nothing of the following. */
  undecided: z.exactOptional(Count),
  /** The rows that the live release decided, and by the groups of its own table. */
  live: z.exactOptional(stored({ ...decisions, rows: Count, ...uncompared })),
  liveGroups: z.exactOptional(z.array(stored({ ...group, rows: Count, ...uncompared }))),
  liveGroupsLeftOut: z.exactOptional(Count),
});
export type BehaviourRecord = z.infer<typeof BehaviourRecord>;
export const behaviourKind = defineKind(BehaviourRecord, { partition: 'CHECKS', of: ['releaseId'], sort: 'BEHAVIOUR' });

type Compared = Pick<BehaviourRecord, 'releaseId' | 'predictionsSha256' | 'liveReleaseId' | 'livePredictionsSha256'>;

export const behaviourRecord = (
  compared: Compared,
  counts: BehaviourCounts,
  /** Whether a check judges the groups of an attribute: these have their room before all others. */
  isJudged: (attribute: string) => boolean,
): BehaviourRecord => {
  const groups = kept(counts.groups, (group) => -comparedIn(group), isJudged);
  // What is not compared is what people have to see.
  const liveGroups = kept(counts.liveGroups, (group) => comparedIn(group) - group.contradicted - group.rows, isJudged);
  return {
    entity: 'behaviour',
    version: 0,
    ...compared,
    rows: counts.rows,
    common: counts.common,
    contradicted: counts.contradicted,
    all: counts.all,
    groups: groups.map(({ rows: _, undecided: __, contradicted: ___, ...group }) => group),
    groupsLeftOut: counts.groups.length - groups.length,
    undecided: counts.undecided,
    live: counts.live,
    liveGroups,
    liveGroupsLeftOut: counts.liveGroups.length - liveGroups.length,
  };
};

/** The first groups of each attribute by this order, as many as the item has room for. */
const kept = (
  groups: readonly GroupDecisions[],
  placeOf: (group: GroupDecisions) => number,
  isFirst: (attribute: string) => boolean,
): GroupDecisions[] => {
  const inOrder = groups.toSorted((a, b) => placeOf(a) - placeOf(b));
  let bytes = 0;
  const fitting = new Set(
    inTurns(inOrder, { attributeOf: ({ attribute }) => attribute, isFirst })
      .slice(0, GROUPS_KEPT)
      .filter(({ attribute, value }) => {
        bytes += Buffer.byteLength(attribute + value);
        return bytes <= NAMES_MAX_BYTES;
      }),
  );
  return inOrder.filter((group) => fitting.has(group));
};
