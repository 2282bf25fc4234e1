import * as z from 'zod';
import { isBlank } from './readable.ts';

/**
 * A text of which at least one character leaves a mark. Said only of a text that nothing else is wrong with: one problem for each
 * field is enough.
 */
export const visible = (text: z.ZodString): z.ZodString =>
  text.refine((given) => !isBlank(given), {
    error: 'has nothing that can be seen',
    when: ({ issues }) => issues.length === 0,
  });

/**
 * Text that people write, and others read or sign. Other characters that are not seen are looked for in the whole of a document.
 * What is stored is read without it, as an earlier version took it in.
 */
export const visibleText = (maxLength: number): z.ZodString => visible(z.string().min(1).max(maxLength));

/**
 * A text that is signed, and kept whole in the event of the decision, takes no more bytes of JSON than that has room for. A
 * character takes up to three of them, in most scripts, or two.
 */
export const inBytes = (text: z.ZodString, maxBytes: number): z.ZodString =>
  text.refine((given) => Buffer.byteLength(JSON.stringify(given)) - QUOTES <= maxBytes, {
    error: `takes more than ${maxBytes} bytes: shorten it`,
    when: ({ issues }) => issues.length === 0,
  });

const QUOTES = 2;
