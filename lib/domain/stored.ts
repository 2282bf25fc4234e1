/** What stored records are made of (docs/formats/stored-items.md): they are read by every version after the one that wrote them. */
import * as z from 'zod';

/**
 * A word of a vocabulary that grows, as a record keeps it: a stage, a role, a status. Which words there are is known to
 * what judges a record, never to what reads it.
 */
export const Word = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and underscores');

/**
 * A map of a record. A key that only another version knows is no reason not to read it, and stays where it is, so that what
 * is written back lacks nothing and what is hashed is what was stored.
 */
export const stored = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strip> =>
  // The cast hides from the type what no code of this version may touch: the keys that it does not know.
  z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strip>;
