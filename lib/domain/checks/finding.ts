/** How checks word their findings, so that every explanation reads alike. */
import type { Sha256 } from '../identifiers.ts';
import type { FurtherEvidenceName } from '../release/manifest.ts';
import { isUnwritten, unwrittenPaths } from '../unwritten.ts';
import type { Evidence, FurtherEvidence, Verdict } from './check.ts';
import type { CheckStatus } from './vocabulary.ts';

/** A verdict without the evidence that it was reached on. */
export type Finding = Omit<Verdict, 'evidenceSha256'>;

/** Judges evidence that could be read. Unreadable evidence is an error, never a pass. */
export const judgeRead = <T>(
  evidence: Evidence<T>,
  name: string,
  threshold: string,
  judge: (value: T, sha256: Sha256) => Finding,
): Verdict => {
  const finding: Finding =
    evidence.kind === 'read'
      ? judge(evidence.value, evidence.sha256)
      : {
          status: 'error',
          measured: 'unreadable',
          threshold,
          explanation: `The ${name} could not be read, so nothing was judged: ${evidence.problem}. Correct the file and request the release again.`,
        };
  return { ...finding, evidenceSha256: evidence.sha256 };
};

/** Judges evidence that a release may omit. Without it there is nothing to judge, and the check does not pass. */
export const judgeFurther = <T>(
  evidence: FurtherEvidence<T>,
  {
    name,
    field,
    threshold,
  }: { readonly name: string; readonly field: FurtherEvidenceName; readonly threshold: string },
  judge: (value: T, sha256: Sha256) => Finding,
): Verdict =>
  evidence.kind === 'absent'
    ? {
        ...notProvided(threshold, `The release has no ${name}. Name one in further_evidence.${field} of the manifest.`),
        evidenceSha256: '',
      }
    : judgeRead(evidence, name, threshold, judge);

/** Passed if nothing is wrong, otherwise failed with everything that is wrong. */
export const conclude = (threshold: string, measured: string, passed: string, wrong: readonly string[]): Finding =>
  wrong.length === 0
    ? { status: 'passed', measured, threshold, explanation: passed }
    : { status: 'failed', measured, threshold, explanation: sentences(wrong) };

/** The finding if the evidence lacks the part that the check is about. */
export const notProvided = (threshold: string, explanation: string): Finding => ({
  status: 'not_provided',
  measured: 'nothing',
  threshold,
  explanation,
});

export const finding = (status: CheckStatus, measured: string, threshold: string, explanation: string): Finding => ({
  status,
  measured,
  threshold,
  explanation,
});

/** The problem, unless `holds`: for building lists of problems. */
export const sayUnless = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);

/** Further problems are only counted: a submitter fixes the first ones first, and an event stays small. */
const PROBLEMS_MAX = 8;

export const sentences = (problems: readonly string[]): string => {
  const shown = problems.slice(0, PROBLEMS_MAX).join(' ');
  return problems.length > PROBLEMS_MAX ? `${shown} And ${problems.length - PROBLEMS_MAX} more.` : shown;
};

/** Shortens untrusted text. Unprintable characters are removed where all checks are run. */
export const shown = (text: string): string => (text.length > 64 ? `${text.slice(0, 63).toWellFormed()}…` : text);

export const listed = (names: readonly string[]): string => {
  const first = names.slice(0, PROBLEMS_MAX).map(shown).join(', ');
  return names.length > PROBLEMS_MAX ? `${first} and ${names.length - PROBLEMS_MAX} more` : first;
};

/** Text that fills a field without saying anything. */
const PLACEHOLDER =
  /^[\s\p{P}]*(tbd|tba|todo|fixme|n\/?a|none|unknown|unspecified|pending|placeholder|lorem ipsum.*|xxx*)?[\s\p{P}]*$/iu;

/** Whether a text says something: it is neither absent, blank nor a placeholder. */
export const isSaid = (text: string | undefined): text is string =>
  text !== undefined && !PLACEHOLDER.test(text) && !isUnwritten(text);

/** More names are only counted. A drafted card has fewer. */
const FIELDS_MAX = 24;

/** What `assay init` left to be written in a part of a document, as one problem that names all of it. */
export const unwrittenProblems = (part: unknown, name: string): string[] => {
  const fields = new Set(unwrittenPaths(part).map((path) => [name, ...path.filter(isName)].filter(Boolean).join('.')));
  if (fields.size === 0) return [];
  const first = [...fields].slice(0, FIELDS_MAX).map(shown).join(', ');
  const rest = fields.size > FIELDS_MAX ? ` and ${fields.size - FIELDS_MAX} more` : '';
  return [`Still to be written: ${first}${rest}.`];
};

const isName = (key: string | number): boolean => typeof key === 'string';
