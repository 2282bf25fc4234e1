import { type AuditEvent, decisionOf } from '../../ledger/event.ts';
import { type History, holderIn, type Rule, signerOf } from '../history.ts';
import type { Signing } from '../signing.ts';

/**
 * Nobody decides twice, but for a decision that counts for nothing because the key that signs now did not sign it, and for the one
 * denial that names the approval of the same person before it.
 */
export const approverIsIndependent: Rule = (event, history, { signing }) => {
  const { event_type: type, actor_id: person, actor_role: role } = event;
  if (decisionOf(type) === undefined) return undefined;
  if (role === 'system') return 'a machine cannot decide';
  const earlier = history.signers.get(person);
  const isSignedAgain = !['', earlier].includes(signerOf(event, signing));
  if (earlier !== undefined && !isSignedAgain && !takesBack(event, history, signing)) {
    return `${person} has decided before`;
  }
  const maker = [person, holderIn(event)].find((id) => history.makers.has(id));
  return type === 'approval_granted' && maker !== undefined
    ? `${maker} made the release and cannot approve it`
    : undefined;
};

const takesBack = (event: AuditEvent, { approvedBy, denied }: History, { signatureOf }: Signing): boolean => {
  const { event_type: type, actor_id: person } = event;
  const signature = signatureOf(event);
  return (
    type === 'approval_denied' &&
    !denied.has(person) &&
    'signer' in signature &&
    approvedBy.has(`${person} ${signature.follows}`)
  );
};
