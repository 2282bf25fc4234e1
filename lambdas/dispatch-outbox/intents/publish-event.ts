import { publishEvent } from '../../../lib/adapters/eventbridge-publisher.ts';
import { raiseSignal } from '../signals.ts';
import type { Performer } from '../tools.ts';

export const publish: Performer<'publish_event', 'settings'> = async ({ detailType, detail }, { settings }) => {
  await publishEvent(settings.bus, detailType, detail);
  await raiseSignal(detailType, { detail });
};
