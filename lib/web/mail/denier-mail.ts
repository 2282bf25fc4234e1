import type { NamedDenier } from '../../domain/approval/named-deniers.ts';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import type { ApprovalRequest } from '../../domain/records/approval.ts';
import type { Release } from '../../domain/release/release.ts';
import { oneLine } from '../parts/wording.ts';
import { type MailText, mailOf } from './mail-body.ts';

export type DenierMailInput = {
  readonly person: PersonRecord;
  readonly request: ApprovalRequest;
  readonly release: Release;
  readonly denier: NamedDenier;
};

/** The mail that tells somebody that a release names them as its maker, after they denied its content or version. */
export const denierMail = ({ person, request, release, denier: { denial, fields } }: DenierMailInput): MailText => {
  const what = oneLine(`${request.modelName} ${request.modelVersion}`);
  return mailOf({
    subject: `You are named as a maker: ${what}`,
    name: oneLine(person.name),
    parts: [
      { look: 'lead', text: `Others are asked to approve ${what}, and you are not.` },
      {
        look: 'text',
        text: `You denied ${denial.isOfContent ? 'these very bytes' : 'this version'} as release ${denial.releaseId}. This release names you in ${fields.join(' and ')}, so you are not asked to approve it.`,
      },
      {
        look: 'alert',
        text: 'If you did not make it, tell your platform owner at once, and the people who are asked.',
      },
      { look: 'facts', facts: [['Release', release.releaseId]] },
    ],
  });
};
