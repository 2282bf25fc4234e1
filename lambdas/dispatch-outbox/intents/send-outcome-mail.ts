import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';
import { sendNotice } from './send-notice.ts';

/** Tells one person who was asked that the request has been withdrawn, where a former version noted that. */
export const sendOutcomeMail: Performer<'send_outcome_mail', 'store' | 'directory' | 'settings' | 'now'> = async (
  { requestId, personId },
  tools,
) => {
  const { releaseId } = await requireFound(tools.store.get('request', requestId), requestId);
  await sendNotice({ kind: 'send_notice', releaseId, outcome: 'withdrawn', personId }, tools);
};
