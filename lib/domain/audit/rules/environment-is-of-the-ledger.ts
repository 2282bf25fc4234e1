import type { Rule } from '../history.ts';
import { environmentIn } from '../ledger-environment.ts';

/** What is about an environment is about the one that its ledger is of: windows and break-glasses count there, whatever an event says. */
export const environmentIsOfTheLedger: Rule = (event, _, { deployedPolicies: { environment } }) => {
  const named = environmentIn(event);
  return named === undefined || environment === undefined || named === environment
    ? undefined
    : `it is about the environment “${named}”, and the ledger is of “${environment}”`;
};
