/** What the policies of a deployment demand that another set of them did not, and vice versa: of every model. */
import { diffPolicies, type ParametersOf } from './diff-policies.ts';
import { isWithin, type ScopeRecord } from './scope.ts';
import { type Policies, policyOf, type ScopedOverlay } from './scoped-policies.ts';
import { ABSENT, demandsChange, type Effect, type PolicyChange } from './value-change.ts';

/**
 * Establishes every difference between the bases, between overlays of one name, in what they are for, and in which of them
 * apply to the models that are listed. An overlay that is gone or for fewer models is looser.
 */
export const diffScopedPolicies = (before: Policies, after: Policies, parametersOf: ParametersOf): PolicyChange[] => {
  const ofBase = diffPolicies(before.base, after.base, parametersOf);
  return [...ofBase, ...overlaysChange(before, after, ofBase, parametersOf), ...modelsChange(before, after)];
};

const overlaysChange = (
  before: Policies,
  after: Policies,
  ofBase: readonly PolicyChange[],
  parametersOf: ParametersOf,
): PolicyChange[] => {
  const [then, now] = [overlaysOf(before), overlaysOf(after)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((name): PolicyChange[] => {
    const [was, is] = [then.get(name), now.get(name)];
    const about = `overlay ${name}`;
    if (was === undefined || is === undefined) {
      const effect = is === undefined ? 'looser' : 'stricter';
      return [{ effect, about, before: scopeInWords(was?.scope), after: scopeInWords(is?.scope) }];
    }
    return [
      ...scopeChange(`${about}, scope`, was.scope, is.scope),
      ...diffPolicies(was.policy, is.policy, parametersOf)
        // What the base says differently, it says to the models of the overlay as well.
        .filter((change) => !ofBase.some((one) => JSON.stringify(one) === JSON.stringify(change)))
        .map((change) => ({ ...change, about: `${about}: ${change.about}` })),
    ];
  });
};

const overlaysOf = ({ scoped }: Policies): ReadonlyMap<string, ScopedOverlay> =>
  new Map(scoped?.overlays.map((overlay) => [overlay.name, overlay]));

const scopeChange = (about: string, was: ScopeRecord, is: ScopeRecord): PolicyChange[] => {
  const [isWider, isNarrower] = [isWithin(was, is), isWithin(is, was)];
  if (isWider && isNarrower) return [];
  const effect: Effect = isWider ? 'stricter' : 'looser';
  return [{ effect, about, before: scopeInWords(was), after: scopeInWords(is) }];
};

/** Of the models that either lists: which overlays apply. Of all others, the scopes say it. */
const modelsChange = (before: Policies, after: Policies): PolicyChange[] => {
  const names = [before, after].flatMap(({ scoped }) => scoped?.models.map(({ name }) => name) ?? []);
  // The overlays are those of today, so that what became of each of them is not said again of every model.
  const listed = { base: after.base, scoped: after.scoped && { ...after.scoped, models: before.scoped?.models ?? [] } };
  const namesOf = (policies: Policies, model: string) => policyOf(policies, model).overlays.map(({ name }) => name);
  return [...new Set(names)].flatMap((model) =>
    demandsChange(`overlays of model ${model}`, namesOf(listed, model), namesOf(after, model)),
  );
};

/** Such as `models credit-*; line credit, cards`. */
export const scopeInWords = (scope: ScopeRecord | undefined): string => {
  if (scope === undefined) return ABSENT;
  const { models, tags = {} } = scope;
  return [
    ...(models === undefined ? [] : [`models ${models.join(', ')}`]),
    ...Object.entries(tags).map(([tag, values]) => `${tag} ${values.join(', ')}`),
  ].join('; ');
};
