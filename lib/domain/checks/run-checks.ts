import type { Sha256 } from '../identifiers.ts';
import type { StageChecks, StageEvidence, UsedCheck, Verdict } from './check.ts';
import type { KnownBy } from './vocabulary.ts';

/** A verdict that says how it is known. */
export type KnownVerdict = Verdict & { readonly knownBy: KnownBy };

export type CheckRun = {
  readonly name: string;
  readonly mode: string;
  readonly verdict: KnownVerdict;
  /** Set if other code than the one that runs the checks reached the verdict. */
  readonly codeSha256?: Sha256;
};

/** An explanation is read by people and goes into the audit event, whose size is limited. */
const EXPLANATION_MAX_LENGTH = 1000;

/**
 * Establishes a verdict for every check that the policy uses in a stage: all of them run, whatever the others find. A
 * check that is unknown to the stage, or that breaks, is an error and closes the gate.
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
): KnownVerdict => {
  const check = checks.find((known) => known.name === name);
  if (check === undefined) return endInError(`Stage ${stage} has no check of this name, so nothing was judged.`);
  try {
    return { knownBy: check.knownBy, ...check.judge(evidence, parameters) };
  } catch (cause) {
    // The only fault that the domain catches: a broken check must fail closed, and the other checks must still run.
    return endInError(`The check itself failed: ${String(cause)}`);
  }
};

/** The verdict on a check that did not give one: nothing was looked at, so no more is known than before. */
export const endInError = (explanation: string): KnownVerdict => ({
  status: 'error',
  measured: 'nothing',
  threshold: 'none',
  explanation,
  evidenceSha256: '',
  knownBy: 'attested',
});

/** Makes untrusted text short and printable, so that it may go into events, pages and terminals. */
export const makePresentable = (explanation: string): string => {
  // Parts of it are untrusted input: nothing that a terminal or a page could take for a command may stay in.
  const text = explanation.toWellFormed().replaceAll(/\p{C}/gu, '?');
  return text.length > EXPLANATION_MAX_LENGTH ? `${text.slice(0, EXPLANATION_MAX_LENGTH - 2).toWellFormed()}…` : text;
};
