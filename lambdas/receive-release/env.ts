import type * as z from 'zod';
import { IntakeEnv } from '../../lib/runtime/intake-world.ts';

export const Env = IntakeEnv;
export type Env = z.input<typeof Env>;
