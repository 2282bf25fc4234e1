import * as z from 'zod';

const STANDARD = /^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/;
const URL_SAFE = /^[A-Za-z0-9_\-\r\n]*={0,2}[\r\n]*$/;

/** Whether a text is base64, in the alphabet of RFC 4648 section 4 or the one for URLs, padded or not, in one line or many. */
export const isBase64 = (text: string): boolean =>
  (STANDARD.test(text) || URL_SAFE.test(text)) && text.replaceAll(/[\r\n=]/g, '').length % 4 !== 1;

/** The bytes of such a text. DSSE lets a signer use either alphabet, and readers must take both. */
export const Base64Bytes = z
  .string()
  .refine(isBase64, 'is not base64')
  .transform((text) => Buffer.from(text, 'base64'));
