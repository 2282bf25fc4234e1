/** The vocabulary of checks. No check is imported here, because pages and records need the words only. */
import * as z from 'zod';

/** The automated stages, in the order in which people read about them; each is a state of the release machine. */
export const StageName = z.enum([
  'data_provenance',
  'model_card',
  'bias_and_fairness',
  'safety_evaluation',
  'security_review',
  'custom_checks',
  'risk_classification',
]);
export type StageName = z.infer<typeof StageName>;

/** How a check ended. Only `passed` passes. */
export const CheckStatus = z.enum(['passed', 'failed', 'inconclusive', 'not_provided', 'error']);
export type CheckStatus = z.infer<typeof CheckStatus>;

/**
 * How a verdict is known: counted here from rows, verified against a signature or a configuration in use, or attested,
 * which means that the submitter says so and nobody looked.
 */
export const KnownBy = z.enum(['counted', 'verified', 'attested']);
export type KnownBy = z.infer<typeof KnownBy>;

/** What happens if a check does not pass: it is noted, shown to the approvers, or stops the release. */
export const CheckMode = z.enum(['observe', 'warn', 'enforce']);
export type CheckMode = z.infer<typeof CheckMode>;

/**
 * Whether a check of this mode stops the release. A mode that this version does not know may be a strict one, so it
 * does.
 */
export const isEnforced = (mode: string): boolean => mode !== 'observe' && mode !== 'warn';
