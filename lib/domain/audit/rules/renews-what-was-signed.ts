import type { Rule } from '../history.ts';
import { renewalsIn } from '../renewals-in.ts';

/**
 * Only an envelope that the ledger has recorded may be re-signed: a holder of a former key could have made any other.
 */
export const renewsWhatWasSigned: Rule = (event, { signed }) => {
  if (event.event_type !== 'signatures_renewed') return undefined;
  const unknown = renewalsIn(event).find(({ from }) => from === '' || !signed.has(from));
  return unknown && `it re-signs an envelope that no event mentions: ${unknown.from}`;
};
