/** What people do about the reasons for which a release does not go to production: `assay gate`, `assay status` and the refusal of a promotion say it in these words. */
import type { Reason } from '../release/release.ts';

/** The remedies for these reasons, each once. A reason of which only its own explanation can say what to do has none. */
export const remediesOf = (reasons: readonly Pick<Reason, 'rule'>[]): string[] => [
  ...new Set(reasons.flatMap(({ rule }) => REMEDIES.get(rule) ?? [])),
];

/** By the rule of the reason. What a check found is mended in the model or its evidence, and needs another release. */
const REMEDIES = new Map(
  Object.entries({
    release: 'Request the release: assay submit MANIFEST.',
    artifact_sha256: 'Deploy the bytes that were approved, or request a release of these.',
    approval_request: 'Wait for the people who are asked: assay approvals list.',
    quorum: 'Wait for the people who are asked: assay approvals list.',
    approval_expiry: 'The approval has run out: request the release again.',
    approval_revoked: 'Somebody took the approval back: request the release again.',
    approval_suspended:
      'What suspends the approval has to end: a condition is met (assay conditions list), a rejection of the package is settled (assay packages settle), a check passes again (assay reverify).',
    canary:
      'Whoever runs Assay mends the check, or makes it again once its canary holds: assay canaries, assay reverify.',
    hold: 'Operators release the hold when its incident is dealt with: assay holds list, assay holds release.',
    line: 'An operator starts the line again, and then the promotion: assay line start, assay promote. What cannot wait, two people let past: assay break-glass request.',
    break_glass: 'A break-glass opens it only while it is in force: assay break-glass list.',
    break_glass_undocumented: 'Say what was done by the break-glass: assay break-glass document.',
    rollback: 'Wait until the rollback has ended.',
    move: 'Wait until the endpoint has moved: assay endpoints list.',
    freeze:
      'Wait until the window ends. Where the promotion was refused, an operator asks again then: assay promote. What cannot wait, two people let past: assay break-glass request.',
    deployment_strategy:
      'If an alarm or the endpoint is not ready for the strategy, mend that and ask again: assay promote. If the policy asks for another strategy, write it into the manifest and request the release again.',
    rollback_target: 'Something else went into production meanwhile: request the release again.',
    model_version:
      'This version, or a later one, has been in production meanwhile: request the release again by a later version.',
    endpoint:
      'Move the model (assay endpoints move), give it the endpoint (assay endpoints adopt), or request the release again for the endpoint of its model.',
    model_package:
      'Undo what was changed in the model package by hand, or request the release again with a package of its own.',
  }),
);
