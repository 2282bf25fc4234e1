/** How stored words and instants are shown to people. */

import { shown } from '../../domain/checks/finding.ts';
import type { CheckMode, CheckStatus, KnownBy, StageName } from '../../domain/checks/vocabulary.ts';
import type { Instant } from '../../domain/identifiers.ts';
import type { Role } from '../../domain/policy/role.ts';
import { madeReadable } from '../../domain/readable.ts';

const ROLE_NAMES: Readonly<Record<Role, string>> = {
  ml_lead: 'ML lead',
  ml_engineer: 'ML engineer',
  platform_owner: 'Platform owner',
  platform_oncall: 'Platform on-call',
  risk_owner: 'Risk owner',
  risk_or_compliance_owner: 'Risk or compliance owner',
  compliance_officer: 'Compliance officer',
  product_owner: 'Product owner',
  business_owner: 'Business owner',
  legal: 'Legal',
  operations_manager: 'Operations manager',
  release_manager: 'Release manager',
};

const STAGE_NAMES: Readonly<Record<StageName, string>> = {
  data_provenance: 'Data provenance',
  model_card: 'Model card',
  bias_and_fairness: 'Bias and fairness',
  safety_evaluation: 'Safety evaluation',
  security_review: 'Security review',
  custom_checks: 'Custom checks',
  risk_classification: 'Risk classification',
};

/** What the three words mean, for people who read them beside a verdict. */
export const KNOWN_WORDS: Readonly<Record<KnownBy, string>> = {
  counted: 'Assay counted rows',
  verified: 'Assay verified a signature or a configuration in use',
  attested: 'the submitter says so, and nobody looked',
};

type StatusInWords = { readonly sign: string; readonly word: string };
/** Each word has a sign, because colour must never be the only signal. */
const STATUS_WORDS: Readonly<Record<CheckStatus, StatusInWords>> = {
  passed: { sign: '✓', word: 'Passed' },
  failed: { sign: '✕', word: 'Failed' },
  inconclusive: { sign: '?', word: 'Inconclusive' },
  not_provided: { sign: '–', word: 'Not provided' },
  error: { sign: '!', word: 'Error' },
};

const MODE_WORDS: Readonly<Record<CheckMode, string>> = {
  enforce: 'must pass',
  warn: 'warns only',
  observe: 'observed only',
};

/** A word that only another version knows is shown as it is stored, so that people see it is unknown here. */
const inWords = <T>(words: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined;

export const roleInWords = (role: string): string => inWords(ROLE_NAMES, role) ?? role;
/** As `roleInWords`, for the middle of a sentence: `risk owner`, but `ML lead`. */
export const roleInSentence = (role: string): string =>
  roleInWords(role).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
export const stageInWords = (stage: string): string => inWords(STAGE_NAMES, stage) ?? stage;
export const modeInWords = (mode: string): string => inWords(MODE_WORDS, mode) ?? mode;
export const statusInWords = (status: string): StatusInWords =>
  inWords(STATUS_WORDS, status) ?? { sign: '!', word: status };

/** What is written in capitals wherever it stands. */
const CAPITALS = /\b(?:pii|tls|ml|auc|kms|sha256|arn|id|url)\b/g;

/** `Model card`, `PII handling verified`: a name of ours as a title. */
export const titleOf = (name: string): string => {
  const words = name
    .replaceAll('_', ' ')
    .replace(CAPITALS, (word) => (word === 'sha256' ? 'SHA-256' : word.toUpperCase()));
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};

export const sizeInWords = (bytes: number): string => `${bytes.toLocaleString('en-GB')} bytes`;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `21 Nov 2026, 14:05:33 UTC`: an instant for people, always with its zone. */
export const instantInWords = (instant: Instant): string => clockOf(instant);

const clockOf = (instant: string): string => {
  const [date = '', time = ''] = instant.split('T');
  const [year, month, day] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}, ${time.slice(0, 8)} UTC`;
};

const INSTANTS = /\b\d{4}-(?:0[1-9]|1[0-2])-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** A sentence that names instants as they are stored, with each of them as people read it. */
export const instantsInWords = (text: string): string => text.replaceAll(INSTANTS, clockOf);

/** `Tue, 24 Nov 2026, 10:00 Europe/Vienna`: the same in the time zone of a person, or in UTC if nobody here knows that zone. */
export const inZone = (instant: Instant, timeZone: string): string => {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    });
    return `${format.format(new Date(instant))} ${timeZone}`;
  } catch (cause) {
    if (cause instanceof RangeError) return instantInWords(instant);
    throw cause;
  }
};

/** As the clock of a person shows it, or in UTC if their zone is not known. */
export const onTheClock = (instant: Instant, timeZone: string | undefined): string =>
  timeZone === undefined ? instantInWords(instant) : inZone(instant, timeZone);

/** As the clock of a person shows it, and in UTC: people forward mails to other zones. */
export const inZoneAndUtc = (instant: Instant, timeZone: string | undefined): string =>
  timeZone === undefined ? instantInWords(instant) : `${inZone(instant, timeZone)} (${instantInWords(instant)})`;

/** With the two digits at least that policies and people write: `0.80`. */
export const ratioInWords = (ratio: number): string => (String(ratio).length < 4 ? ratio.toFixed(2) : String(ratio));

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Readable, and without line breaks and tabs: for a place where another line would pass for one of ours. */
export const oneLine = (text: string): string =>
  madeReadable(text.replaceAll(/[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu, ' ')).trim();

/** What mail clients make links of: an address with its scheme, or a dot within a name of a host. Browsers know other dots, too. */
const SCHEME = /:(?=\/\/)/g;
const DOT = /(?<=[\p{L}\p{M}\p{N}])[.\u3002\uff0e\uff61](?=\p{L})/gu;

/** Text of others in a mail. Nobody is sent anywhere by it: no mail client makes a link of an address in it. */
export const unlinked = (text: string): string => oneLine(text).replaceAll(SCHEME, '[:]').replaceAll(DOT, '[.]');

const ONE_WORD = /^[\p{L}\p{N}_-]{1,32}$/u;

/**
 * A name that others chose, such as that of a group, in a sentence of a mail: as short as checks show it, and in quotation marks if
 * it is more than one word, so that no sentence of theirs passes for one of ours.
 */
export const quotedName = (name: string): string =>
  ONE_WORD.test(name) ? name : `“${shown(unlinked(name).replaceAll(/[“”"]/g, "'"))}”`;

const SECOND = 1000;
const UNITS = [
  ['day', 86_400 * SECOND],
  ['h', 3_600 * SECOND],
  ['min', 60 * SECOND],
  ['s', SECOND],
] as const;

/** `3 h 20 min`: how long something takes or has lasted, in its two largest units. Two clocks may differ; nothing lasts less than no time. */
export const lastingInWords = (from: Instant, to: Instant): string => {
  const lasts = Math.max(0, Date.parse(to) - Date.parse(from));
  const first = UNITS.findIndex(([, size]) => lasts >= size);
  if (first === -1) return '0 s';
  let left = lasts;
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? '' : `${count} ${unit}${unit === 'day' && count > 1 ? 's' : ''}`;
  });
  return parts.filter((part) => part !== '').join(' ');
};
