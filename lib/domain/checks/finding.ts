/** How checks word what they found, so that every explanation reads alike. */
import type { Sha256 } from '../identifiers.ts';
import type { FurtherEvidenceName } from '../release/manifest.ts';
import type { Evidence, FurtherEvidence, Verdict } from './check.ts';
import type { CheckStatus } from './vocabulary.ts';

/** A verdict before the evidence is named that it was reached on. */
export type Finding = Omit<Verdict, 'evidenceSha256'>;

/** Judges evidence that could be read; what could not be read is an error, never a pass. */
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

/** Judges evidence that a release need not bring: without it there is nothing to judge, and nothing passes. */
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

/** Passed if there is nothing wrong, otherwise failed with everything that is wrong. */
export const conclude = (threshold: string, measured: string, passed: string, wrong: readonly string[]): Finding =>
  wrong.length === 0
    ? { status: 'passed', measured, threshold, explanation: passed }
    : { status: 'failed', measured, threshold, explanation: sentences(wrong) };

/** The evidence is there, but the part that this check is about is not. */
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

/** A problem, unless something holds: what lists of problems are made of. */
export const sayUnless = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);

/** At most so many problems are spelt out; a submitter mends these first, and an event stays small. */
const PROBLEMS_MAX = 8;

export const sentences = (problems: readonly string[]): string => {
  const shown = problems.slice(0, PROBLEMS_MAX).join(' ');
  return problems.length > PROBLEMS_MAX ? `${shown} And ${problems.length - PROBLEMS_MAX} more.` : shown;
};

/** Untrusted text, shortened; the run of all checks removes what cannot be printed. */
export const shown = (text: string): string => (text.length > 64 ? `${text.slice(0, 63).toWellFormed()}…` : text);

export const listed = (names: readonly string[]): string => {
  const first = names.slice(0, PROBLEMS_MAX).map(shown).join(', ');
  return names.length > PROBLEMS_MAX ? `${first} and ${names.length - PROBLEMS_MAX} more` : first;
};

/** Words that fill a field without saying anything. */
const PLACEHOLDER =
  /^[\s\p{P}]*(tbd|tba|todo|fixme|n\/?a|none|unknown|unspecified|pending|placeholder|lorem ipsum.*|xxx*)?[\s\p{P}]*$/iu;

/** Says something: neither absent, nor blank, nor a placeholder. */
export const isSaid = (text: string | undefined): text is string => text !== undefined && !PLACEHOLDER.test(text);
