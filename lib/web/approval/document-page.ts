/** One evidence file as text. Whoever wrote it may want to be taken for the page, so a browser runs and loads nothing of it. */
import { html, raw } from 'hono/html';
import { madeReadable } from '../../domain/readable.ts';
import type { EvidenceFile } from '../../domain/release/evidence-files.ts';
import type { Release } from '../../domain/release/release.ts';
import { digest, type Html, page } from '../parts/layout.ts';
import { STYLE_SOURCE } from '../parts/style.ts';
import { sizeInWords, titleOf } from '../parts/wording.ts';
import { laidOut } from './laid-out.ts';

/**
 * The sandbox gives the file an origin of its own, without scripts, forms and plugins, also if a browser takes it for another
 * type. Browsers refuse a sandboxed page that asks for an opener policy, so there is none.
 */
export const documentHeaders = {
  'Content-Security-Policy': [
    'sandbox',
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'unsafe-none',
} as const;

type Document = {
  readonly file: EvidenceFile;
  readonly release: Pick<Release, 'modelName' | 'modelVersion'>;
  readonly text: string;
};

export const documentPage = ({ file, release, text }: Document): Html => {
  const { markup, isLaidOut } = shown(text);
  const about = `${release.modelName} ${release.modelVersion}`;
  return page({
    title: `${titleOf(file.name)} of ${about}`,
    main: html`<h1>${titleOf(file.name)}</h1>
<p class="lead">Evidence of ${release.modelName} <span class="number">${release.modelVersion}</span>, as it was kept: these bytes are part of what you sign.</p>
<section aria-label="The file"><dl class="facts">
<div><dt>Name</dt><dd><code>${file.name}</code></dd></div>
<div><dt>Size</dt><dd>${sizeInWords(file.sizeBytes)}</dd></div>
<div class="wide"><dt>SHA-256</dt><dd>${digest(file.sha256)}</dd></div></dl>
<p class="note">${isLaidOut ? 'Line breaks were added between the values, and nothing else. ' : ''}Characters that nobody sees are shown as �; the download has them.</p></section>
<section aria-label="Its text"><pre class="document">${raw(markup)}</pre></section>`,
    footer: html`<p>Close this tab to go back to the decision. Nothing was recorded; your decision will say that this file was opened from its page.</p>`,
  });
};

/** A Lambda answers with 6 MiB at most, which is JSON. A megabyte of `&` as it was written is five of markup, and fits. */
const MARKUP_MAX_BYTES = 6_000_000;

const shown = (text: string): { readonly markup: string; readonly isLaidOut: boolean } => {
  const written = text.replaceAll('\r\n', '\n');
  const laid = laidOut(written);
  const markup = laid && escaped(madeReadable(laid));
  return markup !== undefined && bytesInAnswer(markup) <= MARKUP_MAX_BYTES
    ? { markup, isLaidOut: true }
    : { markup: escaped(madeReadable(written)), isLaidOut: false };
};

/** Quotation marks and line breaks are two bytes there. */
const bytesInAnswer = (markup: string): number => Buffer.byteLength(JSON.stringify(markup));

/** Within an element: quotation marks are text there, and would be six characters each. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
