/** The only entry point for the files that organisations write to configure Assay. */
import type * as z from 'zod';
import { parseWithFaults } from '../evidence/documents/document.ts';
import { unreadableParts } from '../readable.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { IN_OUR_WORDS } from '../wording.ts';
import { asMeant } from './as-meant.ts';
import { CONFIGURATION_MAX_BYTES } from './configuration-limit.ts';
import { ApproverDirectory } from './directory.ts';
import { GovernancePolicy } from './policy.ts';
import { Regime } from './regime.ts';
import { sourceOf } from './source.ts';
import { type ViolationInFile, violationsInFile } from './violation-in-file.ts';

/** Further violations are left out: the first ones have to be fixed first. */
const VIOLATIONS_MAX = 20;

/** Finds in a document what its schema does not know to be wrong. */
export type Judge = (document: unknown) => readonly ViolationInFile[];
const NO_JUDGE: Judge = () => [];

/**
 * Establishes that a file is a policy. Otherwise refuses it with file, line, column and a suggestion for every fault, those
 * among them that the judge finds.
 */
export const loadPolicy = (bytes: Uint8Array, fileName: string, judge = NO_JUDGE): GovernancePolicy =>
  loadFile(GovernancePolicy, bytes, fileName, judge);

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

/**
 * Establishes that a file matches a schema. Otherwise refuses it with the place and the explanation of every fault, at once:
 * no fault keeps another from being found, except where a file is no YAML at all.
 */
export const loadFile = <Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  fileName: string,
  judge = NO_JUDGE,
): z.output<Schema> => {
  const { document, faults: ofValues } = readWithFaults(bytes, fileName);
  const parsed = schema.safeParse(document, IN_OUR_WORDS);
  const others = [
    ...(parsed.success ? [] : faultsOf(parsed.error, schema, document)),
    ...unreadableParts(document).map((fault) => ({ ...fault, part: 'value' as const })),
    ...judge(document),
  ];
  if (parsed.success && ofValues.length + others.length === 0) return parsed.data;
  // What is left out of a document because it cannot be a value is not missing.
  const found = others.filter((fault) => !ofValues.some((other) => isSamePlace(fault, other)));
  throw refusalOf(bytes, fileName, [...ofValues, ...found]);
};

/** What a schema finds, under the names that are not known, too, as far as it can be told what they mean. */
const faultsOf = (error: z.ZodError, schema: z.ZodType, document: unknown): ViolationInFile[] => {
  const found = violationsInFile(error, schema, document);
  const meant = asMeant(error, document);
  const next = meant === undefined ? undefined : schema.safeParse(meant, IN_OUR_WORDS).error;
  if (next === undefined) return found;
  const further = faultsOf(next, schema, meant);
  return [...found, ...further.filter((fault) => !found.some((other) => isSamePlace(fault, other)))];
};

const isSamePlace = (one: ViolationInFile, other: ViolationInFile): boolean =>
  one.path.length === other.path.length && one.path.every((part, index) => part === other.path[index]);

/** The refusal of a file for faults that its schema does not know, with the place of each, in the order of the file. */
export const refusalOf = (bytes: Uint8Array, fileName: string, faults: readonly ViolationInFile[]): Refusal => {
  const source = sourceOf(bytes);
  const placed = faults.map((fault) => ({ fault, place: source.placeOf(fault.path, fault.part) }));
  const inOrder = placed.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  return refusalFor(
    fileName,
    inOrder.map(({ fault, place }) => violationAt(fault, placeIn(fileName, place))),
  );
};

/** The document of a file. What a file says twice, or cannot say, `loadFile` names. */
export const readDocument = (bytes: Uint8Array, fileName: string): unknown => readWithFaults(bytes, fileName).document;

/** The document of a file, or its refusal with the place of what keeps it from being one. */
const readWithFaults = (bytes: Uint8Array, fileName: string) => {
  try {
    const { document, faults } = parseWithFaults(bytes, CONFIGURATION_MAX_BYTES, 'PolicyInvalid');
    return { document, faults: faults.map((fault) => ({ ...fault, part: 'value' as const })) };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    if (bytes.length > CONFIGURATION_MAX_BYTES) throw refusalFor(fileName, cause.violations, cause);
    const source = sourceOf(bytes);
    const violations = cause.violations.map(({ field, problem }) => {
      const path = pathOf(field);
      return violationAt({ path, problem }, placeIn(fileName, source.placeOf(path, 'value')));
    });
    const errors = source.errors.map(({ problem, ...place }) => ({ field: placeIn(fileName, place), problem }));
    throw refusalFor(fileName, errors.length > 0 ? errors : violations, cause);
  }
};

/** Parses the dotted path that the document reader gives a fault. */
const pathOf = (field: string): (string | number)[] =>
  field === 'document' ? [] : field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));

const violationAt = ({ path, problem }: Omit<ViolationInFile, 'part'>, field: string): Violation => ({
  field,
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
