/** The only entry point for the files that organisations write to configure Assay. */
import type * as z from 'zod';
import { parseDocument } from '../evidence/documents/document.ts';
import { unreadableParts } from '../readable.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { IN_OUR_WORDS } from '../wording.ts';
import { CONFIGURATION_MAX_BYTES } from './configuration-limit.ts';
import { ApproverDirectory } from './directory.ts';
import { GovernancePolicy } from './policy.ts';
import { Regime } from './regime.ts';
import { type Source, sourceOf } from './source.ts';
import { type ViolationInFile, violationsInFile } from './violation-in-file.ts';

/** Further violations are left out: the first ones have to be fixed first. */
const VIOLATIONS_MAX = 20;

/**
 * Establishes that a file is a policy. Otherwise refuses it with file, line, column and a suggestion for every fault.
 */
export const loadPolicy = (bytes: Uint8Array, fileName: string): GovernancePolicy =>
  loadFile(GovernancePolicy, bytes, fileName);

/** Establishes that a file is a directory of approvers, or refuses it in the same way. */
export const loadDirectory = (bytes: Uint8Array, fileName: string): ApproverDirectory =>
  loadFile(ApproverDirectory, bytes, fileName);

/** Establishes that a file describes a regime, or refuses it in the same way. */
export const loadRegime = (bytes: Uint8Array, fileName: string): Regime => loadFile(Regime, bytes, fileName);

export type ConfigurationKind = 'policy' | 'overlay' | 'models' | 'approvers' | 'cases' | 'regime';

/** Which kind of file it is, by the one key that only this kind has. Anything else is read as a policy. */
export const configurationKind = (bytes: Uint8Array, fileName: string): ConfigurationKind =>
  kindOf(readDocument(bytes, fileName));

/** The same of a document that was read already. */
export const kindOf = (document: unknown): ConfigurationKind => {
  const found = KINDS.find(([key]) => typeof document === 'object' && document !== null && key in document);
  return found?.[1] ?? 'policy';
};

const KINDS: readonly (readonly [key: string, kind: ConfigurationKind])[] = [
  ['scope', 'overlay'],
  ['people', 'approvers'],
  ['clauses', 'regime'],
  ['cases', 'cases'],
  ['models', 'models'],
];

/** Establishes that a file matches a schema. Otherwise refuses it with the place and the explanation of every fault. */
export const loadFile = <Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  fileName: string,
): z.output<Schema> => {
  const document = readDocument(bytes, fileName);
  const parsed = schema.safeParse(document, IN_OUR_WORDS);
  const faults: ViolationInFile[] = [
    ...(parsed.success ? [] : violationsInFile(parsed.error, schema, document)),
    ...unreadableParts(document).map((fault) => ({ ...fault, part: 'value' as const })),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw refusalOf(bytes, fileName, faults);
};

/** The refusal of a file for faults that its schema does not know, with the place of each. */
export const refusalOf = (bytes: Uint8Array, fileName: string, faults: readonly ViolationInFile[]): Refusal => {
  const source = sourceOf(bytes);
  return refusalFor(
    fileName,
    faults.map((fault) => placeViolation(fault, source, fileName)),
  );
};

/** The document of a file, or its refusal with the place of what keeps it from being one. */
export const readDocument = (bytes: Uint8Array, fileName: string): unknown => {
  try {
    return parseDocument(bytes, CONFIGURATION_MAX_BYTES, 'PolicyInvalid');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    if (bytes.length > CONFIGURATION_MAX_BYTES) throw refusalFor(fileName, cause.violations, cause);
    const source = sourceOf(bytes);
    const violations = cause.violations.map(({ field, problem }) =>
      placeViolation({ path: pathOf(field), part: 'value', problem }, source, fileName),
    );
    const errors = source.errors.map(({ problem, ...place }) => ({ field: placeIn(fileName, place), problem }));
    throw refusalFor(fileName, errors.length > 0 ? errors : violations, cause);
  }
};

/** Parses the dotted path that the document reader gives a fault. */
const pathOf = (field: string): (string | number)[] =>
  field === 'document' ? [] : field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));

const placeViolation = ({ path, part, problem }: ViolationInFile, source: Source, fileName: string): Violation => ({
  field: placeIn(fileName, source.placeOf(path, part)),
  problem: path.length === 0 ? problem : `${path.map(String).join('.')}: ${problem}`,
});

const placeIn = (fileName: string, { line, column }: { line: number; column: number }): string =>
  `${fileName}:${line}:${column}`;

/** The refusal of a file, or of a folder, for violations that have their places. */
export const refusalFor = (fileName: string, violations: readonly Violation[], cause?: Refusal): Refusal => {
  const [first] = violations.map(({ field, problem }) => `${field} ${problem}`);
  const more = violations.length > 1 ? `, and ${violations.length - 1} more` : '';
  return new Refusal(
    'PolicyInvalid',
    `could not read ${fileName}: ${first}${more}`,
    violations.slice(0, VIOLATIONS_MAX),
    {
      cause,
    },
  );
};
