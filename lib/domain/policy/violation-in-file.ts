/** Words what a schema found wrong in terms of the file: what is there, and what was probably meant. */
import * as z from 'zod';
import { CHECKS } from '../checks/known-checks.ts';
import { nearestWord } from '../spelling.ts';
import { kindNamed } from '../wording.ts';
import type { Path } from './source.ts';

export type ViolationInFile = { readonly path: Path; readonly part: 'key' | 'value'; readonly problem: string };

/** A vocabulary with more words than this is not listed. */
const LISTED_WORDS = 16;

/** Establishes, for every issue, what is wrong where, and what would be right. */
export const violationsInFile = (error: z.ZodError, schema: z.ZodType, document: unknown): ViolationInFile[] =>
  error.issues.flatMap((issue) => violationsOf(issue, schema, document));

const violationsOf = (issue: z.core.$ZodIssue, schema: z.ZodType, document: unknown): ViolationInFile[] => {
  const { path } = issue;
  const found = valueAt(document, path);
  if (issue.code === 'unrecognized_keys') {
    // The cast holds for the JSON Schema that zod makes of maps, lists and discriminated unions, of which these files
    // consist.
    const known = keysAt(z.toJSONSchema(schema, { io: 'input' }) as Shape, path, document);
    return issue.keys.map((key) => ({
      path: [...path, key],
      part: 'key',
      problem: `there is no key ${shown(key)} here${suggestWord(key, known)}`,
    }));
  }
  const words = vocabularyOf(issue);
  const problem = words === undefined ? describeIssue(issue, found) : wordProblem(found, words, path);
  return [{ path, part: 'value', problem }];
};

const vocabularyOf = (issue: z.core.$ZodIssue): string[] | undefined => {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue ? issue.options?.map(String) : undefined;
};

const wordProblem = (found: unknown, words: readonly string[], path: Path): string => {
  if (found === undefined) return `is missing${suggestWord('', words)}`;
  const word = String(found);
  const noun = nounOf(path);
  const stage = noun === 'check' ? CHECKS.find(({ name }) => name === word)?.stage : undefined;
  if (stage !== undefined) return `${word} is a check of stage ${stage}`;
  return `there is no ${noun} ${shown(word)}${suggestWord(word, words)}`;
};

/** What to call the values of a list or key. */
const NOUNS: Readonly<Record<string, string>> = {
  roles: 'role',
  approval_roles: 'role',
  required_approvals: 'role',
  review_stages: 'review',
  technical: 'role',
  business: 'role',
  compliance: 'role',
  deployment: 'role',
  stages: 'stage',
  checks: 'check',
  required_artifacts: 'artifact',
  required_for_risk_tiers: 'tier',
  tier: 'tier',
  review_order: 'order',
  mode: 'mode',
  domain: 'domain',
};

/** `name` and the indexes of a list say nothing by themselves; the key that holds them does. */
const nounOf = (path: Path): string => {
  const holder = path.findLast((part) => typeof part === 'string' && part !== 'name');
  return NOUNS[String(holder)] ?? 'such value';
};

const suggestWord = (word: string, words: readonly string[]): string => {
  const nearest = word === '' ? undefined : nearestWord(word, words);
  if (nearest !== undefined) return `: did you mean ${nearest}?`;
  if (words.length === 1) return `: it must be ${words[0]}`;
  return words.length > 0 && words.length <= LISTED_WORDS ? `: one of ${words.join(', ')}` : '';
};

const describeIssue = (issue: z.core.$ZodIssue, found: unknown): string => {
  if (issue.code !== 'invalid_type') return issue.message;
  if (found === undefined) return 'is missing';
  if (issue.expected === 'string' && ['number', 'boolean'].includes(typeof found)) {
    return `${String(found)} must be text: put it in quotes`;
  }
  return `must be ${kindNamed(issue.expected)}, not ${Array.isArray(found) ? 'a list' : shown(JSON.stringify(found))}`;
};

const shown = (word: string): string => (word.length > 64 ? `${word.slice(0, 63)}…` : word);

const valueAt = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), document);

/** The part of a JSON Schema that leads to its keys. */
type Shape = {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly propertyNames?: { readonly enum: readonly string[] };
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
  readonly const?: unknown;
};

/**
 * The keys that a schema allows at a path. Of a union, only the alternative counts that the document selects by its
 * constants.
 */
const keysAt = (shape: Shape, path: Path, document: unknown): string[] => {
  const shapes = alternatives(shape, document);
  const [name, ...rest] = path;
  if (name === undefined) {
    return shapes.flatMap(({ properties = {}, propertyNames }) => [
      ...Object.keys(properties),
      ...(propertyNames?.enum ?? []),
    ]);
  }
  return shapes
    .map(({ properties = {}, items }) => (typeof name === 'number' ? items : properties[String(name)]))
    .filter((inner) => inner !== undefined)
    .flatMap((inner) => keysAt(inner, rest, valueAt(document, [name])));
};

const alternatives = (shape: Shape, document: unknown): readonly Shape[] =>
  shape.oneOf?.filter((option) => isMeant(option, document)) ?? [shape];

const isMeant = ({ properties = {} }: Shape, document: unknown): boolean =>
  Object.entries(properties).every(
    ([key, property]) => property.const === undefined || property.const === valueAt(document, [key]),
  );
