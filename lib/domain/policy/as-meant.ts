/** Reads a misspelt name as the one that was probably meant, so that what stands under it is checked in the same round. */
import type * as z from 'zod';
import { valueAt } from '../release/manifest.ts';
import { listed } from '../soundness.ts';
import { nearestWord } from '../spelling.ts';
import type { Path } from './source.ts';

/**
 * The document with the meant name of each stage or check that nobody knows; undefined if there is none. A schema looks at
 * nothing under such a name, because the name says what may stand there.
 */
export const asMeant = (error: z.ZodError, document: unknown): unknown => {
  const meant = error.issues.flatMap((issue): { path: Path; word: string }[] => {
    const typed = valueAt(document, issue.path);
    if (issue.code !== 'invalid_union' || !('options' in issue) || typeof typed !== 'string') return [];
    const word = nearestWord(typed, listed(issue.options).map(String));
    return word === undefined || hasSibling(document, issue.path, word) ? [] : [{ path: issue.path, word }];
  });
  return meant.length === 0
    ? undefined
    : meant.reduce<unknown>((rest, { path, word }) => replaced(rest, path, word), document);
};

/** With the same name twice there would be a fault that the file does not have. */
const hasSibling = (document: unknown, path: Path, word: string): boolean => {
  const [list, key] = [valueAt(document, path.slice(0, -2)), path.slice(-1)];
  return Array.isArray(list) && list.some((item) => valueAt(item, key) === word);
};

const replaced = (node: unknown, [key, ...rest]: Path, word: string): unknown => {
  if (key === undefined) return word;
  if (Array.isArray(node)) return node.map((item, index) => (index === key ? replaced(item, rest, word) : item));
  return { ...Object(node), [key]: replaced(valueAt(node, [key]), rest, word) };
};
