import * as z from 'zod';
import { ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';
import type { BehaviourCounts } from './predictions/behaviour.ts';
import { comparedIn, type Decisions } from './predictions/decisions.ts';

const Count = z.int().min(0);
const decisions = { stayedYes: Count, stayedNo: Count, yesToNo: Count, noToYes: Count };

/** An item of the table has 400 KB. The others are counted. */
const GROUPS_KEPT = 500;

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
  groups: z.array(stored({ attribute: z.string(), value: z.string(), ...decisions })),
  /** Groups that are not among these, because an item has its limit. */
  groupsLeftOut: Count,
});
export type BehaviourRecord = z.infer<typeof BehaviourRecord>;
export const behaviourKind = defineKind(BehaviourRecord, { partition: 'CHECKS', of: ['releaseId'], sort: 'BEHAVIOUR' });

type Compared = Pick<BehaviourRecord, 'releaseId' | 'predictionsSha256' | 'liveReleaseId' | 'livePredictionsSha256'>;

export const behaviourRecord = (compared: Compared, counts: BehaviourCounts): BehaviourRecord => ({
  entity: 'behaviour',
  version: 0,
  ...compared,
  rows: counts.rows,
  common: counts.common,
  contradicted: counts.contradicted,
  all: counts.all,
  groups: largestFirst(counts.groups).slice(0, GROUPS_KEPT),
  groupsLeftOut: Math.max(0, counts.groups.length - GROUPS_KEPT),
});

const largestFirst = <T extends Decisions>(groups: readonly T[]): T[] =>
  groups.toSorted((a, b) => comparedIn(b) - comparedIn(a));
