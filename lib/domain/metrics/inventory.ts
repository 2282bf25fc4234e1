/** Which models serve under which governance status, and whose they are, as a look at the fleet found it (RR-13). */
import type { Instant } from '../identifiers.ts';
import { type Compared, withDeviations } from './deviations.ts';
import type { Look } from './look.ts';
import { type GovernanceStatus, governanceStatus, ownerDigest } from './served-facts.ts';

/** What is asked of what serves. An owner is written as the model card has it; empty means that nobody answers for it. */
export type InventoryFilter = {
  readonly governance?: GovernanceStatus | undefined;
  readonly owner?: string | undefined;
};

/** The status of what each model serves. What does not serve has none, and an endpoint of no model is not in it. */
export const statusesIn = (look: Look | undefined, now: Instant): ReadonlyMap<string, GovernanceStatus> =>
  new Map(servingIn(look, now).map((facts) => [facts.modelName, governanceStatus(facts, now)]));

/** The models that serve what is asked for, in the order of their names, after a name. */
export const modelsIn = (
  look: Look | undefined,
  { governance, owner }: InventoryFilter,
  { after = '', now }: { readonly after?: string | undefined; readonly now: Instant },
): string[] => {
  const found = servingIn(look, now).filter(
    (facts) =>
      facts.modelName > after &&
      (governance === undefined || governanceStatus(facts, now) === governance) &&
      (owner === undefined || isOwnedBy(facts, owner)),
  );
  return [...new Set(found.map(({ modelName }) => modelName))].sort();
};

/** What was approved comes last, so that it is what is said of a model beside what was found at a name of its own. */
const servingIn = (look: Look | undefined, now: Instant): Compared[] =>
  look === undefined
    ? []
    : withDeviations(look.serving, look.sweep, now)
        .filter(({ isServing, modelName }) => isServing && modelName !== '')
        .reverse();

const isOwnedBy = ({ hasOwner, ownerSha256 }: Compared, owner: string): boolean =>
  owner.trim() === '' ? hasOwner === false : ownerSha256 === ownerDigest(owner);
