import type { Rule } from '../history.ts';
import { renewalsIn } from '../renewals-in.ts';

/** A holder of a former key could have made an envelope; only what the ledger has recorded is re-signed. */
export const renewsWhatWasSigned: Rule = (event, { signed }) => {
  if (event.event_type !== 'signatures_renewed') return undefined;
  const unknown = renewalsIn(event).find(({ from }) => from === '' || !signed.has(from));
  return unknown && `it re-signs an envelope that no event mentions: ${unknown.from}`;
};
