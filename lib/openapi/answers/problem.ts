import * as z from 'zod';
import { answer } from '../named.ts';

export const Fault = answer('Fault', { field: z.string(), problem: z.string() });

/** RFC 9457, with every fault. */
export const Problem = answer('Problem', {
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  instance: z.string().optional(),
  faults: z.array(Fault).optional(),
  /** Of a request for a release that was refused on record. */
  refusal_id: z.string().optional(),
  remedy: z.string().optional(),
});

/** What the gateway answers by itself, before a door has heard of the request. */
export const GatewayMessage = answer('GatewayMessage', { message: z.string() });
