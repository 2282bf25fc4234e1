/** What a new policy requires that the old one did not, and vice versa: check by check, tier by tier. */
import { RiskTier } from '../identifiers.ts';
import { VersionScheme } from '../release/model-version.ts';
import { breakGlassChanges } from './break-glass.ts';
import { freezeChanges } from './freeze-change.ts';
import { monitoringChanges } from './monitoring.ts';
import { parameterChange } from './parameter-change.ts';
import type { CheckInPolicy, PolicyRecord } from './policy-record.ts';
import { RegistryDriftRule, registryDriftRule, rejectedByHandRule } from './registry-rules.ts';
import { tierChange } from './tier-change.ts';
import { tierMembersChange } from './tier-demands.ts';
import { overrideRoles } from './tier-override.ts';
import { STRENGTHS, type UsedCheck, usedChecks } from './used-checks.ts';
import { ABSENT, acceptedChange, demandsChange, numberChange, type PolicyChange, wordChange } from './value-change.ts';

/** The parameters that a check of a policy was judged by. */
export type ParametersOf = (check: CheckInPolicy) => Readonly<Record<string, unknown>>;

const asStored: ParametersOf = ({ parameters }) => parameters;

/**
 * Establishes every difference between two policies, and whether it is stricter or looser. `parametersOf` lets the caller
 * name what a stored policy leaves to a default: a Lambda that only records a change carries no check to ask.
 */
export const diffPolicies = (
  before: PolicyRecord,
  after: PolicyRecord,
  parametersOf: ParametersOf = asStored,
): PolicyChange[] => [
  ...stageChanges(before, after, parametersOf),
  ...tierChange(before, after),
  ...RiskTier.options.flatMap((tier) => tierChanges(tier, before, after)),
  ...demandsChange('tier_override_roles', overrideRoles(before), overrideRoles(after)),
  ...gateChanges(before, after),
  ...acceptedChange('version_schemes', schemesOf(before), schemesOf(after)),
  ...freezeChanges(before, after),
  ...breakGlassChanges(before, after),
  ...wordChange('alarm without a fallback', alarmOf(before), alarmOf(after), 'unordered'),
  ...quarantineChange(before, after),
  ...driftChange(before, after),
  ...wordChange('a package rejected by hand', rejectedByHandRule(before), rejectedByHandRule(after), 'unordered'),
  ...monitoringChanges(before, after),
  ...numberChange('approval_expiry_days', before.approval_expiry_days, after.approval_expiry_days, 'lower'),
  ...renewalChange(before, after),
  ...wordChange('approval_meaning', before.approval_meaning, after.approval_meaning, 'changed'),
  ...wordChange('name', before.name, after.name, 'changed'),
];

const schemesOf = ({ version_schemes: schemes = [...VersionScheme.options] }: PolicyRecord): string[] =>
  // In a fixed order, so that the same two schemes in another order are no change.
  [...new Set([...VersionScheme.options, ...schemes])].filter((scheme) => schemes.includes(scheme));

/** What is reverted is no weaker than what is only reported. */
const driftChange = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] => {
  const { options } = RegistryDriftRule;
  const [was, is] = [registryDriftRule(before), registryDriftRule(after)];
  const changes = numberChange('changes by hand in the registry', options.indexOf(was), options.indexOf(is), 'higher');
  return changes.map((change) => ({ ...change, before: was, after: is }));
};

/** They cannot be ordered: one keeps a model that may be bad, the other takes away one that may be good. */
const alarmOf = ({ alarm_may_roll_back_to_nothing: may }: PolicyRecord): string =>
  may === true ? 'deletes the endpoint' : 'is refused';

/** What lasts as long as nothing changes is looser than what people decide about again. */
const renewalChange = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] => {
  const [was, is] = [before.auto_renew === true, after.auto_renew === true];
  if (was === is) return [];
  return [{ effect: is ? 'looser' : 'stricter', about: 'auto_renew', before: String(was), after: String(is) }];
};

/**
 * To only tell lets what nobody approved go on serving. What the other two do cannot be ordered: one needs something to go back to,
 * and the other takes the model out of service.
 */
const quarantineChange = (
  { quarantine: then = 'tell' }: PolicyRecord,
  { quarantine: now = 'tell' }: PolicyRecord,
): PolicyChange[] => {
  if (then === now) return [];
  const effect = then === 'tell' ? 'stricter' : now === 'tell' ? 'looser' : 'unordered';
  return [{ effect, about: 'quarantine', before: then, after: now }];
};

const stageChanges = (before: PolicyRecord, after: PolicyRecord, parametersOf: ParametersOf): PolicyChange[] => {
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
      ...(was === undefined || is === undefined ? [] : settingChanges(about, was, is, parametersOf)),
    ];
  });
};

const settingChanges = (about: string, was: UsedCheck, is: UsedCheck, parametersOf: ParametersOf): PolicyChange[] => {
  const [then, now] = [parametersOf(was.check), parametersOf(is.check)];
  const isCustom = 'lambda_arn' in was.check || 'lambda_arn' in is.check;
  const tiersOf = ({ stage }: UsedCheck) => stage.required_for_risk_tiers ?? RiskTier.options;
  return [
    ...demandsChange(`${about}, tiers`, tiersOf(was), tiersOf(is)),
    ...demandsChange(`${about}, must be known`, knownAt(was.check), knownAt(is.check)),
    ...[...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((name) => {
      const changes = parameterChange(`${about}.${name}`, name, then[name], now[name]);
      // What a parameter does is known of built-in checks only.
      return isCustom ? changes.map((change): PolicyChange => ({ ...change, effect: 'unordered' })) : changes;
    }),
    ...wordChange(`${about}, code`, codeOf(was.check), codeOf(is.check), 'unordered'),
    // A check that takes longer has not passed.
    ...numberChange(`${about}, timeout_seconds`, timeoutOf(was.check), timeoutOf(is.check), 'lower'),
  ];
};

/** Such as `verified at tier high`. */
const knownAt = ({ require_known: required = {} }: CheckInPolicy): string[] =>
  Object.entries(required).map(([tier, word]) => `${word} at tier ${tier}`);

const timeoutOf = (check: CheckInPolicy): number => check.timeout_seconds ?? 0;

const codeOf = (check: CheckInPolicy): string => check.lambda_arn ?? '';

const tierChanges = (tier: RiskTier, before: PolicyRecord, after: PolicyRecord): PolicyChange[] =>
  tierMembersChange({ policy: before, tier }, { policy: after, tier }).map((change) => ({
    ...change,
    about: `${tier} tier, ${change.about}`,
  }));

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
