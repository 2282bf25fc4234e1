/** Which models serve under which governance status, and whose they are, as a look at the fleet found it (RR-13). */
import type { Instant } from '../identifiers.ts';
import { type Compared, withDeviations } from './deviations.ts';
import type { Look } from './look.ts';
import { GOVERNANCE_STATUSES, type GovernanceStatus, governanceStatus, ownerDigest } from './served-facts.ts';

/** What is asked of what serves. An owner is written as the model card has it; empty means that nobody answers for it. */
export type InventoryFilter = {
  readonly governance?: GovernanceStatus | undefined;
  readonly owner?: string | undefined;
};

/**
 * The one status of each model that serves: the worst of what was found, so that an endpoint which nobody approved is not hidden by
 * one that people did. What does not serve has none, and an endpoint of no model is not in it.
 */
export const statusesIn = (look: Look, now: Instant): ReadonlyMap<string, GovernanceStatus> => {
  const models = Map.groupBy(servingIn(look, now), ({ modelName }) => modelName);
  return new Map([...models].map(([name, found]) => [name, worst(found.map((facts) => governanceStatus(facts, now)))]));
};

const worst = (statuses: readonly GovernanceStatus[]): GovernanceStatus =>
  statuses.reduce((one, other) =>
    GOVERNANCE_STATUSES.indexOf(other) > GOVERNANCE_STATUSES.indexOf(one) ? other : one,
  );

/** The models that serve what is asked for, in the order of their names, after a name. */
export const modelsIn = (
  look: Look,
  { governance, owner }: InventoryFilter,
  { after = '', now }: { readonly after?: string | undefined; readonly now: Instant },
): string[] => {
  const owned = servingIn(look, now).filter((facts) => owner === undefined || isOwnedBy(facts, owner));
  const named = new Set(owned.map(({ modelName }) => modelName));
  return [...statusesIn(look, now)]
    .filter(([name, status]) => name > after && named.has(name) && (governance === undefined || status === governance))
    .map(([name]) => name)
    .sort();
};

const servingIn = (look: Look, now: Instant): Compared[] =>
  withDeviations(look.serving, look.sweep, now).filter(({ isServing, modelName }) => isServing && modelName !== '');

const isOwnedBy = ({ hasOwner, ownerSha256 }: Compared, owner: string): boolean =>
  owner.trim() === '' ? hasOwner === false : ownerSha256 === ownerDigest(owner);
