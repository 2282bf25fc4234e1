/**
 * The building blocks of stored records (docs/formats/stored-items.md). Every later version must read what this version
 * writes.
 */
import * as z from 'zod';

/**
 * A word of a growing vocabulary, such as a stage, a role or a status. A record is read whatever the word is; only the
 * code that judges the record knows which words exist.
 */
export const Word = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and underscores');

/**
 * An object within a stored record. Keys that only another version knows are accepted and kept, so that writing the
 * record back loses nothing and its hash stays that of what was stored.
 */
export const stored = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strip> =>
  // The cast hides unknown keys from the type: no code of this version may touch them.
  z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strip>;
