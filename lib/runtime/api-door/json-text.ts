/** JSON as callers send it: `JSON.parse` would silently take the last of two equal keys, and other readers the first. */
import { cut } from '../../domain/cut.ts';
import { Refusal, type Violation } from '../../domain/refusal.ts';

const VIOLATIONS_MAX = 10;
const FIELD_MAX_LENGTH = 256;

/** Establishes that bytes are one JSON text in UTF-8 in which no object has a key twice, or refuses them. */
export const parseJsonText = (bytes: ArrayBuffer): unknown => {
  const text = decodeUtf8(bytes);
  const value = parse(text);
  const repeated = repeatedKeys(text);
  if (repeated.length === 0) return value;
  throw unreadable(
    'has a key twice',
    repeated.map((field) => ({ field, problem: 'appears twice' })),
  );
};

/** The refusal of a body that is not even judged. */
export const unreadable = (problem: string, violations: readonly Violation[] = [{ field: 'body', problem }]): Refusal =>
  new Refusal('BodyUnreadable', `the body ${problem}`, violations);

const decodeUtf8 = (bytes: ArrayBuffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable('is not UTF-8');
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('is not JSON');
  }
};

/** Keys, other texts and what structures them; numbers, booleans, null and colons lie between. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\],]/g;

/** An object or list that the walk is in: `at` is the key or the index that it has come to. */
type Open = { readonly keys: Set<string>; readonly isList: boolean; at: string };

/** The paths of keys that their object has given before, the first of them. The text has been parsed, so it is JSON. */
const repeatedKeys = (json: string): string[] => {
  const open: Open[] = [];
  const repeated: string[] = [];
  for (const [token, text, colon] of json.matchAll(TOKEN)) {
    if (repeated.length === VIOLATIONS_MAX) break;
    const inner = open.at(-1);
    if (token === '{' || token === '[') open.push({ keys: new Set(), isList: token === '[', at: '0' });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && inner?.isList) inner.at = String(Number(inner.at) + 1);
    else if (inner !== undefined && text !== undefined && colon !== undefined && meetsAgain(inner, text)) {
      repeated.push(cut(open.map(({ at }) => at).join('.'), FIELD_MAX_LENGTH));
    }
  }
  return repeated;
};

/** Keys are compared as what they mean: `"\u0061"` is the key `a`. */
const meetsAgain = (inner: Open, key: string): boolean => {
  inner.at = String(JSON.parse(key));
  const isKnown = inner.keys.has(inner.at);
  inner.keys.add(inner.at);
  return isKnown;
};
