import { type Mail, readMails } from './mailbox.ts';

/** The link in a mail, if it is one that asks for an approval. */
export const approvalLink = (mail: Mail): string | undefined => /https?:\/\/\S+\/a\/[\w.-]+/.exec(mail.text)?.[0];

/** The mails that ask for approval of a release, one for each person. */
export async function approvalMails(endpoint: string, modelVersion: string): Promise<Mail[]> {
  const mails = await readMails(endpoint);
  return mails.filter((mail) => approvalLink(mail) !== undefined && mail.subject.includes(modelVersion));
}

/** Opens the page of a link as a browser does, and sends the form back with every question answered yes. */
export async function approveInBrowser(link: string, confirmation: string): Promise<{ status: number; page: string }> {
  const page = await fetch(link);
  const html = await page.text();
  if (!page.ok) return { status: page.status, page: html };
  const cookies = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const form = new URLSearchParams({
    decision: 'approve',
    confirmation,
    comment: 'Reviewed with the evidence at hand.',
  });
  for (const [, name = '', value = ''] of html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    form.set(name, value);
  }
  for (const [, name = ''] of html.matchAll(/name="(checklist\.[^"]+)"/g)) form.set(name, 'yes');
  const answer = await fetch(link, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: cookies.join('; '),
      origin: new URL(link).origin,
      'sec-fetch-site': 'same-origin',
    },
    body: form,
  });
  return { status: answer.status, page: await answer.text() };
}
