import type { BehaviourCounts } from '../../../lib/domain/evidence/predictions/behaviour.ts';

/** Both tables have the same 400 rows, and a few decisions about each group are other ones. */
export const aBehaviour = (changes: Partial<BehaviourCounts> = {}): BehaviourCounts => ({
  rows: { now: 400, former: 400 },
  unnamed: { now: 0, former: 0 },
  common: 400,
  contradicted: 0,
  undecided: 0,
  otherValues: { now: 1, former: 1 },
  all: { stayedYes: 375, stayedNo: 10, yesToNo: 5, noToYes: 10 },
  groups: [
    { attribute: 'race', value: 'black', stayedYes: 185, stayedNo: 5, yesToNo: 4, noToYes: 6 },
    { attribute: 'race', value: 'white', stayedYes: 190, stayedNo: 5, yesToNo: 1, noToYes: 4 },
  ],
  columns: [],
  ...changes,
});
