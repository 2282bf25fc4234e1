/** What the people behind a release do about the reasons that it was rejected for, before they request it again. */
import type { CheckStatus } from '../checks/vocabulary.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reason } from '../release/release.ts';
import { checkBehind } from './check-reasons.ts';

/** Of checks that did not pass, by their status. */
const CHECKS = new Map<string, string>(
  Object.entries({
    failed: 'Change the model or its data until this holds.',
    inconclusive: 'Bring more rows, so that it can be decided.',
    not_provided: 'Bring the evidence that this check reads.',
    error: 'Assay could not make this check: ask your platform owner to look at it.',
  } satisfies Record<Exclude<CheckStatus, 'passed'>, string>),
);

const OTHER_BYTES = 'Upload the bytes that the manifest means, or correct the digest in it.';

/** Of other rules, by what they begin with. */
const RULES = new Map([
  ['artifact_sha256', OTHER_BYTES],
  ['evidence_sha256', OTHER_BYTES],
  ['additional_model_data', OTHER_BYTES],
  ['fault', 'Assay broke on this release: ask your platform owner to look at it before you request it again.'],
  ['changes_requested', 'Make the changes, and name this release in `answers` of the next one.'],
  ['tier_override', 'Request it at its own tier, or see that the people who may lower it answer in time.'],
]);

/** What to mend for a reason; empty where the reason itself has to say. */
export const mendingOf = (
  reason: Pick<Reason, 'rule' | 'explanation'>,
  checks: readonly Pick<CheckRecord, 'name' | 'status'>[],
): string => {
  const ended = checkBehind(reason, checks);
  return (ended === undefined ? RULES.get(reason.rule.replace(/\..*/, '')) : CHECKS.get(ended)) ?? '';
};
