/**
 * From a clause to the evidence: which control it asks for, which checks of a policy serve that at a tier, what these read,
 * and which question is answered by it. It says what is asked for, not whether a law is met.
 */

import { CHECKS } from '../checks/known-checks.ts';
import { RiskTier } from '../identifiers.ts';
import type { PolicyRecord } from './policy-record.ts';
import { type Clause, type Day, HUMAN_APPROVAL, isInForce } from './regime.ts';
import { appliesTo } from './tiers.ts';
import { usedChecks } from './used-checks.ts';

export type MappedCheck = {
  readonly name: string;
  /** How strong the check is in the policy at this tier; `none` if the policy does not ask for it there. */
  readonly mode: string;
  readonly evidence: readonly string[];
};
export type MappedControl = {
  readonly tier: RiskTier;
  readonly clause: string;
  readonly title: string;
  readonly applies_to: string;
  readonly control: string;
  readonly checks: readonly MappedCheck[];
  readonly question: string;
};

/** The controls of every clause that holds on a day, for every tier. */
export const controlMap = (policy: PolicyRecord, clauses: readonly Clause[], day: Day): MappedControl[] =>
  RiskTier.options.flatMap((tier) => {
    const modes = modesAt(policy, tier);
    return clauses
      .filter((clause) => isInForce(clause, day))
      .flatMap((clause) =>
        clause.controls.map(({ control, question, checks }) => ({
          tier,
          clause: clause.id,
          title: clause.title,
          applies_to: clause.applies_to ?? '',
          control,
          checks: checks.map((name) => ({ name, mode: modes.get(name) ?? 'none', evidence: evidenceOf(name) })),
          question,
        })),
      );
  });

/** The checks that a policy asks for at a tier and that no clause of that day needs. */
export const unmappedChecks = (policy: PolicyRecord, mapped: readonly MappedControl[]): string[] =>
  RiskTier.options.flatMap((tier) => {
    const served = mapped.filter((control) => control.tier === tier).flatMap(({ checks }) => checks);
    return [...modesAt(policy, tier).keys()]
      .filter((name) => served.every((check) => check.name !== name))
      .map((name) => `${tier}: ${name}`);
  });

const modesAt = (policy: PolicyRecord, tier: RiskTier): ReadonlyMap<string, string> => {
  const checks = [...usedChecks(policy).values()].filter(({ stage }) => appliesTo(stage, tier));
  const people = policy.tiers[tier].roles.join(', ');
  return new Map([
    [HUMAN_APPROVAL, people],
    ...checks.map(({ check, strength }): [string, string] => [check.name, strength]),
  ]);
};

/** The evidence that a check reads, by the names of the manifest where it has one. */
const evidenceOf = (name: string): string[] =>
  name === HUMAN_APPROVAL
    ? ['signed decisions']
    : CHECKS.filter((check) => check.name === name).flatMap(({ reads }) =>
        reads.map((field) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
      );
