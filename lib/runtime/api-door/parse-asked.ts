import type * as z from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { IN_OUR_WORDS } from '../../domain/wording.ts';

/** What a body or a query is called where something is wrong with all of it, and what it has to say. */
type Asked = { readonly whole: 'body' | 'query'; readonly needs: string };

/** What somebody asks, parsed, or a refusal that names every field at fault by its path. */
export const parseAsked = <Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  { whole, needs }: Asked,
): z.output<Shape> => {
  const parsed = shape.safeParse(value, IN_OUR_WORDS);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => ({ field: issue.path.join('.') || whole, problem: issue.message }));
  throw new Refusal('RequestInvalid', needs, faults);
};
