/** Model versions, semantic (https://semver.org) or dates, and their order. */
import * as z from 'zod';

export const VersionScheme = z.enum(['semantic', 'date']);
export type VersionScheme = z.infer<typeof VersionScheme>;

const SEMANTIC = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/;
/** A further version of the same day carries a number, as in 2026-01-31.2. */
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:\.(\d+))?$/;

export const ModelVersion = z
  .string()
  .max(64)
  .refine((version) => SEMANTIC.test(version) || DATE.test(version), 'must be a semantic or a date version');

export const schemeOf = (version: string): VersionScheme => (DATE.test(version) ? 'date' : 'semantic');

/**
 * Negative, zero or positive if `a` comes before, equals or comes after `b`; undefined if they follow different
 * schemes.
 */
export const compareVersions = (a: string, b: string): number | undefined => {
  if (schemeOf(a) !== schemeOf(b)) return undefined;
  const [first, second] = [partsOf(a), partsOf(b)];
  const order = compareLists(first.numbers, second.numbers, compareNumbers);
  return order === 0 ? comparePreReleases(first.preRelease, second.preRelease) : order;
};

type Parts = { readonly numbers: readonly string[]; readonly preRelease: string };

const partsOf = (version: string): Parts => {
  const date = DATE.exec(version);
  if (date !== null) return { numbers: date.slice(1).map((number) => number ?? '0'), preRelease: '' };
  const [, major = '', minor = '', patch = '', preRelease = ''] = SEMANTIC.exec(version) ?? [];
  return { numbers: [major, minor, patch], preRelease };
};

/** Compares as BigInt, because a version number may have more digits than a double can hold. */
const compareNumbers = (a: string, b: string): number => {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : Number(difference > 0n);
};

/** Precedence as in SemVer §11: a version without a pre-release comes after all that have one. */
const comparePreReleases = (a: string, b: string): number => {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  return compareLists(a.split('.'), b.split('.'), compareIdentifiers);
};

/** The first place where they differ decides; if there is none, the longer one comes later. */
const compareLists = (
  [one, ...ones]: readonly string[],
  [other, ...others]: readonly string[],
  compare: (a: string, b: string) => number,
): number => {
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined);
  const order = compare(one, other);
  return order === 0 ? compareLists(ones, others, compare) : order;
};

const compareIdentifiers = (a: string, b: string): number => {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return compareNumbers(a, b);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : Number(a > b);
};
