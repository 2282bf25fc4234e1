import { expect, it } from 'vitest';
import type { StageEvidence } from '../../../lib/domain/checks/check.ts';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import type { CheckStatus } from '../../../lib/domain/checks/vocabulary.ts';

/** One piece of evidence, what a check must say of it, and what its explanation must name. */
export type KnownCase = {
  readonly claim: string;
  readonly evidence: StageEvidence;
  readonly parameters?: Record<string, unknown>;
  readonly status: CheckStatus;
  readonly measured?: string;
  readonly says: readonly string[];
  readonly saysNot?: readonly string[];
};

export const judge = (name: string, evidence: StageEvidence, parameters: Record<string, unknown> = {}) => {
  const check = CHECKS.find((known) => known.name === name);
  if (check === undefined) throw new Error(`no check is called ${name}`);
  return check.judge(evidence, parameters);
};

export const itJudges = (name: string, cases: readonly KnownCase[]): void => {
  it.each(cases)('$claim', ({ evidence, parameters, status, measured, says, saysNot = [] }) => {
    const verdict = judge(name, evidence, parameters);

    expect(verdict).toMatchObject({ status, ...(measured === undefined ? {} : { measured }) });
    expect(verdict.threshold).not.toBe('');
    for (const words of says) expect(verdict.explanation).toContain(words);
    for (const words of saysNot) expect(verdict.explanation).not.toContain(words);
  });
};
