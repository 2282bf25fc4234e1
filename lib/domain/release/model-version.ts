/** Model versions, semantic (https://semver.org) or dates, and their order. */
import * as z from 'zod';

export const VersionScheme = z.enum(['semantic', 'date']);
export type VersionScheme = z.infer<typeof VersionScheme>;

const NUMBER = '(?:0|[1-9][0-9]*)';
const IDENTIFIER = `(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const BUILD = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
/** The grammar of https://semver.org, version 2.0.0. */
const SEMANTIC = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${IDENTIFIER}(?:\\.${IDENTIFIER})*)?(?:\\+${BUILD})?$`,
);
/** A further version of the same day carries a number, as in 2026-01-31.2. */
const DATE = new RegExp(`^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\\.${NUMBER})?$`);

/** What an earlier version accepted, which must still be compared. */
const LENIENT_SEMANTIC = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const LENIENT_DATE = /^(\d{4})-(\d{2})-(\d{2})(?:\.(\d+))?$/;

const CHARACTERS_MAX = 64;
const EXPECTED =
  'must be a semantic version (1.4.0, 1.4.0-rc.1, 1.4.0+build.7) or a date (2026-04-10, and 2026-04-10.2 for a further one of that day)';

export const ModelVersion = z
  .string()
  .max(CHARACTERS_MAX, `must have at most ${CHARACTERS_MAX} characters`)
  .superRefine((version, context) => {
    const problem = problemOf(version);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

/** Why a text is no version, as precisely as can be said. */
const problemOf = (version: string): string | undefined => {
  const [, day] = DATE.exec(version) ?? [];
  if (day !== undefined) return z.iso.date().safeParse(day).success ? undefined : `${day} is not a day of the calendar`;
  if (SEMANTIC.test(version)) return undefined;
  if (/^v\d/i.test(version)) return `${EXPECTED}, without v`;
  if (LENIENT_DATE.test(version)) return `${EXPECTED}; numbers have no leading zeros`;
  return LENIENT_SEMANTIC.test(version)
    ? `${EXPECTED}; numbers have no leading zeros, and between dots there is at least one character`
    : EXPECTED;
};

export const schemeOf = (version: string): VersionScheme => (LENIENT_DATE.test(version) ? 'date' : 'semantic');

/**
 * Negative, zero or positive if `a` comes before, equals or comes after `b`; undefined if they follow different
 * schemes. Build metadata does not count (SemVer §10).
 */
export const compareVersions = (a: string, b: string): number | undefined => {
  if (schemeOf(a) !== schemeOf(b)) return undefined;
  const [first, second] = [partsOf(a), partsOf(b)];
  const order = compareLists(first.numbers, second.numbers, compareNumbers);
  return order === 0 ? comparePreReleases(first.preRelease, second.preRelease) : order;
};

/** The one spelling of all versions that are equal: two texts have the same if, and only if, neither comes after the other. */
export const canonicalVersion = (version: string): string => {
  const { numbers, preRelease } = partsOf(version);
  if (schemeOf(version) === 'date') {
    const [year, month, day, further = '0'] = numbers;
    return [`${year}-${month}-${day}`, ...(BigInt(further) === 0n ? [] : [BigInt(further)])].join('.');
  }
  const core = numbers.map(BigInt).join('.');
  return preRelease === '' ? core : `${core}-${preRelease.split('.').map(canonicalIdentifier).join('.')}`;
};

const canonicalIdentifier = (identifier: string): string =>
  /^\d+$/.test(identifier) ? String(BigInt(identifier)) : identifier;

type Parts = { readonly numbers: readonly string[]; readonly preRelease: string };

const partsOf = (version: string): Parts => {
  const date = LENIENT_DATE.exec(version);
  if (date !== null) return { numbers: date.slice(1).map((number) => number ?? '0'), preRelease: '' };
  const [, major = '', minor = '', patch = '', preRelease = ''] = LENIENT_SEMANTIC.exec(version) ?? [];
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
