import type { DueIntent } from '../change/change.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import type { SlackIdentity } from '../records/slack-identity.ts';
import { invitationOf, type LinkPayload } from './link.ts';

/** What Slack vouches for when a person decides there. */
export type BySlack = {
  readonly identity: SlackIdentity;
  /** The message whose button was pressed. */
  readonly message?: { readonly channel: string; readonly ts: string } | undefined;
};

type Decided = {
  readonly bySlack?: BySlack | undefined;
  readonly request: Pick<ApprovalRequest, 'requestId' | 'invitations'>;
  readonly payload: LinkPayload;
};

/**
 * The message that a person decided from must not go on asking them. It is changed in their own conversation with the app alone, whose
 * id begins with a D: what takes its place has their link, and a message may be forwarded to where others read.
 */
export const changedMessage = ({ bySlack, request, payload }: Decided): DueIntent[] => {
  if (bySlack?.message?.channel.startsWith('D') !== true) return [];
  const actingFor = invitationOf(request, payload)?.actingFor;
  const place = { personId: payload.p, role: payload.o, ...(actingFor === undefined ? {} : { actingFor }) };
  const { channel, ts } = bySlack.message;
  return [{ intent: { kind: 'update_slack_message', requestId: request.requestId, ...place, channel, ts } }];
};
