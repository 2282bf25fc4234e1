import type { TierInPolicy } from './policy-record.ts';

type Item = Pick<TierInPolicy['checklist'][number], 'when'>;

/**
 * The questions of a checklist that are asked about a release. One whose condition this version does not know is asked:
 * leaving it out would be in the release's favor.
 */
export const questionsAbout = <I extends Item>(checklist: readonly I[], isFirstRelease: boolean): I[] =>
  checklist.filter(({ when }) => when?.first_release === undefined || when.first_release === isFirstRelease);
