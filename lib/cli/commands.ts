import type { Command } from './command.ts';

/** Loaded when called: verifying a ledger must not wait for the AWS SDK. */
export const COMMANDS: readonly { name: string; summary: string; load: () => Promise<{ command: Command }> }[] = [
  {
    name: 'init',
    summary: 'draft a release from a model and its predictions; needs no AWS',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'check',
    summary: 'run the checks of a release before you submit it; needs no AWS',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'sign',
    summary: 'sign the artifact of a release with a key of your own',
    load: () => import('./commands/sign.ts'),
  },
  { name: 'login', summary: 'sign in by a browser, for the other commands', load: () => import('./commands/login.ts') },
  { name: 'logout', summary: 'end the session of assay login', load: () => import('./commands/logout.ts') },
  {
    name: 'push',
    summary: 'upload the files of a release, and write down where they lie',
    load: () => import('./commands/push.ts'),
  },
  { name: 'submit', summary: 'request a release', load: () => import('./commands/submit.ts') },
  { name: 'status', summary: 'list releases, or show one in full', load: () => import('./commands/status.ts') },
  {
    name: 'release diff',
    summary: 'show what changed between two releases',
    load: () => import('./commands/release-diff.ts'),
  },
  {
    name: 'refusals',
    summary: 'list the manifests that were refused, and why',
    load: () => import('./commands/refusals.ts'),
  },
  {
    name: 'approvals withdraw',
    summary: 'withdraw a request for approval, or what was approved',
    load: () => import('./commands/approvals-withdraw.ts'),
  },
  {
    name: 'approvals list',
    summary: 'list the requests that wait, for whom and until when',
    load: () => import('./commands/approvals-list.ts'),
  },
  {
    name: 'approvals expiring',
    summary: 'list what ends soon',
    load: () => import('./commands/approvals-expiring.ts'),
  },
  {
    name: 'approvals remind',
    summary: 'remind the people who have not decided',
    load: () => import('./commands/approvals-remind.ts'),
  },
  {
    name: 'approvals resend',
    summary: 'send a lost message again',
    load: () => import('./commands/approvals-resend.ts'),
  },
  {
    name: 'conditions list',
    summary: 'list what an approval was given on condition of',
    load: () => import('./commands/conditions-list.ts'),
  },
  {
    name: 'conditions meet',
    summary: 'say that a condition of an approval is met',
    load: () => import('./commands/conditions-meet.ts'),
  },
  {
    name: 'gate',
    summary: 'ask whether a version of a model may be in production',
    load: () => import('./commands/gate.ts'),
  },
  { name: 'promote', summary: 'retry a failed promotion', load: () => import('./commands/promote.ts') },
  {
    name: 'rollback',
    summary: 'roll a model back to the previous release',
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'holds list',
    summary: 'list the models that are held after a rollback',
    load: () => import('./commands/holds-list.ts'),
  },
  {
    name: 'holds release',
    summary: 'let a model be promoted again after a rollback',
    load: () => import('./commands/holds-release.ts'),
  },
  {
    name: 'line stop',
    summary: 'stop all promotions at once, or those of a model',
    load: () => import('./commands/line-stop.ts'),
  },
  { name: 'line start', summary: 'let models be promoted again', load: () => import('./commands/line-start.ts') },
  {
    name: 'line show',
    summary: 'show whether promotions are stopped, by whom and why',
    load: () => import('./commands/line-show.ts'),
  },
  {
    name: 'break-glass request',
    summary: 'ask that a release be let past freezes and a stopped line',
    load: () => import('./commands/break-glass-request.ts'),
  },
  {
    name: 'break-glass confirm',
    summary: 'confirm that, as the second person',
    load: () => import('./commands/break-glass-confirm.ts'),
  },
  {
    name: 'break-glass end',
    summary: 'close it before its time',
    load: () => import('./commands/break-glass-end.ts'),
  },
  {
    name: 'break-glass document',
    summary: 'say what was done by it, and why',
    load: () => import('./commands/break-glass-document.ts'),
  },
  {
    name: 'break-glass list',
    summary: 'list what is open, and what is owed its documentation',
    load: () => import('./commands/break-glass-list.ts'),
  },
  {
    name: 'posture',
    summary: 'show how far the governance of each model has come, and the next step',
    load: () => import('./commands/posture.ts'),
  },
  { name: 'reviews list', summary: 'list what is due for a review', load: () => import('./commands/reviews-list.ts') },
  { name: 'reviews record', summary: 'record a review', load: () => import('./commands/reviews-record.ts') },
  {
    name: 'packages settle',
    summary: 'say that a package changed by hand is dealt with',
    load: () => import('./commands/packages-settle.ts'),
  },
  { name: 'canaries', summary: 'say which checks can be trusted', load: () => import('./commands/canaries.ts') },
  { name: 'renew', summary: 'renew an approval if nothing has changed', load: () => import('./commands/renew.ts') },
  {
    name: 'reverify',
    summary: 'make a check again on what was approved in a period',
    load: () => import('./commands/reverify.ts'),
  },
  {
    name: 'endpoints list',
    summary: 'list the endpoints and the models that they belong to',
    load: () => import('./commands/endpoints-list.ts'),
  },
  {
    name: 'endpoints adopt',
    summary: 'give an endpoint that Assay did not make to a model',
    load: () => import('./commands/endpoints-adopt.ts'),
  },
  {
    name: 'endpoints move',
    summary: 'move what a model serves to a new endpoint',
    load: () => import('./commands/endpoints-move.ts'),
  },
  {
    name: 'endpoints served',
    summary: 'show what an endpoint served since when',
    load: () => import('./commands/endpoints-served.ts'),
  },
  {
    name: 'outbox list',
    summary: 'list the mails and other side effects that failed for good',
    load: () => import('./commands/outbox-list.ts'),
  },
  { name: 'outbox redrive', summary: 'let them be tried again', load: () => import('./commands/outbox-redrive.ts') },
  {
    name: 'policy check',
    summary: 'validate a policy, an approver directory or a file of cases',
    load: () => import('./commands/policy-check.ts'),
  },
  {
    name: 'policy regimes',
    summary: 'map the clauses that hold on a day to controls, checks, evidence and questions',
    load: () => import('./commands/policy-regimes.ts'),
  },
  {
    name: 'policy test',
    summary: 'run a policy against a table of cases',
    load: () => import('./commands/policy-test.ts'),
  },
  {
    name: 'policy which',
    summary: 'show which policies apply to a model, and where each demand comes from',
    load: () => import('./commands/policy-which.ts'),
  },
  {
    name: 'people forget',
    summary: 'forget a person: empty their entry in the directory, and name its former versions',
    load: () => import('./commands/people-forget.ts'),
  },
  {
    name: 'policy diff',
    summary: 'show what became stricter and what looser',
    load: () => import('./commands/policy-diff.ts'),
  },
  {
    name: 'policy replay',
    summary: 'show which past releases a policy would decide differently',
    load: () => import('./commands/policy-replay.ts'),
  },
  {
    name: 'fairness',
    summary: 'measure predictions by group; needs no AWS',
    load: () => import('./commands/fairness.ts'),
  },
  { name: 'keys rotate', summary: 're-sign with the current keys', load: () => import('./commands/keys-rotate.ts') },
  { name: 'keys signed', summary: 'list what was signed in a period', load: () => import('./commands/keys-signed.ts') },
  {
    name: 'audit pull',
    summary: 'copy the audit ledger to a directory',
    load: () => import('./commands/audit-pull.ts'),
  },
  {
    name: 'audit verify',
    summary: 'verify a copied ledger; needs no AWS',
    load: () => import('./commands/audit-verify.ts'),
  },
  {
    name: 'audit archive',
    summary: 'list what of a copied ledger is locked until when, and held',
    load: () => import('./commands/audit-archive.ts'),
  },
  {
    name: 'audit hold set',
    summary: 'keep all that there is of a model, whatever its retention',
    load: () => import('./commands/audit-hold-set.ts'),
  },
  {
    name: 'audit hold lift',
    summary: 'agree that it is no longer kept; two auditors lift a hold',
    load: () => import('./commands/audit-hold-lift.ts'),
  },
  {
    name: 'audit hold list',
    summary: 'list the models that are legally held',
    load: () => import('./commands/audit-hold-list.ts'),
  },
  {
    name: 'ask',
    summary: 'ask the audit log: who approved, what was live, why, what changed',
    load: () => import('./commands/ask.ts'),
  },
  {
    name: 'audit rehearse',
    summary: 'rehearse an audit: ask every question, and verify a sample',
    load: () => import('./commands/audit-rehearse.ts'),
  },
  {
    name: 'lineage',
    summary: 'show what a release came from, and what else came from the same data',
    load: () => import('./commands/lineage.ts'),
  },
  {
    name: 'derive rebuild',
    summary: 'make the rows again that questions are asked of, or compare them with the log',
    load: () => import('./commands/derive-rebuild.ts'),
  },
  {
    name: 'report',
    summary: 'report accesses, approvals and data sanitisation from a copied ledger; needs no AWS',
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'verify',
    summary: 'verify a governance record, or an answer of the gate; needs no AWS',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'local reload',
    summary: 'let the local AWS take a changed policy and changed approvers',
    load: () => import('./commands/local-reload.ts'),
  },
  {
    name: 'as-of',
    summary: 'what served and what waited at an instant, from a copy of the ledger; needs no AWS',
    load: () => import('./commands/as-of.ts'),
  },
  {
    name: 'rebuild',
    summary: 'fill an empty table from a copy of the ledger',
    load: () => import('./commands/rebuild.ts'),
  },
  {
    name: 'table move',
    summary: 'after an upgrade: move the rows of a former version',
    load: () => import('./commands/table-move.ts'),
  },
];
