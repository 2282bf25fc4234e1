import { EventType } from '../../ledger/event.ts';
import type { Rule } from '../history.ts';

export const eventIsKnown: Rule = ({ event_type: type }) =>
  EventType.safeParse(type).success
    ? undefined
    : 'this version does not know such an event, nor whether it was allowed';
