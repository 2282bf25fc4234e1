import { publishEvent } from '../../../lib/adapters/eventbridge-publisher.ts';
import type { Performer } from '../tools.ts';

export const publish: Performer<'publish_event', 'settings'> = ({ detailType, detail }, { settings }) =>
  publishEvent(settings.bus, detailType, detail);
