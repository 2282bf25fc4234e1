import { html } from 'hono/html';
import type { LoweredDemands } from '../../domain/approval/lowered-demands.ts';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import type { Approval, ApprovalRequest, Invitation } from '../../domain/records/approval.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { FormerDecision } from '../../domain/records/former-decision.ts';
import type { Release } from '../../domain/release/release.ts';
import { servingSha256 } from '../../domain/release/serving-specification.ts';
import { formerInWords, namedInWords } from '../parts/former-in-words.ts';
import { passesInWords } from '../parts/known-in-words.ts';
import { consentInWords, lostInWords, unansweredInWords } from '../parts/override-in-words.ts';
import { instantInWords, oneLine, roleInSentence } from '../parts/wording.ts';

export type ApprovalMailInput = {
  readonly person: PersonRecord;
  readonly invitation: Invitation;
  readonly request: ApprovalRequest;
  readonly release: Release;
  readonly checks: readonly CheckRecord[];
  /** Undefined if the requester is not in the directory: then the mail shows the id instead of a name. */
  readonly requester: PersonRecord | undefined;
  /** What is stored under the name of the person already. It does not count, and has to be decided again. */
  readonly unsigned: Pick<Approval, 'timestamp'> | undefined;
  /** What was decided before about this content or version. */
  readonly former: readonly FormerDecision[];
  /** What is no longer asked for if the tier is lowered; undefined if it is not. */
  readonly lowered?: LoweredDemands | undefined;
  /** Names by person id, for those who are in the directory. */
  readonly names: ReadonlyMap<string, string>;
  readonly link: string;
};

/** The mail that brings one person their one link, and says what opening it does and does not do. */
export const approvalMail = (input: ApprovalMailInput): { subject: string; text: string; html: string } => {
  const words = wordsOf(input);
  return {
    subject: `${words.again === '' ? 'Approval needed' : 'Please decide again'}: ${words.what}, by ${words.deadline}`,
    text: textOf(words),
    html: String(htmlOf(words)),
  };
};

type Words = ReturnType<typeof wordsOf>;

const wordsOf = ({
  person,
  invitation,
  request,
  release,
  checks,
  requester,
  unsigned,
  link,
  ...before
}: ApprovalMailInput) => ({
  what: oneLine(`${request.modelName} ${request.modelVersion}`),
  name: oneLine(person.name),
  role: roleInSentence(invitation.role),
  requester: oneLine(requester?.name ?? request.requestedBy),
  deadline: instantInWords(request.expiresAt),
  again: unsigned === undefined ? '' : againSentence(unsigned),
  before: [...loweredInWords(release, before.lowered), ...beforeInWords(before.former, before.names, release)],
  waiting: `If there is no decision by then, ${unansweredInWords(release)}. Waiting, or replying to this mail, never approves anything.`,
  passes: passesInWords(checks),
  link,
  facts: [
    ['Model', request.modelName],
    ['Version', oneLine(request.modelVersion)],
    ['Risk tier', tierInWords(release)],
    ['Release', release.releaseId],
    ['Artifact SHA-256', request.artifactSha256],
    ...servedFacts(release),
    ['Evidence digest', request.evidenceDigest],
  ] as const,
});

const tierInWords = ({ riskTier, tierOverride }: Release): string =>
  tierOverride === undefined ? riskTier : `${riskTier}, in place of ${tierOverride.computed}`;

const loweredInWords = ({ tierOverride }: Release, lost: LoweredDemands | undefined): string[] => {
  if (tierOverride === undefined) return [];
  const { declared, computed, rule, reason } = tierOverride;
  return [
    `You are asked to lower the risk tier from ${computed}, by rule ${rule}, to ${declared}. The requester's reason: ${oneLine(reason)}`,
    ...(lost === undefined ? [] : lostInWords(lost, computed)),
    consentInWords(tierOverride),
  ];
};

