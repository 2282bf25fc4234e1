import type { RiskTier } from '../identifiers.ts';

/** What the policy asks for at the tier of a release, and what of it is there. */
export type Controls = {
  readonly tier: RiskTier;
  readonly declaredTier: RiskTier;
  /** What the rules of the policy make of the declared facts; undefined if it has no rules. */
  readonly computed: { readonly tier: RiskTier; readonly rule: string } | undefined;
  /** Whether the manifest declares facts for the rules to look at. */
  readonly hasFacts: boolean;
  /** The checks of every stage that the policy requires at this tier, but those of the stage that asks. */
  readonly required: readonly { readonly stage: string; readonly check: string; readonly made: boolean }[];
  readonly roles: readonly string[];
  /** Roles that no eligible person is left for, each with the reason. */
  readonly unfilled: readonly { readonly role: string; readonly problem: string }[];
  /** Evidence that the manifest names and no check of the policy reads: kept and locked, but nobody judged what it says. */
  readonly unread: readonly string[];
};
