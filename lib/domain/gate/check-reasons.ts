/** The reasons for which the gate denies because of a check, and which check is behind a reason. */
import type { CheckRecord } from '../records/check-record.ts';
import type { Reason } from '../release/release.ts';

type Judged = Pick<CheckRecord, 'name' | 'status'>;

export const notRun = ({ stage, name }: { readonly stage: string; readonly name: string }): Reason => ({
  rule: name,
  evidence: '',
  explanation: `check ${name} of ${stage} was not run`,
});

export const notPassed = (check: Judged & Pick<CheckRecord, 'evidenceSha256' | 'explanation'>): Reason => ({
  rule: check.name,
  evidence: check.evidenceSha256,
  explanation: `${check.status}: ${check.explanation}`,
});

/**
 * How the check ended that a reason is about; undefined if it is about none. A custom check may have the name of a rule, so
 * its name alone does not say.
 */
export const checkBehind = (
  { rule, explanation }: Pick<Reason, 'rule' | 'explanation'>,
  checks: readonly Judged[],
): string | undefined => {
  const found = checks.find(({ name, status }) => name === rule && explanation.startsWith(`${status}: `));
  if (found !== undefined) return found.status;
  return explanation.startsWith(`check ${rule} of `) && explanation.endsWith(' was not run') ? 'not_run' : undefined;
};
