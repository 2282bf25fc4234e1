import { afterDenialRule } from '../policy/after-denial-rule.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { type FormerDecision, isDenial } from '../records/former-decision.ts';
import { Refusal, type Violation } from '../refusal.ts';
import type { Makers } from '../release/makers.ts';
import type { Release } from '../release/release.ts';
import { type MakerField, makerFields } from './separation-of-duties.ts';

/** A denial by somebody whom the release that comes after it names as one of its makers, in these fields. */
export type NamedDenier = { readonly denial: FormerDecision; readonly fields: readonly MakerField[] };

/**
 * Establishes whose denials are followed by a release that names them as its makers. A maker is not asked to approve, and who
 * made a release is what its submitter says.
 */
export const namedDeniers = (release: Makers, former: readonly FormerDecision[]): NamedDenier[] =>
  former
    .filter(isDenial)
    .map((denial) => ({ denial, fields: makerFields(release, denial.decidedBy) }))
    .filter(({ fields }) => fields.length > 0);

type Facts = {
  readonly release: Makers & Pick<Release, 'riskTier' | 'tierOverride'>;
  readonly policy: PolicyRecord;
  readonly former: readonly FormerDecision[];
};

/**
 * Establishes which of them bar a release for good. Under `same_person` these bytes need the approval of the person who
 * denied them, and makers approve nothing. Nobody denies what they made, so the claim contradicts the denied release.
 */
export const barringDeniers = ({ release, policy, former }: Facts): NamedDenier[] =>
  afterDenialRule(policy, release) === 'same_person'
    ? namedDeniers(release, former).filter(({ denial }) => denial.isOfContent)
    : [];

/** Refuses at the door what no approval could let pass, and names the people and the fields. */
export const assertNoDenierIsNamed = (facts: Facts): void => {
  const violations = barringDeniers(facts).flatMap(({ denial, fields }) =>
    fields.map((field): Violation => ({ field, problem: whyBarred(denial, field) })),
  );
  if (violations.length === 0) return;
  throw new Refusal(
    'ManifestInvalid',
    'a person who denied these bytes is named as a maker of the release',
    violations,
  );
};

const whyBarred = ({ decidedBy, releaseId, decidedAt }: FormerDecision, field: MakerField): string => {
  const said = `names ${decidedBy}, who denied these very bytes at ${decidedAt}, as release ${releaseId}, and must approve them now, which no maker can`;
  return field === 'requested_by' || field === 'submitted_by'
    ? `${said}: let another person do it`
    : `${said}. That release did not name ${decidedBy} as a maker: correct the field, or request other bytes`;
};
