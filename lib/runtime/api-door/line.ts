import * as z from 'zod';
import { isBlank, unreadableIn } from '../../domain/readable.ts';

/**
 * Text that an operator enters in a hurry: a lone surrogate in it must not stop the order. What is not seen must, because
 * people who approve the next release read it.
 */
export const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength)
    .superRefine((text, context) => {
      const problem = isBlank(text) ? 'is empty' : unreadableIn(text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .transform((text) => text.toWellFormed());
