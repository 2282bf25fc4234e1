import type { Rule } from '../history.ts';
import { renewalProofOf } from '../renewal-proof.ts';

/**
 * A renewal carries its proof, signed over what the event says by the key that signed attestations then: whoever can write events
 * cannot make one. Before a checkpoint covers the first key, one that carries none is only told of.
 */
export const renewalIsSigned: Rule = (event, _, { signing: { attestations } }) => {
  if (event.event_type !== 'governance_auto_renewed') return undefined;
  const proof = renewalProofOf(event, attestations.keysAt(event));
  if ('signer' in proof) return undefined;
  const isChecked = event.details['envelope'] !== undefined && attestations.keys.length > 0;
  return attestations.hasBegun(event) || isChecked ? proof.problem : undefined;
};
