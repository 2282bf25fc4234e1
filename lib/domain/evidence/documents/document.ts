/** The only parser for documents from outside: YAML 1.2, and JSON, which is a subset of it. */
import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument as parseYaml,
  type YAMLMap,
} from 'yaml';
import type * as z from 'zod';
import { cut } from '../../cut.ts';
import { Refusal, type RefusalCode, type Violation } from '../../refusal.ts';
import { IN_OUR_WORDS, wordYamlFault } from '../../wording.ts';

const DEPTH_MAX = 32;
const ALIASES_MAX = 10;
/**
 * The parser would take half a minute to report every error in a megabyte of commas, so such input is refused first.
 */
const TOKENS_MAX = 100_000;
const VIOLATIONS_MAX = 10;
/** Keys that have a meaning of their own on a JavaScript object. */
const RESERVED_KEYS: readonly string[] = ['__proto__', 'constructor'];

/**
 * Establishes that bytes are one document of text, finite numbers, booleans, lists and maps, with no repeated key and
 * no nesting deeper than 32. Otherwise refuses them with `code`. A key without a value (null) counts as absent.
 */
export const parseDocument = (
  bytes: Uint8Array,
  maxBytes: number,
  code: RefusalCode = 'EvidenceUnreadable',
): unknown => {
  const refuse = refuserOf(code);
  return parseWith(bytes, { maxBytes, code, refuse, note: (path, problem) => refuse(fieldOf(path), problem) });
};

type Fault = { readonly path: Path; readonly problem: string };

/**
 * The same for a person who is to learn of every fault at once: a repeated key and a value that no document may have are
 * listed, and left out. What is no document at all is refused.
 */
export const parseWithFaults = (
  bytes: Uint8Array,
  maxBytes: number,
  code: RefusalCode,
): { readonly document: unknown; readonly faults: readonly Fault[] } => {
  const faults: Fault[] = [];
  const note = (path: Path, problem: string) => void faults.push({ path, problem });
  return { document: parseWith(bytes, { maxBytes, code, refuse: refuserOf(code), note }), faults };
};

type Reading = {
  readonly maxBytes: number;
  readonly code: RefusalCode;
  readonly refuse: Refuse;
  /** Told of a fault without which the rest can be read. */
  readonly note: (path: Path, problem: string) => void;
};

const parseWith = (bytes: Uint8Array, { maxBytes, code, refuse, note }: Reading): unknown => {
  if (bytes.length > maxBytes) refuse('document', `is ${bytes.length} bytes; at most ${maxBytes} are read`);
  const text = decodeUtf8(bytes, refuse);
  boundTokens(text, refuse);
  const document = compose(text, code);
  const walk: Walk = { refuse, note, resolve: (alias) => alias.resolve(document), aliases: 0 };
  return toValue(walk, document.contents, []) ?? refuse('document', 'is empty');
};

/**
 * Establishes that bytes are a document of the given shape. Otherwise refuses them and names every field that is wrong.
 */
export const readDocument = <T extends z.ZodType>(
  shape: T,
  bytes: Uint8Array,
  maxBytes: number,
  name: string,
): z.infer<T> => {
  return readShape(shape, parseDocument(bytes, maxBytes), name);
};

/** Establishes that a parsed document has the given shape. Otherwise refuses it and names every field that is wrong. */
export const readShape = <T extends z.ZodType>(shape: T, document: unknown, name: string): z.infer<T> => {
  const parsed = shape.safeParse(document, IN_OUR_WORDS);
  return parsed.success ? parsed.data : refuseDocument(name, violationsOf(parsed.error));
};

/** Refuses a document that was parsed but is not what it should be. */
export const refuseDocument = (name: string, allViolations: readonly Violation[]): never => {
  const violations = allViolations.slice(0, VIOLATIONS_MAX);
  throw new Refusal('EvidenceUnreadable', `could not read the ${name}: ${sentenceOf(violations)}`, violations);
};

/**
 * Builds a record whose keys are values in the document. The rules for keys apply to them too: none may appear twice,
 * and none may have a meaning of its own on a JavaScript object.
 */
export const recordByName = <T>(
  name: string,
  entries: readonly { readonly field: string; readonly key: string; readonly value: T }[],
): Record<string, T> => {
  const record = new Map<string, T>();
  for (const { field, key, value } of entries) {
    if (RESERVED_KEYS.includes(key)) refuseDocument(name, [{ field, problem: `has the reserved name ${key}` }]);
    if (record.has(key)) refuseDocument(name, [{ field, problem: `gives ${cut(key, 64)} twice` }]);
    record.set(key, value);
  }
  return Object.fromEntries(record);
};

/** The problems that a schema found, as violations that name their fields. */
export const violationsOf = (error: z.ZodError): Violation[] =>
  error.issues.slice(0, VIOLATIONS_MAX).map((issue) => ({
    field: issue.path.join('.') || 'document',
    problem: issue.message,
  }));

type Refuse = (field: string, problem: string) => never;

