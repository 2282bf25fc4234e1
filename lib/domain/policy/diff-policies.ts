/** What a new policy requires that the old one did not, and vice versa: check by check, tier by tier. */
import { isEnforced } from '../checks/vocabulary.ts';
import { RiskTier } from '../identifiers.ts';
import { VersionScheme } from '../release/model-version.ts';
import { Domain } from '../release/risk-facts.ts';
import { type CheckInPolicy, mustAllChecksPass, type PolicyRecord, type StageInPolicy } from './policy-record.ts';
import { allFacts, computeTier } from './tiers.ts';
import { ABSENT, demandsChange, numberChange, type PolicyChange, parameterChange, wordChange } from './value-change.ts';

/** Establishes every difference between two policies, and whether it is stricter or looser. */
export const diffPolicies = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] => [
  ...stageChanges(before, after),
  ...tierRuleChanges(before, after),
  ...RiskTier.options.flatMap((tier) => tierChanges(tier, before, after)),
  ...gateChanges(before, after),
  ...parameterChange('version_schemes', 'allowed_schemes', schemesOf(before), schemesOf(after)),
  ...wordChange('alarm without a fallback', alarmOf(before), alarmOf(after)),
  ...numberChange('approval_expiry_days', before.approval_expiry_days, after.approval_expiry_days, 'lower'),
  ...wordChange('approval_meaning', before.approval_meaning, after.approval_meaning),
  ...wordChange('name', before.name, after.name),
];

const schemesOf = ({ version_schemes: schemes = [...VersionScheme.options] }: PolicyRecord): string[] =>
  // In a fixed order, so that the same two schemes in another order are no change.
  [...new Set([...VersionScheme.options, ...schemes])].filter((scheme) => schemes.includes(scheme));

/** Neither is stricter: one keeps a model that may be bad, the other takes away one that may be good. */
const alarmOf = ({ alarm_may_roll_back_to_nothing: may }: PolicyRecord): string =>
  may === true ? 'deletes the endpoint' : 'is refused';

/** The strength of a check in a policy, from not being there to stopping a release. */
const STRENGTHS = [ABSENT, 'observe', 'warn', 'enforce'] as const;
type Strength = (typeof STRENGTHS)[number];
type Used = { readonly stage: StageInPolicy; readonly check: CheckInPolicy; readonly strength: Strength };

const usedChecks = (policy: PolicyRecord): ReadonlyMap<string, Used> => {
  const mustAllPass = mustAllChecksPass(policy);
  return new Map(
    policy.stages.flatMap((stage) =>
      stage.checks.map((check: CheckInPolicy): [string, Used] => {
        const isBinding = stage.required && stage.blocking;
        const own = strengthOf(check.mode, isBinding);
        return [`${stage.name}.${check.name}`, { stage, check, strength: mustAllPass ? 'enforce' : own }];
      }),
    ),
  );
};

const strengthOf = (mode: string, isBinding: boolean): Strength => {
  if (isEnforced(mode)) return isBinding ? 'enforce' : 'warn';
  return mode === 'observe' ? 'observe' : 'warn';
};

