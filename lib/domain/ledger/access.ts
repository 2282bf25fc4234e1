/** Who was given which rows about people, and who read what, as it is kept for good (docs/formats/access-log.md). */
import * as z from 'zod';
import { Instant, PersonId, Sha256 } from '../identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../instant.ts';
import { canonicalJson } from '../signing/canonical-json.ts';

/** One answer: a person was given the address of a file. Nobody can say whether they read it, or came at all. */
export const Access = z.object({
  at: Instant,
  who: PersonId,
  /** `<release>/<name of the evidence file>`. */
  what: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}\/[a-z][a-z0-9_]{0,63}$/, 'must be <release>/<file>'),
  /** Of the bytes that the address gives. */
  sha256: Sha256,
});
export type Access = z.infer<typeof Access>;

/** Stands for everybody who may read and is not in the directory: only its ids go on record. No id begins with an underscore. */
export const UNLISTED = '_unlisted';

/** Stands for everything that a person read in a minute beyond what has lines of its own. */
export const FURTHER = 'further reads';

/** In one minute, a person was given what a route answers: once, or any number of times. */
export const Reading = z.object({
  /** The minute, by its first instant. */
  at: Instant.refine((at) => at.endsWith(':00.000Z'), 'must be a whole minute'),
  who: z.union([PersonId, z.literal(UNLISTED)]),
  /** The pattern of the route, and what it was about if that has an id. */
  what: z
    .string()
    .max(512)
    .regex(/^((GET|POST) \/[\w./{}-]*|SLACK [a-z]+)( [\w./:-]+)?$|^further reads$/, 'must be a route, and an id'),
  /** How many reads `further reads` stands for. */
  times: z.int().min(1).exactOptional(),
});
export type Reading = z.infer<typeof Reading>;

/** What a line of the access log says. Only the rows of evidence have a digest. */
export const AccessLine = z.union([Access, Reading]);
export type AccessLine = z.infer<typeof AccessLine>;

/** The minute that an instant is in. */
export const minuteOf = (at: Instant): Instant => Instant.parse(`${at.slice(0, 17)}00.000Z`);

/** An hour of UTC, such as `2026-11-29T13`. Hours sort as text, and with the instants in them. */
export const Hour = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d$/, 'must be an hour of UTC')
  .brand<'Hour'>();
export type Hour = z.infer<typeof Hour>;

export const hourOf = (at: Instant): Hour => Hour.parse(at.slice(0, 13));

export const hourAfter = (hour: Hour): Hour => hourOf(plusMilliseconds(Instant.parse(`${hour}:00:00.000Z`), HOUR_MS));

/** There is exactly one key for an hour, so the write-once store itself refuses a second account of it. */
export const accessKey = (hour: Hour): string => `access/v1/dt=${hour.slice(0, 10)}/${hour.slice(11)}.ndjson`;

/** The object of an hour: the same bytes in whatever order its rows were read. */
export const accessBytes = (accesses: readonly AccessLine[]): Uint8Array =>
  new TextEncoder().encode(accesses.map(lineOf).toSorted().join(''));

/** The instant comes first in it, so lines that are sorted as text are sorted by time. */
const lineOf = (line: AccessLine): string => `${new TextDecoder().decode(canonicalJson(line))}\n`;

/** The lines of an object, each of the hour that its key names. Throws if the bytes are not what the log writer would write. */
export const readAccessObject = (key: string, bytes: Uint8Array): AccessLine[] => {
  const lines = new TextDecoder('utf-8', { fatal: true }).decode(bytes).split('\n').slice(0, -1);
  const accesses = lines.map((line) => AccessLine.parse(JSON.parse(line)));
  const written = Buffer.compare(accessBytes(accesses), bytes) === 0;
  if (!written || accesses.some(({ at }) => accessKey(hourOf(at)) !== key))
    throw new Error(`could not read ${key}: its lines are not those of that hour, in canonical form and in order`);
  return accesses;
};
