import { decisionOf } from '../../ledger/event.ts';
import type { Rule } from '../history.ts';

/**
 * A decision carries the signature of the key that signed decisions then, over what its event says. Those that a
 * checkpoint covered before the key was published, with the publication at the latest, need none.
 */
export const decisionIsSigned: Rule = (event, _, { signing }) => {
  const { event_type: type, details } = event;
  if (decisionOf(type) === undefined) return undefined;
  const signature = signing.signatureOf(event);
  if ('signer' in signature) return undefined;
  // A former version signed none, and so did the first minute after the update, as far as anybody can tell.
  const isChecked = details['envelope'] !== undefined && signing.keys.length > 0;
  return signing.hasBegun(event) || isChecked ? signature.problem : undefined;
};
