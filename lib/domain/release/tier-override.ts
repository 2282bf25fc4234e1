/** The declared tier of a release in place of the higher one that its policy computes, for people to accept or refuse. */
import * as z from 'zod';
import { RiskTier } from '../identifiers.ts';
import { visibleCharacters } from '../readable.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import { stored, Word } from '../stored.ts';
import { inBytes } from '../visible-text.ts';

const REASON_MIN_CHARACTERS = 20;
/** What people sign carries the reason whole, and has to fit into an audit event. */
const REASON_MAX_CHARACTERS = 500;
const REASON_MAX_BYTES = 600;

/** What a manifest says to ask for it. */
export const AskedOverride = z.strictObject({
  reason: inBytes(
    z
      .string()
      .max(REASON_MAX_CHARACTERS)
      .refine(
        (text) => visibleCharacters(text) >= REASON_MIN_CHARACTERS,
        `must have ${REASON_MIN_CHARACTERS} characters that are seen`,
      ),
    REASON_MAX_BYTES,
  ),
});

/** As it is stored, shown and signed: both tiers, the rule that gives the higher one, why, and who has to agree. */
export const TierOverride = stored({
  declared: RiskTier,
  computed: RiskTier,
  rule: Word,
  reason: z.string(),
  /** Each takes another person. */
  roles: z.array(Word).min(2),
});
export type TierOverride = z.infer<typeof TierOverride>;

/** The member `tier_override` of what is signed about a release; no member where its tier is not lowered. */
export const signedOverride = ({ tierOverride: asked }: { readonly tierOverride?: TierOverride | undefined }) =>
  asked === undefined ? {} : { tier_override: overrideAsSigned(asked) };

const overrideAsSigned = ({ declared, computed, rule, reason, roles }: TierOverride): TierOverride => ({
  declared,
  computed,
  rule,
  reason,
  roles,
});

/** Whether two say the same to those who sign. */
export const isSameOverride = (one: TierOverride | undefined, other: TierOverride | undefined): boolean =>
  canonicalSha256(signedOverride({ tierOverride: one })) === canonicalSha256(signedOverride({ tierOverride: other }));

export const isHigher = (tier: RiskTier, other: RiskTier): boolean =>
  RiskTier.options.indexOf(tier) > RiskTier.options.indexOf(other);
