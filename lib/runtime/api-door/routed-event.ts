import * as z from 'zod';
import { Refusal } from '../../domain/refusal.ts';

const Bindings = z.object({ event: z.looseObject({ routeKey: z.string() }) });

/**
 * The event that the gateway hands over, of a route under this prefix. The route says which authorizer let the request in:
 * the path alone does not, because it is read here with its dots resolved.
 */
export const routedEvent = (bindings: unknown, prefix: string): unknown => {
  const { event } = Bindings.safeParse(bindings).data ?? {};
  if (event?.routeKey.split(' ')[1]?.startsWith(`${prefix}/`)) return event;
  throw new Refusal('NotAuthorized', 'the request carries no verified identity');
};
