/** What a change of the rules of tiers means: which models get another tier, and what that tier demands. */
import { RiskTier } from '../identifiers.ts';
import { Domain } from '../release/risk-facts.ts';
import type { PolicyRecord } from './policy-record.ts';
import { tierDemandsChange } from './tier-demands.ts';
import { allFacts, computeTier, effectiveTier } from './tiers.ts';
import { EFFECTS, type Effect, type PolicyChange, without } from './value-change.ts';

/** Compares rules by what they decide on every set of facts that can be declared. */
export const tierChange = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] => {
  // The same rules decide the same, and to ask them about every set of facts takes longest of all that is compared.
  if (JSON.stringify(before.tier_rules) === JSON.stringify(after.tier_rules)) return [];
  const undeclared = move('models that declare no facts', computed(before, undefined), computed(after, undefined));
  const every = allFacts();
  const moves = Domain.options.flatMap((domain) => {
    const facts = every.filter((fact) => fact.domain === domain);
    const byMove = Map.groupBy(facts, (fact) => `${computed(before, fact)} ${computed(after, fact)}`);
    return [...byMove].map(([key, moved]) => {
      const [from = '', to = ''] = key.split(' ');
      const share = moved.length === facts.length ? '' : ` (${moved.length} of ${facts.length} kinds)`;
      return move(`${domain} models${share}`, from, to);
    });
  });
  return [...moves, undeclared]
    .filter(({ from, to }) => from !== to)
    .flatMap(({ about, from, to }) => {
      const found = effectOf(before, after, from, to);
      return found === undefined
        ? []
        : [{ effect: found.effect, about: `tier of ${about}`, before: from, after: `${to}${found.lost}` }];
    });
};

type Move = { readonly about: string; readonly from: string; readonly to: string };
const move = (about: string, from: string, to: string): Move => ({ about, from, to });

/** Without rules, the declared tier applies, whichever it is. */
const DECLARED = 'declared';

const computed = (policy: PolicyRecord, facts: Parameters<typeof computeTier>[1]): string =>
  computeTier(policy, facts)?.tier ?? DECLARED;

/** The effect, and what a higher tier does not ask for though the lower one did. */
type Found = { readonly effect: Effect; readonly lost: string };

/**
 * A higher tier is stricter only if it asks for everything that the lower one asked for. A computed tier of `low` leaves the
 * declared one as it is, so a rule that gives it changes nothing, but for a check that asks for a rule.
 */
const effectOf = (before: PolicyRecord, after: PolicyRecord, from: string, to: string): Found | undefined => {
  if (from === DECLARED && asksForRules(before)) return { effect: 'looser', lost: '' };
  const moves = RiskTier.options
    .map((declared) => [effective(declared, from), effective(declared, to)] as const)
    .filter(([a, b]) => a !== b);
  if (moves.length === 0) return undefined;
  if (moves.some(([a, b]) => rank(b) < rank(a))) return { effect: 'looser', lost: '' };
  const losses = moves
    .flatMap(([a, b]) => tierDemandsChange({ policy: before, tier: a }, { policy: after, tier: b }))
    .filter(({ effect }) => effect !== 'stricter');
  const effect = EFFECTS.find((one) => losses.some((loss) => loss.effect === one)) ?? 'stricter';
  const lost = [...new Set(losses.map(lossInWords))].join(', ');
  return { effect, lost: lost && `, without ${lost}` };
};

/** Such as `roles business_owner`. The names in lists have no commas in them. */
const lossInWords = ({ effect, about, before, after }: PolicyChange): string =>
  effect === 'changed'
    ? `the words of ${about}`
    : `${about} ${without(before.split(', '), after.split(', ')).join(', ')}`;

const effective = (declared: RiskTier, tier: string): RiskTier =>
  effectiveTier(declared, tier === DECLARED ? undefined : { tier: RiskTier.parse(tier), rule: '' }).tier;

const rank = (tier: RiskTier): number => RiskTier.options.indexOf(tier);

const asksForRules = (policy: PolicyRecord): boolean =>
  policy.stages.some(({ checks }) => checks.some(({ parameters }) => parameters['require_computed'] === true));
