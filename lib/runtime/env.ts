import type * as z from 'zod';

/** The environment of a Lambda, parsed once at start: a missing variable stops the function before it does anything. */
export const readEnv = <Schema extends z.ZodType>(schema: Schema): z.output<Schema> => {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(`could not start: environment lacks or misspells ${names}`);
};
