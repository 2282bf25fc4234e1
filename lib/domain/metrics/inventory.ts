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

/** What a look found of a model that serves, at all its endpoints. */
type Inventoried = { readonly status: GovernanceStatus; readonly found: readonly Compared[] };

/**
 * Each model that serves, with the one status that it has: the worst of what was found, so that an endpoint which nobody approved is not
 * hidden by one that people did. What does not serve is not in it, nor an endpoint of no model.
 */
export const inventoryIn = (look: Look, now: Instant): ReadonlyMap<string, Inventoried> => {
  const serving = withDeviations(look.serving, look.sweep, now).filter(
    ({ isServing, modelName }) => isServing && modelName !== '',
  );
  const models = Map.groupBy(serving, ({ modelName }) => modelName);
  return new Map(
    [...models].map(([name, found]) => [
      name,
      { status: worst(found.map((facts) => governanceStatus(facts, now))), found },
    ]),
  );
};

const worst = (statuses: readonly GovernanceStatus[]): GovernanceStatus =>
  statuses.reduce((one, other) =>
    GOVERNANCE_STATUSES.indexOf(other) > GOVERNANCE_STATUSES.indexOf(one) ? other : one,
  );

/** The models that serve what is asked for, in the order of their names, after a name. */
export const modelsIn = (
  inventory: ReadonlyMap<string, Inventoried>,
  { governance, owner }: InventoryFilter,
  after = '',
): string[] => {
  const isOwned = owner === undefined ? () => true : ownedBy(owner);
  return [...inventory]
    .filter(
      ([name, { status, found }]) =>
        name > after && (governance === undefined || status === governance) && found.some(isOwned),
    )
    .map(([name]) => name)
    .sort();
};

/** The digest of an owner is made once, and not for each of a thousand models. */
const ownedBy = (owner: string): ((facts: Compared) => boolean) => {
  const digest = ownerDigest(owner);
  return owner.trim() === '' ? ({ hasOwner }) => hasOwner === false : ({ ownerSha256 }) => ownerSha256 === digest;
};
