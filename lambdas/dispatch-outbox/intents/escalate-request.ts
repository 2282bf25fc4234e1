import { bringInStandIns } from '../../../lib/domain/approval/escalate.ts';
import type { Performer } from '../tools.ts';

/** Asks those who stand in for people who have not answered in time, or are away. */
export const escalateIfUnanswered: Performer<'escalate_request', 'store' | 'directory' | 'nextNonce' | 'now'> = async (
  { requestId },
  tools,
) => {
  await bringInStandIns({ requestId }, tools);
};
