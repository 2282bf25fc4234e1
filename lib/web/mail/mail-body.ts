/** The one look of all mails. Text and HTML are made of the same parts, so neither says more than the other. */
import { html } from 'hono/html';

/** `alert` is what nobody may miss, `lead` what the mail is about, `small` what most people need not read. */
export type MailPart =
  | { readonly look: 'alert' | 'lead' | 'text' | 'small'; readonly text: string }
  | { readonly look: 'list'; readonly items: readonly string[] }
  | { readonly look: 'button'; readonly text: string; readonly link: string }
  | { readonly look: 'facts'; readonly facts: readonly (readonly [label: string, value: string])[] };

export type MailText = { readonly subject: string; readonly text: string; readonly html: string };

type MailContent = { readonly subject: string; readonly name: string; readonly parts: readonly MailPart[] };

export const mailOf = ({ subject, name, parts }: MailContent): MailText => {
  const shown = parts.filter((part) => !isEmpty(part));
  return {
    subject,
    text: [`${name},`, ...shown.map(partInText), ''].join('\n\n').trimEnd().concat('\n'),
    html: String(htmlOf({ subject, name, parts: shown })),
  };
};

const isEmpty = (part: MailPart): boolean =>
  part.look === 'list' ? part.items.length === 0 : part.look === 'facts' ? part.facts.length === 0 : part.text === '';

const partInText = (part: MailPart): string => {
  switch (part.look) {
    case 'list':
      return part.items.map((item) => `- ${item}`).join('\n');
    case 'button':
      return `${part.text}:\n${part.link}`;
    case 'facts':
      return part.facts.map(([label, value]) => `${label}: ${value}`).join('\n');
    default:
      return part.text;
  }
};

/**
 * Mail clients do not support style sheets reliably, so the styles are on the elements. Clients that know dark mode and style
 * sheets take the colours below; others invert those on the elements, which are plain enough for that.
 */
const DARK =
  ':root{color-scheme:light dark;supported-color-schemes:light dark}@media (prefers-color-scheme:dark){' +
  '.ground{background:#10171e!important}.paper{background:#182129!important;border-color:#34414e!important}' +
  '.ink{color:#e4eaf0!important}.muted{color:#a9b6c3!important}.alert{border-color:#ff9ea3!important}' +
  '.button{background:#8ec1f5!important;color:#0a1b2e!important}}';

const htmlOf = ({ subject, name, parts }: MailContent) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${subject}</title><style>${DARK}</style></head>
<body class="ground ink" style="margin:0;background:#f3f5f7;color:#17212b;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:24px 16px"><div class="paper" style="background:#ffffff;border:1px solid #d5dce3;border-radius:8px;padding:24px;overflow-wrap:anywhere">
<p class="muted" style="margin:0 0 16px;font-weight:bold;color:#4d5b69">Assay</p>
<p class="ink" style="margin:0 0 16px">${name},</p>
${parts.map(partInHtml)}
</div></div></body></html>`;

const partInHtml = (part: MailPart) => {
  switch (part.look) {
    case 'alert':
      return html`<p class="alert ink" style="margin:0 0 16px;border-left:4px solid #b3261e;padding-left:12px">${part.text}</p>`;
    case 'lead':
      return html`<p class="ink" style="margin:0 0 16px;font-size:18px;font-weight:bold">${part.text}</p>`;
    case 'text':
      return html`<p class="ink" style="margin:0 0 16px">${part.text}</p>`;
    case 'small':
      return html`<p class="muted" style="margin:16px 0 0;font-size:13px;color:#4d5b69">${part.text}</p>`;
    case 'list':
      return html`<ul class="ink" style="margin:0 0 16px;padding-left:20px">${part.items.map((item) => html`<li style="margin:0 0 8px">${item}</li>`)}</ul>`;
    case 'button':
      return html`<p style="margin:24px 0"><a class="button" href="${part.link}" style="display:inline-block;background:#0f2a47;color:#ffffff;text-decoration:none;font-weight:bold;padding:12px 24px;border-radius:6px">${part.text}</a></p>`;
    case 'facts':
      return html`<table style="border-collapse:collapse;font-size:14px;margin:0 0 16px">${part.facts.map(([label, value]) => html`<tr><td class="muted" style="padding:4px 12px 4px 0;color:#4d5b69;vertical-align:top;white-space:nowrap">${label}</td><td class="ink" style="padding:4px 0;word-break:break-all">${value}</td></tr>`)}</table>`;
  }
};
