import { remindOnce } from '../../../lib/domain/approval/remind.ts';
import type { Performer } from '../tools.ts';

/** Reminds those who were asked and have not answered, each once. */
export const remindIfSilent: Performer<'remind_people', 'store' | 'now'> = ({ requestId }, tools) =>
  remindOnce(requestId, tools);
