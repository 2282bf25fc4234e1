import { isSameDecision } from '../evidence/predictions/favorable.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import type { FairnessLine } from './fairness-line.ts';

type Predictions = Pick<ManifestRecord['predictions'], 'prediction_column' | 'favorable_value'>;

/** What each of two releases calls a favorable decision, where that is not the same: then no rate of theirs is compared. */
export type OtherDecision = { readonly now: Predictions; readonly live: Predictions };

export const otherDecisionOf = (
  now: Predictions,
  live: Predictions,
  { acceptedFavorable }: FairnessLine,
): OtherDecision | undefined =>
  isSameDecision(now.favorable_value, live.favorable_value, acceptedFavorable) ? undefined : { now, live };
