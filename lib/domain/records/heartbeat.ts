import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/** The last sign of life of the log. Two runs of its writer replace the same record, so only one of them gives a sign. */
export const Heartbeat = stored({ entity: z.literal('heartbeat'), version: z.int().min(0), at: Instant });
export type Heartbeat = z.infer<typeof Heartbeat>;
export const heartbeatKind = defineKind(Heartbeat, { partition: 'LOG', of: [], sort: 'HEARTBEAT' });
