/** The layout of every page, and the headers that it is served with. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Instant } from '../../domain/identifiers.ts';
import { madeReadable } from '../../domain/readable.ts';
import { STYLE, STYLE_SOURCE } from './style.ts';
import { instantInWords, inZone } from './wording.ts';

/** Markup in which every value was escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

type Page = {
  readonly title: string;
  /** Who is looking, where that is known. */
  readonly viewer?: string;
  /** The way to the other pages, where there are some. Such a page is wide: it has tables. */
  readonly nav?: Html;
  readonly main: Html;
  readonly footer?: Html;
};

export const page = ({ title, viewer, nav, main, footer }: Page): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow">
<meta name="format-detection" content="telephone=no">
<title>${title} · Assay</title>
<style>${raw(STYLE)}</style>
</head>
<body${nav === undefined ? '' : raw(' class="wide"')}>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar"><div><span class="brand">Assay</span>${viewer ? html`<small><bdi>${viewer}</bdi></small>` : ''}</div></header>
${nav ?? ''}
<main id="main">${main}</main>
<footer>${footer ?? html`<p>Assay keeps every decision in an append-only audit ledger.</p>`}</footer>
</body>
</html>
`;

/**
 * A page runs no script, loads nothing, cannot be framed, and posts only to its own origin. Neither the page nor its
 * address is kept or sent anywhere, because the address is a credential: it lets its reader decide. `formsLeadTo` are the origins that the
 * answer to a form may redirect to.
 */
export const securityHeaders = (isHttps: boolean, formsLeadTo: readonly string[] = []) => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    ["form-action 'self'", ...formsLeadTo].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cross-Origin-Resource-Policy': 'same-origin',
  ...(isHttps
    ? {
        'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
        'Cross-Origin-Opener-Policy': 'same-origin',
      }
    : {}),
});

export const time = (instant: Instant): Html => html`<time datetime="${instant}">${instantInWords(instant)}</time>`;

/** A deadline as the clock of the reader shows it, and in UTC. */
export const deadline = (instant: Instant, timeZone: string | undefined): Html =>
  timeZone === undefined
    ? time(instant)
    : html`<time datetime="${instant}">${inZone(instant, timeZone)} (${instantInWords(instant)})</time>`;

/** What somebody wrote, but for what no reader can see. It turns no text around it. */
export const asWritten = (text: string): Html => html`<bdi>${madeReadable(text)}</bdi>`;

/** A digest in full: one tap selects all of it. */
export const digest = (sha256: string): Html => html`<code class="digest">${sha256}</code>`;
