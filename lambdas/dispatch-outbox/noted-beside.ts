import { LEASED_TOGETHER_MAX } from '../../lib/adapters/dynamodb-leases.ts';
import type { OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import type { Shipping } from '../../lib/adapters/dynamodb-shipping.ts';

/**
 * What was carried out at once is noted by the transaction that notes the events beside it. If there is none, or it fails, it is
 * left over; `left` answers that once no events are noted any more.
 */
export const notedBeside = (
  done: Promise<readonly OutboxRow[]>,
  { note }: Pick<Shipping, 'note'>,
): Pick<Shipping, 'note'> & { readonly left: () => Promise<readonly OutboxRow[]> } => {
  let noted = 0;
  // Events do not wait for what could not even be read; whoever asks for what is left hears of that.
  const rows = done.catch((): readonly OutboxRow[] => []);
  return {
    note: async (events, now) => {
      const some = (await rows).slice(noted, noted + LEASED_TOGETHER_MAX);
      const isNoted = await note(events, now, some);
      if (isNoted) noted += some.length;
      return isNoted;
    },
    left: async () => (await done).slice(noted),
  };
};
