import { html } from 'hono/html';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import type { ApprovalRequest } from '../../domain/records/approval.ts';
import type { Reason, Release } from '../../domain/release/release.ts';
import { oneLine } from '../parts/wording.ts';

export type OutcomeMailInput = {
  readonly person: PersonRecord;
  readonly request: ApprovalRequest;
  readonly release: Release;
  /** Why the request ended without a decision. */
  readonly reason: Reason;
};

/** The mail that tells somebody who was asked for a decision that it is no longer wanted. */
export const outcomeMail = (input: OutcomeMailInput): { subject: string; text: string; html: string } => {
  const words = wordsOf(input);
  return { subject: `Withdrawn: ${words.what}`, text: textOf(words), html: String(htmlOf(words)) };
};

type Words = ReturnType<typeof wordsOf>;

const wordsOf = ({ person, request, release, reason }: OutcomeMailInput) => ({
  what: oneLine(`${request.modelName} ${request.modelVersion}`),
  name: oneLine(person.name),
  release: release.releaseId,
  why: oneLine(reason.explanation),
  // An approval is there as soon as the record of all decisions has been signed.
  ...(release.approvedAt === undefined ? ASKED : APPROVED),
});

const ASKED = {
  before: 'The request to approve ',
  after: ' has been withdrawn.',
  closed: 'Your decision is no longer needed, and your link no longer works. What you decided before stays on record.',
};
const APPROVED = {
  before: 'The release of ',
  after: ' was approved, and has been withdrawn before it went to production. It will not go there.',
  closed: 'There is nothing to do. What you decided stays on record.',
};
const AGAIN = 'If it is requested again, you will get a new link.';

const textOf = ({ name, what, before, after, closed, release, why }: Words): string =>
  [`${name},`, '', `${before}${what}${after}`, '', `Release: ${release}`, `Why: ${why}`, '', closed, AGAIN, ''].join(
    '\n',
  );

const htmlOf = ({ name, what, before, after, closed, release, why }: Words) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Withdrawn: ${what}</title></head>
<body style="margin:0;background:#f3f5f7;color:#17212b;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:24px 16px"><div style="background:#ffffff;border:1px solid #d5dce3;border-radius:8px;padding:24px">
<p style="margin:0 0 16px;font-weight:bold;color:#0f2a47">Assay</p>
<p>${name},</p>
<p>${before}<strong>${what}</strong>${after}</p>
<p>Release: ${release}<br>Why: ${why}</p>
<p>${closed} ${AGAIN}</p>
</div></div></body></html>`;
