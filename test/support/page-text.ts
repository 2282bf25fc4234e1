/** What a person reads of a page, without its markup. */
import type { Html } from '../../lib/web/parts/layout.ts';

export const textOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .replace(/ ([,.:;])/g, '$1');

export const read = async (page: Html): Promise<string> => textOf(String(await page));
