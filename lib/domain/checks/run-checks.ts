import { cut } from '../cut.ts';
import type { Sha256 } from '../identifiers.ts';
import { madeReadable } from '../readable.ts';
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

/** A text of a verdict is read by people and goes into the audit event, whose size is limited. */
const TEXT_MAX_LENGTH = 1000;

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
  return { name, mode, verdict: presentable(verdict) };
};

/** Each text of a verdict may quote evidence. */
const presentable = (verdict: KnownVerdict): KnownVerdict => ({
  ...verdict,
  measured: makePresentable(verdict.measured),
  threshold: makePresentable(verdict.threshold),
  explanation: makePresentable(verdict.explanation),
});

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
export const makePresentable = (untrusted: string): string => {
  // Nothing that a terminal or a page could take for a command may stay in.
  const text = madeReadable(untrusted.toWellFormed().replaceAll(/\p{C}/gu, '?'));
  return text.length > TEXT_MAX_LENGTH ? `${cut(text, TEXT_MAX_LENGTH - 2)}…` : text;
};
