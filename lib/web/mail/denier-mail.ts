import { html } from 'hono/html';
import type { NamedDenier } from '../../domain/approval/named-deniers.ts';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import type { ApprovalRequest } from '../../domain/records/approval.ts';
import type { Release } from '../../domain/release/release.ts';
import { oneLine } from '../parts/wording.ts';

export type DenierMailInput = {
  readonly person: PersonRecord;
  readonly request: ApprovalRequest;
  readonly release: Release;
  readonly denier: NamedDenier;
};

/** The mail that tells somebody that a release names them as its maker, after they denied its content or version. */
export const denierMail = (input: DenierMailInput): { subject: string; text: string; html: string } => {
  const words = wordsOf(input);
  return { subject: `You are named as a maker: ${words.what}`, text: textOf(words), html: String(htmlOf(words)) };
};

type Words = ReturnType<typeof wordsOf>;

const wordsOf = ({ person, request, release, denier: { denial, fields } }: DenierMailInput) => ({
  what: oneLine(`${request.modelName} ${request.modelVersion}`),
  name: oneLine(person.name),
  release: release.releaseId,
  facts: `You denied ${denial.isOfContent ? 'these very bytes' : 'this version'} as release ${denial.releaseId}. This release names you in ${fields.join(' and ')}, so you are not asked to approve it.`,
  untrue: 'If you did not make it, tell your platform owner at once, and the people who are asked.',
});

const textOf = ({ name, what, release, facts, untrue }: Words): string =>
  [`${name},`, '', `Others are asked to approve ${what}.`, facts, '', `Release: ${release}`, '', untrue, ''].join('\n');

const htmlOf = ({ name, what, release, facts, untrue }: Words) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>You are named as a maker: ${what}</title></head>
<body style="margin:0;background:#f3f5f7;color:#17212b;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:24px 16px"><div style="background:#ffffff;border:1px solid #d5dce3;border-radius:8px;padding:24px">
<p style="margin:0 0 16px;font-weight:bold;color:#0f2a47">Assay</p>
<p>${name},</p>
<p>Others are asked to approve <strong>${what}</strong>. ${facts}</p>
<p>Release: ${release}</p>
<p>${untrue}</p>
</div></div></body></html>`;
