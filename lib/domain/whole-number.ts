/** Whole numbers as people and programs write them in a query, a form or an option. */
import * as z from 'zod';

type Bounds = { readonly min: number; readonly max: number };

/** Digits: `Number` also understands `1e1`, `0x10`, `+1`, and a blank as 0, which nobody means who counts something. */
const DIGITS = /^(?:0|[1-9]\d{0,14})$/;

/** The number that a text is; undefined if it is none, or none within these bounds. */
export const wholeNumberIn = (text: string, { min, max }: Bounds): number | undefined => {
  const found = DIGITS.test(text) ? Number(text) : Number.NaN;
  return found >= min && found <= max ? found : undefined;
};

/** The same as a schema, of what is read as text. */
export const wholeNumber = ({ min, max }: Bounds) =>
  z.string().regex(DIGITS, 'must be a whole number in digits').transform(Number).pipe(z.int().min(min).max(max));

/** The same of a setting: in a file it is a number, and on a command line its digits. */
export const wholeSetting = (bounds: Bounds) =>
  z.union([z.string(), z.number()], 'must be a whole number in digits').transform(String).pipe(wholeNumber(bounds));
