/**
 * What a policy demands of a release at one of its tiers. Whatever differs by tier is compared here, between two policies
 * at one tier as well as between two tiers, so that neither comparison knows of a demand that the other forgets.
 */
import * as z from 'zod';
import type { RiskTier } from '../identifiers.ts';
import { AfterDenialRule, afterDenialAt } from './after-denial-rule.ts';
import { checklistChange, orderChange } from './checklist-change.ts';
import { reviewDays, reviewDaysChange } from './monitoring.ts';
import type { PolicyRecord, TierInPolicy } from './policy-record.ts';
import { appliesTo, controlsAt } from './tiers.ts';
import { usedChecks } from './used-checks.ts';
import { demandsChange, numberChange, type PolicyChange } from './value-change.ts';

/** A policy, seen from one of its tiers. */
export type AtTier = { readonly policy: PolicyRecord; readonly tier: RiskTier };

type Compare = (was: AtTier, is: AtTier) => PolicyChange[];

/** Establishes what a policy demands more or less at a tier than the same or another one did at the same or another tier. */
export const tierDemandsChange: Compare = (was, is) => [
  ...demandsChange('checks', checksAt(was), checksAt(is)),
  ...tierMembersChange(was, is),
];

/** The same of the members of the tier alone. What the checks of two policies demand is compared check by check. */
export const tierMembersChange: Compare = (was, is) => [
  ...Object.values(MEMBERS).flatMap((compare) => compare(was, is)),
  ...demandsChange('required checks that no stage makes', unmetAt(was), unmetAt(is)),
  ...reviewDaysChange(reviewDays(was.policy, was.tier), reviewDays(is.policy, is.tier)),
];

/** The checks without which no release of the tier passes; once more, if what is only attested does not pass either. */
const checksAt = ({ policy, tier }: AtTier): string[] =>
  [...usedChecks(policy)].flatMap(([name, { stage, check, strength }]) => {
    if (strength !== 'enforce' || !appliesTo(stage, tier)) return [];
    const word = check.require_known?.[tier];
    return word === undefined ? [name] : [name, `${name} (${word})`];
  });

/**
 * What an enforced check asks for and the policy itself does not have at the tier: no release passes there. To add it is to let
 * pass what was stopped, however strict it is.
 */
const unmetAt = ({ policy, tier }: AtTier): string[] => {
  const made = controlsAt(policy, tier).map(({ check }) => check);
  return [...usedChecks(policy).values()].flatMap(({ stage, check, strength }) => {
    const required = z.array(z.string()).safeParse(check.parameters['required_checks']).data;
    if (required === undefined || strength !== 'enforce' || !appliesTo(stage, tier)) return [];
    return [...required.filter((name) => !made.includes(name)), ...(made.length === 0 ? ['any'] : [])];
  });
};

const ofTier = ({ policy, tier }: AtTier): TierInPolicy => policy.tiers[tier];

const hours =
  (name: 'sla_hours' | 'deadline_hours'): Compare =>
  (was, is) =>
    numberChange(name, ofTier(was)[name], ofTier(is)[name], 'lower');

const afterDenialChange: Compare = (was, is) => {
  const [before, after] = [afterDenialAt(was.policy, was.tier), afterDenialAt(is.policy, is.tier)];
  const { options } = AfterDenialRule;
  const changes = numberChange('after_denial', options.indexOf(before), options.indexOf(after), 'higher');
  return changes.map((change) => ({ ...change, before, after }));
};

const demandedOf = (at: AtTier): string[] =>
  ofTier(at).gradual_deployment === true ? ['CANARY or LINEAR with an alarm'] : [];

/** Every member of a tier: what a later version adds does not compile before it is said how it is compared. */
const MEMBERS: Readonly<Record<keyof TierInPolicy, Compare>> = {
  roles: (was, is) => demandsChange('roles', ofTier(was).roles, ofTier(is).roles),
  after_denial: afterDenialChange,
  gradual_deployment: (was, is) => demandsChange('deployment', demandedOf(was), demandedOf(is)),
  sla_hours: hours('sla_hours'),
  deadline_hours: hours('deadline_hours'),
  checklist: checklistChange,
  review_order: orderChange,
  // The roles are complete: those of the reviews are among them, and they are as many as must approve.
  review_stages: () => [],
  minimum_approvals: () => [],
};
