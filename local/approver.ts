/** What approvers do: read their mail, open the link in it, and send the form back. */
import { type Mail, readMails } from './mailbox.ts';

/** The link in a mail, if the mail asks for an approval. */
export const approvalLink = (mail: Mail): string | undefined => /https?:\/\/\S+\/a\/[\w.-]+/.exec(mail.text)?.[0];

/** The mails that ask for approval of a release, one for each person. */
export async function approvalMails(endpoint: string, modelVersion: string): Promise<Mail[]> {
  const mails = await readMails(endpoint);
  return mails.filter((mail) => approvalLink(mail) !== undefined && mail.subject.includes(modelVersion));
}

/** A page that a browser was served, with the cookie that came with it. */
export type OpenPage = {
  readonly link: string;
  readonly status: number;
  readonly page: string;
  readonly cookie: string;
};

export async function openInBrowser(link: string): Promise<OpenPage> {
  const answer = await fetch(link);
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return { link, status: answer.status, page: await answer.text(), cookie };
}

export type Decision = {
  readonly decision: 'approve' | 'deny' | 'request_changes';
  /** The model version, as the person types it. */
  readonly confirmation: string;
  readonly comment: string;
  /** What an approval is given on condition of, by the names of the fields. */
  readonly [condition: `conditions.${number}.${'text' | 'owner' | 'due'}`]: string;
};

/** Sends the form of a page back as a browser does, with every question answered yes. */
export async function decideInBrowser({ link, page, cookie }: OpenPage, decision: Decision): Promise<OpenPage> {
  const form = new URLSearchParams(decision);
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    form.set(name, value);
  }
  for (const [, name = ''] of page.matchAll(/name="(checklist\.[^"]+)"/g)) form.set(name, 'yes');
  const answer = await fetch(link, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie,
      origin: new URL(link).origin,
      'sec-fetch-site': 'same-origin',
    },
    body: form,
  });
  return { link, status: answer.status, page: await answer.text(), cookie };
}

/** Opens the page of a link and approves. */
export async function approveInBrowser(link: string, confirmation: string): Promise<OpenPage> {
  const opened = await openInBrowser(link);
  if (opened.status !== 200) return opened;
  return decideInBrowser(opened, {
    decision: 'approve',
    confirmation,
    comment: 'Reviewed with the evidence at hand.',
  });
}
