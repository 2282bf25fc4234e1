/** What parsers find wrong, in our words: theirs are about their own grammar, and differ from version to version. */
import type * as z from 'zod';
import { cut } from './cut.ts';

/** A list of more words than this is not written out. */
const LISTED_MAX = 16;
const WORD_MAX_LENGTH = 64;

type Issue = z.core.$ZodRawIssue;

const wordIssue = (issue: Issue): string => {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return wordType(issue.expected, issue.input);
    case 'too_small':
      return wordBound(
        issue.origin,
        issue.minimum,
        issue.exact ? 'exactly' : issue.inclusive ? 'at least' : 'more than',
      );
    case 'too_big':
      return wordBound(
        issue.origin,
        issue.maximum,
        issue.exact ? 'exactly' : issue.inclusive ? 'at most' : 'less than',
      );
    case 'invalid_format':
      return wordFormat(issue);
    case 'invalid_value':
      return wordChoice(issue.values);
    case 'invalid_union':
      return wordChoice(Array.isArray(issue['options']) ? issue['options'] : []);
    case 'unrecognized_keys':
      return `has what is not known here: ${issue.keys.slice(0, LISTED_MAX).map(shown).join(', ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return 'has a key that is not accepted here';
    case 'invalid_element':
    case 'custom':
      return 'has a value that is not accepted here';
  }
};

/** Given to a schema that parses what people wrote: a message of the schema's own stands before these. */
export const IN_OUR_WORDS: { readonly error: z.core.$ZodErrorMap } = { error: (issue) => wordIssue(issue as Issue) };

/** What a schema found, in one line: the field, and what is wrong with it. */
export const wordIssues = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [path.join('.'), message].filter((part) => part !== '').join(' ')).join('; ');

/** Not a number is a text that was taken for one: what was written, nobody knows here. */
const wordType = (expected: string, input: unknown): string =>
  `must be ${kindNamed(expected)}${Number.isNaN(input) ? '' : `, not ${kindOf(input)}`}`;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number of at most 9007199254740991',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  never: 'left out',
};

/** A kind of value, as people call it. */
export const kindNamed = (kind: string): string => new Map(Object.entries(KINDS)).get(kind) ?? 'of another kind';

const kindOf = (value: unknown): string => {
  if (value === null) return String(value);
  return Array.isArray(value) ? 'a list' : kindNamed(typeof value);
};

/** What a bound of this kind counts; a number counts nothing. */
const COUNTED: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  map: 'entries',
  object: 'entries',
  file: 'bytes',
};

const wordBound = (origin: string, bound: number | bigint, words: string): string => {
  const counted = COUNTED[origin];
  if (counted === undefined) return `must be ${words} ${bound}`;
  return words === 'at least' && bound === 1 ? 'is empty' : `must have ${words} ${bound} ${counted}`;
};

const FORMATS: Readonly<Record<string, string>> = {
  base64: 'is not base64',
  date: 'is not a date of the calendar such as 2026-11-28',
  datetime: 'is not a time such as 2026-11-28T09:30:00Z',
  email: 'is not an e-mail address',
  url: 'is not a URL',
};

const wordFormat = (issue: Issue & { code: 'invalid_format' }): string => {
  if (issue.format === 'starts_with') return `must begin with ${issue['prefix']}`;
  if (issue.format === 'regex') return `must match ${issue.pattern}`;
  return FORMATS[issue.format] ?? 'is not written as it must be here';
};

const wordChoice = (values: readonly unknown[]): string => {
  const [only, ...others] = values.map((value) => shown(String(value)));
  if (only === undefined || others.length >= LISTED_MAX) return 'is none of what is accepted here';
  return others.length === 0 ? `must be ${only}` : `must be one of ${[only, ...others].join(', ')}`;
};

const shown = (word: string): string => cut(word, WORD_MAX_LENGTH);

const YAML_FAULTS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'gives an alias a tag or an anchor',
  BAD_ALIAS: 'uses an alias that does not exist, or an anchor without a name',
  BAD_COLLECTION_TYPE: 'has a tag that does not go with a list or a map',
  BAD_DIRECTIVE: 'begins with a % that is no directive of YAML; put the text in quotes',
  BAD_DQ_ESCAPE: 'has an escape that does not exist',
  BAD_INDENT: 'is not indented as the lines around it',
  BAD_PROP_ORDER: 'has a tag or an anchor where there can be none',
  BAD_SCALAR_START: 'begins a text with a character that has a meaning in YAML; put the text in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'has a map within a line; put a text with a colon in quotes',
  BLOCK_IN_FLOW: 'has a block of YAML within brackets',
  DUPLICATE_KEY: 'repeats a key',
  KEY_OVER_1024_CHARS: 'has a key of more than 1024 characters, or text without a colon',
  MISSING_CHAR: 'lacks a character, such as a comma, a colon, a quote or a bracket',
  MULTILINE_IMPLICIT_KEY: 'has a key over several lines; is a colon missing, or a quote?',
  MULTIPLE_ANCHORS: 'has two anchors at one place',
  MULTIPLE_DOCS: 'begins a second document, and one is expected',
  MULTIPLE_TAGS: 'has two tags at one place',
  NON_STRING_KEY: 'has a key that is not text: put it in quotes',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'has a tag that is not known, or that does not go with its value',
  UNEXPECTED_TOKEN:
    'has something that does not belong there; is a comma or a line break missing, or a document too many?',
};

/** What the parser for YAML reports under a code. */
export const wordYamlFault = (code: string): string => YAML_FAULTS[code] ?? 'cannot be read as YAML';
