import type * as z from 'zod';
import type { Violation } from '../../domain/refusal.ts';

/** Every field at fault, by its path; what is wrong with all of it is under the name of the whole. */
export const violationsOf = (error: z.ZodError, whole: string): Violation[] =>
  error.issues.map((issue) => ({ field: issue.path.join('.') || whole, problem: issue.message }));
