import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Sha256 } from '../identifiers.ts';

/** What may be hashed or signed: integers and strings only, so that no two readers print a number differently. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

/**
 * The one serialisation of what is hashed or signed: RFC 8785, restricted to safe integers, strings, booleans, arrays
 * and objects. Throws on everything else (a fraction, NaN, undefined, null, a lone surrogate), which is a bug of the
 * caller and never bad input.
 */
export const canonicalJson = (value: CanonicalValue): Uint8Array => {
  assertCanonical(value, '$');
  return new TextEncoder().encode(canonicalize(value));
};

/** SHA-256 of the canonical bytes, in hexadecimal. */
export const canonicalSha256 = (value: CanonicalValue): Sha256 => sha256(canonicalJson(value));

export const sha256 = (bytes: Uint8Array | string): Sha256 =>
  Sha256.parse(createHash('sha256').update(bytes).digest('hex'));

/** Any JSON value as one line, fractions included: what binds it binds these bytes, and nobody prints them again. */
// The cast holds: only `undefined` has no JSON.
export const jsonLine = (value: object): Uint8Array => new TextEncoder().encode(canonicalize(value) as string);

/**
 * The digest of any JSON value, fractions included, by which two readings of the same rows are known to be the same. It is no
 * digest to sign: readers may print a fraction in two ways.
 */
export const jsonSha256 = (value: object): Sha256 => sha256(jsonLine(value));

const assertCanonical = (value: unknown, path: string): void => {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error(`could not canonicalise ${path}: lone surrogate`);
    return;
  }
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      assertCanonical(item, `${path}[${index}]`);
    });
    return;
  }
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, item] of Object.entries(value)) {
      assertCanonical(key, `${path} key`);
      assertCanonical(item, `${path}.${key}`);
    }
    return;
  }
  throw new Error(
    `could not canonicalise ${path}: ${String(value)} is not an integer, string, boolean, array or object`,
  );
};
