import * as z from 'zod';
import { isAccepted } from '../../evidence/predictions/favorable.ts';
import { listed, shown } from '../finding.ts';

/** What a policy may say about which decision is favorable. One that says nothing keeps its digest. */
export const favorableParameters = {
  /** The values that `predictions.favorable_value` of a manifest may have. Any, if omitted. */
  accepted_favorable_values: z.exactOptional(z.array(z.string().min(1).max(64)).min(1).max(16)),
};
type FavorableParameters = z.infer<z.ZodObject<typeof favorableParameters>>;

/** Why a release must not call this value favorable; undefined if it may. */
export const favorableProblem = (
  favorable: string,
  { accepted_favorable_values: accepted }: FavorableParameters,
): string | undefined =>
  accepted === undefined || isAccepted(favorable, accepted)
    ? undefined
    : `The manifest says that a decision is favorable if it is ${shown(favorable)}; the policy accepts ${listed(accepted)}. Correct predictions.favorable_value.`;