const refuserOf =
  (code: RefusalCode): Refuse =>
  (field, problem) => {
    throw new Refusal(code, `could not read the document: ${sentenceOf([{ field, problem }])}`, [{ field, problem }]);
  };

const sentenceOf = (violations: readonly Violation[]): string =>
  violations.map(({ field, problem }) => `${field} ${problem}`).join('; ');

const decodeUtf8 = (bytes: Uint8Array, refuse: Refuse): string => {
  if (bytes.includes(0)) refuse('document', 'has null bytes: write it as UTF-8, not as UTF-16 or something binary');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('document', 'is not UTF-8');
  }
};

const boundTokens = (text: string, refuse: Refuse): void => {
  let tokens = 0;
  for (const _ of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > TOKENS_MAX) refuse('document', `has more than ${TOKENS_MAX} tokens`);
  }
};

const compose = (text: string, code: RefusalCode) => {
  const lineCounter = new LineCounter();
  // Repeated keys are found while the tree is walked: the parser's own comparison takes quadratic time.
  const options = { schema: 'core', uniqueKeys: false, prettyErrors: false, lineCounter } as const;
  const document = withoutStackTraces(() => parseYaml(text, options));
  const violations = [...document.errors, ...document.warnings].slice(0, VIOLATIONS_MAX).map((error) => ({
    field: `line ${lineCounter.linePos(error.pos[0]).line}`,
    // The parser is recursive, and reports it when the stack is exhausted.
    problem: error.message.includes('call stack') ? `is nested deeper than ${DEPTH_MAX}` : wordYamlFault(error.code),
  }));
  if (violations.length > 0)
    throw new Refusal(code, `could not read the document: ${sentenceOf(violations)}`, violations);
  return document;
};

/**
 * The parser creates an error for each bad escape of a text. With a stack trace each would take 40 µs, 17 s for a
 * megabyte.
 */
const withoutStackTraces = <T>(parse: () => T): T => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

type Walk = Pick<Reading, 'refuse' | 'note'> & { readonly resolve: (alias: Alias) => unknown; aliases: number };
type Path = readonly (string | number)[];

const toValue = (walk: Walk, node: unknown, path: Path): unknown => {
  if (isCollection(node) && path.length >= DEPTH_MAX) {
    walk.refuse(path.slice(0, 3).join('.'), `is nested deeper than ${DEPTH_MAX}`);
  }
  if (isAlias(node)) return aliasValue(walk, node, path);
  if (isSeq(node)) return node.items.map((item, index) => toValue(walk, item, [...path, index]));
  if (isMap(node)) return mapValue(walk, node, path);
  return scalarValue(walk, isScalar(node) ? node.value : node, path);
};

/** Every use of an alias counts, including uses within other aliases: aliases of aliases grow like 2ⁿ. */
const aliasValue = (walk: Walk, alias: Alias, path: Path): unknown => {
  walk.aliases += 1;
  if (walk.aliases > ALIASES_MAX) walk.refuse(fieldOf(path), `uses more than ${ALIASES_MAX} aliases`);
  const node =
    walk.resolve(alias) ??
    walk.refuse(fieldOf(path), `is an alias to ${alias.source.slice(0, 64)}, which does not exist`);
  return toValue(walk, node, path);
};

const mapValue = (walk: Walk, map: YAMLMap, path: Path): Record<string, unknown> => {
  const value: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const pair of map.items) {
    const key = keyOf(walk, pair.key, path);
    if (key === undefined) continue;
    if (seen.has(key)) {
      walk.note([...path, key], 'appears twice');
      continue;
    }
    seen.add(key);
    const item = toValue(walk, pair.value, [...path, key]);
    if (item !== null) value[key] = item;
  }
  return value;
};

const fieldOf = (path: Path): string => path.join('.') || 'document';

/** Undefined for what cannot be a key. */
const keyOf = ({ note }: Walk, node: unknown, path: Path): string | undefined => {
  const key = isScalar(node) ? node.value : node;
  const wrong = keyProblem(key);
  if (wrong !== undefined) note(path, wrong);
  return wrong === undefined ? String(key) : undefined;
};

const keyProblem = (key: unknown): string | undefined => {
  if (typeof key !== 'string') return 'has a key that is not text: put it in quotes';
  if (RESERVED_KEYS.includes(key)) return `has the reserved key ${key}`;
  const wrong = sayUnfit(key);
  return wrong && `has a key with ${wrong}`;
};

/** What no text may contain: it cannot be hashed, or would end the text early in other languages. */
const sayUnfit = (text: string): string | undefined => {
  if (!text.isWellFormed()) return 'half a surrogate pair';
  return text.includes('\0') ? 'a null character' : undefined;
};

const scalarValue = ({ note }: Walk, value: unknown, path: Path): string | number | boolean | null => {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    const wrong = sayUnfit(value);
    if (wrong !== undefined) note(path, `has ${wrong}`);
    return value;
  }
  // Numbers are doubles, as in JSON. Whatever counts, sizes or hashes asks for a whole number that is exact.
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  note(path, 'is not a finite number');
  return null;
};