const stageChanges = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] => {
  const [then, now] = [usedChecks(before), usedChecks(after)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((about) => {
    const [was, is] = [then.get(about), now.get(about)];
    const [from, to] = [was?.strength ?? ABSENT, is?.strength ?? ABSENT];
    return [
      ...numberChange(about, STRENGTHS.indexOf(from), STRENGTHS.indexOf(to), 'higher').map((change) => ({
        ...change,
        before: from,
        after: to,
      })),
      ...(was === undefined || is === undefined ? [] : settingChanges(about, was, is)),
    ];
  });
};

const settingChanges = (about: string, was: Used, is: Used): PolicyChange[] => {
  const parameters: [Record<string, unknown>, Record<string, unknown>] = [was.check.parameters, is.check.parameters];
  const [then, now] = parameters;
  const tiersOf = ({ stage }: Used) => stage.required_for_risk_tiers ?? RiskTier.options;
  return [
    ...demandsChange(`${about}, tiers`, tiersOf(was), tiersOf(is)),
    ...[...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((name) =>
      parameterChange(`${about}.${name}`, name, then[name], now[name]),
    ),
    ...wordChange(`${about}, code`, codeOf(was.check), codeOf(is.check)),
    ...wordChange(`${about}, timeout_seconds`, timeoutOf(was.check), timeoutOf(is.check)),
  ];
};

const timeoutOf = (check: CheckInPolicy): string => ('timeout_seconds' in check ? String(check.timeout_seconds) : '');

const codeOf = (check: CheckInPolicy): string => ('lambda_arn' in check ? check.lambda_arn : '');

/** Compares rules by what they decide on every set of facts that can be declared. */
const tierRuleChanges = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] => {
  const undeclared = tierMove('models that declare no facts', computed(before, undefined), computed(after, undefined));
  const every = allFacts();
  return Domain.options
    .flatMap((domain) => {
      const facts = every.filter((fact) => fact.domain === domain);
      const moves = Map.groupBy(facts, (fact) => `${computed(before, fact)} ${computed(after, fact)}`);
      return [...moves].flatMap(([move, moved]) => {
        const [from = '', to = ''] = move.split(' ');
        const share = moved.length === facts.length ? '' : ` (${moved.length} of ${facts.length} kinds)`;
        return tierMove(`${domain} models${share}`, from, to);
      });
    })
    .concat(undeclared);
};

/** Without rules, the declared tier applies, whichever it is. */
const DECLARED = 'declared';
const TIER_ORDER: readonly string[] = [DECLARED, ...RiskTier.options];

const computed = (policy: PolicyRecord, facts: Parameters<typeof computeTier>[1]): string =>
  computeTier(policy, facts)?.tier ?? DECLARED;

/** A computed tier of `low` leaves the declared tier as it is, so the two rank the same. */
const tierMove = (about: string, before: string, after: string): PolicyChange[] => {
  const rank = (tier: string) => Math.max(1, TIER_ORDER.indexOf(tier));
  return numberChange(`tier of ${about}`, rank(before), rank(after), 'higher').map((change) => ({
    ...change,
    before,
    after,
  }));
};

const tierChanges = (tier: RiskTier, before: PolicyRecord, after: PolicyRecord): PolicyChange[] => {
  const [was, is] = [before.tiers[tier], after.tiers[tier]];
  const questions = new Map(was.checklist.map(({ id, question }) => [id, question]));
  const ids = (list: typeof was.checklist) => list.map(({ id }) => id);
  return [
    ...demandsChange(`${tier} tier, roles`, was.roles, is.roles),
    ...numberChange(`${tier} tier, sla_hours`, was.sla_hours, is.sla_hours, 'lower'),
    ...numberChange(`${tier} tier, deadline_hours`, was.deadline_hours, is.deadline_hours, 'lower'),
    ...demandsChange(`${tier} tier, checklist`, ids(was.checklist), ids(is.checklist)),
    ...is.checklist.flatMap(({ id, question }) =>
      wordChange(`${tier} tier, question ${id}`, questions.get(id) ?? question, question),
    ),
  ];
};

const gateChanges = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] =>
  demandsChange('required artifacts', artifactsOf(before), artifactsOf(after));

/**
 * The artifacts that a policy requires. A rollback target that not even a first release may lack counts as one more.
 */
const artifactsOf = ({ release_gates: gates }: PolicyRecord): string[] => {
  const artifacts = gates?.required_artifacts ?? [];
  const isOfFirst = artifacts.includes('rollback_target') && gates?.first_release_may_lack_rollback_target !== true;
  return [...artifacts, ...(isOfFirst ? ['rollback_target of a first release'] : [])];
};
