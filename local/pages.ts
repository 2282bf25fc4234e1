import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Mail } from './mailbox.ts';

const style = `
:root { color-scheme: light dark; --ink: #1c1f23; --soft: #5b6470; --paper: #f6f5f2; --card: #fff; --line: #dcdad4; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --soft: #a3abb5; --paper: #16181b; --card: #1f2226; --line: #34383e; --link: #7db8f5; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); overflow-wrap: anywhere; }
p { margin: .25rem 0 1rem; }
.soft { color: var(--soft); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem; margin: .5rem 0 .75rem; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; border-top: 1px solid var(--line); padding-top: .75rem; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
.message h2 time { font-weight: normal; font-size: .85rem; color: var(--soft); margin-left: .25rem; }
.message h2 small, .modal small { font-weight: normal; font-size: .8rem; color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .5rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0 .25rem; }
.modal .buttons { justify-content: flex-end; border-top: 1px solid var(--line); padding-top: 1rem; }
button, .button { font: inherit; font-weight: 600; padding: .35rem .8rem; border: 1px solid var(--soft); border-radius: .35rem;
  background: var(--card); color: var(--ink); text-decoration: none; cursor: pointer; }
.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.danger { background: #c01343; border-color: #c01343; color: #fff; }
input:not([type=radio]), textarea { font: inherit; width: 100%; padding: .4rem .5rem; border: 1px solid var(--soft);
  border-radius: .35rem; background: var(--card); color: var(--ink); }
.reply { display: flex; gap: .5rem; align-items: end; }
.reply label { flex: 1; }
fieldset { border: 0; padding: 0; margin: 1rem 0; }
fieldset label { margin-right: 1rem; }
legend, .field label { font-weight: 600; overflow-wrap: anywhere; }
.field { margin: 1rem 0; }
.wrong { display: block; color: #d4153f; }
[role=alert] { border-left: .25rem solid #c01343; padding-left: .75rem; }
@media (prefers-color-scheme: dark) { .wrong { color: #ff8ba3; } }
`;

/** These pages run no script and load nothing, and approval links in them must not leak to other sites. */
const headersFor = (formAction: "'none'" | "'self'") => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

export const pageHeaders = headersFor("'none'");
/** Of pages with forms, which come back to this server. */
export const formHeaders = headersFor("'self'");

export function mailboxPage(mails: readonly Mail[]): string {
  const count = mails.length === 1 ? '1 mail' : `${mails.length} mails`;
  return page(
    'Mailbox',
    html`<h1>Mailbox</h1>
<p class="soft">Every mail that the local AWS sent, newest first: ${count}. <a href="/mailbox">Look again</a> · <a href="/">All doors</a></p>
${mails.length === 0 ? html`<article>No mail yet. When a release waits for approval, the mails of its approvers appear here.</article>` : ''}
${mails.map(mailArticle)}`,
  );
}

export interface Door {
  readonly href: string;
  readonly name: string;
  readonly what: string;
}

export function indexPage(doors: readonly Door[]): string {
  return page(
    'Assay on this machine',
    html`<h1>Assay on this machine</h1>
<p class="soft">Everything here is for trying: it is gone when the local AWS stops.</p>
${doors.map((door) => html`<article><h2><a href="${door.href}">${door.name}</a></h2>${door.what}</article>\n`)}`,
  );
}

function mailArticle(mail: Mail) {
  const time = mail.sentAt.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  return html`<article>
<h2>${mail.subject}</h2>
<dl>
<dt>From</dt><dd>${mail.from}</dd>
<dt>To</dt><dd>${mail.to.join(', ')}</dd>
<dt>Sent</dt><dd><time datetime="${mail.sentAt.toISOString()}">${time}</time></dd>
</dl>
<div class="text">${withLinks(mail.text)}</div>
</article>\n`;
}

/** A full stop or a bracket after an address belongs to the sentence and not to the address. */
const webAddress = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/;

function withLinks(text: string) {
  return text.split(webAddress).map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part));
}

export function page(title: string, body: ReturnType<typeof html>): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Assay</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`);
}
