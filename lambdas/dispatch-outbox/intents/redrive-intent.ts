import { OutboxKey } from '../../../lib/adapters/dynamodb-outbox.ts';
import type { Performer } from '../tools.ts';

/** The sweep finds the row within a minute. */
export const redriveIfParked: Performer<'redrive_intent', 'redrive'> = ({ partition: pk, sort: sk }, { redrive }) =>
  redrive(OutboxKey.parse({ pk, sk }));