/** Each on its own line: what a person reads first, whatever their mail client shows of the rest. */
const beforeInWords = (
  former: readonly FormerDecision[],
  names: ReadonlyMap<string, string>,
  release: Release,
): string[] => {
  const { shown, more } = formerInWords(former, names);
  const answer = release.manifest.denial_answer;
  return [
    ...shown.map(
      ({ who, what, releaseId, decidedAt, why }) =>
        `${who} ${what}, as release ${releaseId}, on ${instantInWords(decidedAt)}: ${oneLine(why)}`,
    ),
    ...(more === 0 ? [] : [`And ${more} more, all of them in the audit ledger.`]),
    ...namedInWords(release, former, names),
    ...(former.length === 0 || answer === undefined ? [] : [`The requester answers: ${oneLine(answer)}`]),
  ];
};

const againSentence = ({ timestamp }: Pick<Approval, 'timestamp'>): string =>
  `The decision that is stored under your name, of ${instantInWords(timestamp)}, does not count, because Assay did not sign it as it does now. Please decide again. If you never decided about this release, tell your platform owner at once.`;

/** What serves, without the values of the environment: a mail is forwarded, and kept in places that nobody knows. */
const servedFacts = ({ serving }: Release): (readonly [string, string])[] =>
  serving === undefined
    ? []
    : [
        ['Image', serving.image],
        ...(serving.model_data.locked_copy_uri === undefined
          ? []
          : [['Served from', `locked copy ${serving.model_data.locked_copy_uri}`] as const]),
        ['Environment', Object.keys(serving.environment).sort().join(', ') || 'none'],
        ['Endpoint', `${serving.endpoint_name}, ${serving.instance_count} × ${serving.instance_type}`],
        ['Serving digest', servingSha256(serving)],
      ];

const OPENING =
  'Opening the link only shows the evidence and decides nothing. To decide, answer the checklist on the page, type the model version, and press Approve or Deny.';
const PRIVATE =
  'This link is for you only: a decision made through it is recorded under your name. Please do not forward it.';

const textOf = (words: Words): string =>
  [
    `${words.name},`,
    '',
    ...words.before.flatMap((line) => [line, '']),
    `${words.requester} asks you, as ${words.role}, whether ${words.what} may go to production.`,
    ...(words.again === '' ? [] : ['', words.again]),
    ...(words.passes === '' ? [] : ['', words.passes]),
    '',
    'Read the evidence and decide here:',
    words.link,
    '',
    `Deadline: ${words.deadline}`,
    '',
    OPENING,
    PRIVATE,
    words.waiting,
    '',
    ...words.facts.map(([label, value]) => `${label}: ${value}`),
    '',
    `You received this mail because the approver directory lists you as ${words.role}.`,
    '',
  ].join('\n');

/** Mail clients do not support style sheets reliably, so the few styles are on the elements. */
const htmlOf = (words: Words) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Approval needed: ${words.what}</title></head>
<body style="margin:0;background:#f3f5f7;color:#17212b;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:24px 16px"><div style="background:#ffffff;border:1px solid #d5dce3;border-radius:8px;padding:24px">
<p style="margin:0 0 16px;font-weight:bold;color:#0f2a47">Assay</p>
<p>${words.name},</p>
${words.before.map((line) => html`<p style="border-left:4px solid #b3261e;padding-left:12px">${line}</p>`)}
<p>${words.requester} asks you, as ${words.role}, whether <strong>${words.what}</strong> may go to production.</p>
${words.again === '' ? '' : html`<p><strong>${words.again}</strong></p>`}
${words.passes === '' ? '' : html`<p>${words.passes}</p>`}
<p style="margin:24px 0"><a href="${words.link}" style="display:inline-block;background:#0f2a47;color:#ffffff;text-decoration:none;font-weight:bold;padding:12px 24px;border-radius:6px">Read the evidence and decide</a></p>
<p>Deadline: <strong>${words.deadline}</strong></p>
<p>${OPENING}</p><p>${PRIVATE}</p><p>${words.waiting}</p>
<table style="border-collapse:collapse;font-size:14px">${words.facts.map(([label, value]) => html`<tr><td style="padding:4px 12px 4px 0;color:#4d5b69;vertical-align:top;white-space:nowrap">${label}</td><td style="padding:4px 0;word-break:break-all">${value}</td></tr>`)}</table>
<p style="font-size:13px;color:#4d5b69;margin:24px 0 0">You received this mail because the approver directory lists you as ${words.role}.</p>
</div></div></body></html>`;
