/** The shapes that the document names. What is answered stands in one registry, what is sent in another: a default is optional to send. */
import * as z from 'zod';

export const ANSWERS = z.registry<{ id: string; description?: string }>();
export const BODIES = z.registry<{ id: string; description?: string }>();

/** An answer, or a part of one, under the name that clients know it by. */
export const answer = <Shape extends z.ZodRawShape>(id: string, shape: Shape): z.ZodObject<Shape> =>
  z.object(shape).register(ANSWERS, { id });

/** A page of a list: `next` asks for the page behind it. */
export const page = <Shape extends z.ZodRawShape>(id: string, shape: Shape) =>
  answer(id, { ...shape, next: z.string().optional() });
