import type { Performer } from '../tools.ts';

/** A renewal that is asked for twice is made once: the second finds that the end is far. */
export const renewIfUnchanged: Performer<'renew_approval', 'renew'> = async ({ releaseId }, { renew }) => {
  await renew(releaseId);
};
