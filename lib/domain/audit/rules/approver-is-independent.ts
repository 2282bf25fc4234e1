import { type Rule, signerOf } from '../history.ts';

/** Nobody decides twice, but for a decision that counts for nothing because the key that signs now did not sign it. */
export const approverIsIndependent: Rule = (event, history, { signing }) => {
  const { event_type: type, actor_id: person, actor_role: role } = event;
  if (type !== 'approval_granted' && type !== 'approval_denied') return undefined;
  if (role === 'system') return 'a machine cannot decide';
  const earlier = history.signers.get(person);
  const isSignedAgain = !['', earlier].includes(signerOf(event, signing));
  if (earlier !== undefined && !isSignedAgain) return `${person} has decided before`;
  return type === 'approval_granted' && history.makers.has(person)
    ? `${person} made the release and cannot approve it`
    : undefined;
};
