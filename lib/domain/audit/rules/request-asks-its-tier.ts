import { type Rule, without } from '../history.ts';
import { areSameStages, stagesIn } from '../stages.ts';

/**
 * A request asks everybody whom the tier needs that the release was requested at, and nobody who made it: the row that says so
 * may have been changed in between. Where an earlier version wrote an event, it does not say the roles or the tier.
 */
export const requestAsksItsTier: Rule = ({ event_type: type, details }, { tier, rolesOfTier, makers, stages }) => {
  const { risk_tier: asked, required_roles: roles, invited } = details;
  if (type !== 'approval_requested' || roles === undefined) return undefined;
  const missing = without(rolesOfTier, [roles].flat().map(String));
  if (missing.length > 0) return `it does not ask ${missing.join(', ')}, whom tier ${tier} needs`;
  if (!areSameStages(stagesIn(details), stages)) return 'it asks in other stages than the release was requested with';
  if (asked === undefined) return undefined;
  if (asked !== tier) return `it asks at tier ${String(asked)}, but the release was requested at tier ${tier}`;
  const people = [invited].flat().map((one) => String(Object(one)['person_id']));
  const maker = people.find((person) => makers.has(person));
  return maker && `it asks ${maker}, who made the release`;
};
