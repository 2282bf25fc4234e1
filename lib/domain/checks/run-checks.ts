import type { Sha256 } from '../identifiers.ts';
import type { StageChecks, StageEvidence, UsedCheck, Verdict } from './check.ts';

export type CheckRun = {
  readonly name: string;
  readonly mode: string;
  readonly verdict: Verdict;
  /** Where the verdict is not reached by the code that runs the checks. */
  readonly codeSha256?: Sha256;
};

/** An explanation goes into the audit event, which has a limit, and is read by people. */
const EXPLANATION_MAX_LENGTH = 1000;

/**
 * Establishes a verdict for every check that the policy uses in a stage: all of them run, whatever the others found. A
 * check that the stage does not know, or that breaks, is an error and closes the gate.
 */
export const runChecks = (known: StageChecks, used: readonly UsedCheck[], evidence: StageEvidence): CheckRun[] =>
  used.map((check) => runCheck(known, check, evidence));

export const runCheck = (
  known: StageChecks,
  { name, mode, parameters }: UsedCheck,
  evidence: StageEvidence,
): CheckRun => {
  const verdict = verdictOf(known, name, parameters, evidence);
  return { name, mode, verdict: { ...verdict, explanation: makePresentable(verdict.explanation) } };
};

const verdictOf = (
  { stage, checks }: StageChecks,
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  evidence: StageEvidence,
): Verdict => {
  const check = checks.find((known) => known.name === name);
  if (check === undefined) return endInError(`Stage ${stage} has no check of this name, so nothing was judged.`);
  try {
    return check.judge(evidence, parameters);
  } catch (cause) {
    // The one fault that is caught in the domain: a broken check must fail closed, and the others must still be made.
    return endInError(`The check itself failed: ${String(cause)}`);
  }
};

/** The verdict on a check that gave none. */
export const endInError = (explanation: string): Verdict => ({
  status: 'error',
  measured: 'nothing',
  threshold: 'none',
  explanation,
  evidenceSha256: '',
});

/** Words of others as they may go into events, pages and terminals: short and printable. */
export const makePresentable = (explanation: string): string => {
  // Parts of it are words of others: nothing that a terminal or a page could take for a command stays in.
  const text = explanation.toWellFormed().replaceAll(/\p{C}/gu, '?');
  return text.length > EXPLANATION_MAX_LENGTH ? `${text.slice(0, EXPLANATION_MAX_LENGTH - 2).toWellFormed()}…` : text;
};
