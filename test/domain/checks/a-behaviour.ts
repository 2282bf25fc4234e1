import type { BehaviourCounts, GroupDecisions } from '../../../lib/domain/evidence/predictions/behaviour.ts';
import { comparedIn, type Decisions } from '../../../lib/domain/evidence/predictions/decisions.ts';

type Grouped = Decisions & Pick<GroupDecisions, 'attribute' | 'value'>;

/** A group of which every row is compared, save for these. */
export const aGroup = (group: Grouped, changes: Partial<GroupDecisions> = {}): GroupDecisions => ({
  ...group,
  rows: comparedIn(group) + (changes.undecided ?? 0),
  undecided: 0,
  contradicted: 0,
  ...changes,
});

const ALL = { stayedYes: 375, stayedNo: 10, yesToNo: 5, noToYes: 10 };
const GROUPS = [
  aGroup({ attribute: 'race', value: 'black', stayedYes: 185, stayedNo: 5, yesToNo: 4, noToYes: 6 }),
  aGroup({ attribute: 'race', value: 'white', stayedYes: 190, stayedNo: 5, yesToNo: 1, noToYes: 4 }),
];

/** Both tables have the same 400 rows, and a few decisions about each group are other ones. */
export const aBehaviour = (changes: Partial<BehaviourCounts> = {}): BehaviourCounts => ({
  rows: { now: 400, former: 400 },
  unnamed: { now: 0, former: 0 },
  common: 400,
  contradicted: 0,
  undecided: 0,
  otherValues: { now: 1, former: 1 },
  all: ALL,
  groups: GROUPS,
  live: { ...ALL, rows: 400, undecided: 0, contradicted: 0 },
  // Where nobody changes what a table says of a row, the groups of both are the same.
  liveGroups: changes.groups ?? GROUPS,
  sameColumns: [],
  columns: [],
  ...changes,
});
