import type { RiskTier } from '../identifiers.ts';

/** The controls that the policy requires at the tier of a release, and which of them are in place. */
export type Controls = {
  readonly tier: RiskTier;
  readonly declaredTier: RiskTier;
  /** The tier that the rules of the policy give for the declared facts; undefined if the policy has no rules. */
  readonly computed: { readonly tier: RiskTier; readonly rule: string } | undefined;
  /** Whether the manifest declares facts for the rules to apply to. */
  readonly hasFacts: boolean;
  /** Set if people are asked to accept the declared tier in place of the higher one. */
  readonly override?: { readonly reason: string; readonly roles: readonly string[] } | undefined;
  /**
   * The checks of every stage that the policy requires at this tier, except those of the stage that asks for controls.
   */
  readonly required: readonly { readonly stage: string; readonly check: string; readonly made: boolean }[];
  readonly roles: readonly string[];
  /** Roles that no eligible person is left for, each with the reason. */
  readonly unfilled: readonly { readonly role: string; readonly problem: string }[];
  /** Evidence that the manifest names but no check of the policy reads: it is stored and locked, but was not judged. */
  readonly unread: readonly string[];
};
