import * as z from 'zod';
import { OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { MailEvent } from './mail-events.ts';
import { carryOut, dueRows, hearOfMail } from './work.ts';

const StreamKey = z
  .object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) })
  .transform(({ pk, sk }) => OutboxKey.parse({ pk: pk.S, sk: sk.S }));

/**
 * The stream sends the keys of new rows. The schedule sends none, and everything that is still due is dispatched. SES sends what
 * became of a mail.
 */
const WakeUp = z.union([
  z.object({ Records: z.array(z.object({ dynamodb: z.object({ Keys: StreamKey }) })) }),
  z.object({ source: z.literal('sweep') }),
  MailEvent,
]);

export const handler = governedHandler(WakeUp, async (event) => {
  if ('detail' in event) await hearOfMail(event.detail);
  else await carryOut('Records' in event ? event.Records.map(({ dynamodb }) => dynamodb.Keys) : await dueRows());
  return { batchItemFailures: [] };
});
