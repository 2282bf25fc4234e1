/** Forgets a person: their entry in the directory keeps the id, which the audit trail has, and nothing that says who that was. */
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { sha256 } from '../signing/canonical-json.ts';
import type { Person } from './directory.ts';
import { FORMER_DOMAIN } from './directory-record.ts';
import { loadDirectory } from './load.ts';

export const FORMER_NAME = 'former person';

export type Forgotten = {
  /** The file without them. */
  readonly text: string;
  /** Lines of that text, from 1, that still have a name, an address, a login or an account of theirs. */
  readonly left: readonly number[];
};

/**
 * The file of a directory with the entry of this person emptied; undefined if nobody there has the id, and the same text if they were forgotten
 * already. What stands around the entry stays as it is written, but for comments right above it. Refuses a file that is no directory, before or afterwards.
 */
export const forgetPerson = (bytes: Uint8Array, id: string, fileName: string): Forgotten | undefined => {
  const { people } = loadDirectory(bytes, fileName);
  const person = people.find((one) => one.id === id);
  if (person === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (person.name === FORMER_NAME) return { text, left: [] };
  const [start, end] = rangeOf(text, people.indexOf(person));
  const entry = JSON.stringify(formerEntry(id));
  // A block ends with the line break that what follows begins after.
  const ending = text.slice(start + text.slice(start, end).trimEnd().length, end);
  const without = `${withoutComments(text.slice(0, start))}${entry}${ending}${text.slice(end)}`;
  loadDirectory(new TextEncoder().encode(without), fileName);
  return { text: without, left: linesWith(namesOf(person), without) };
};

/** Nobody is asked who has no role, and nothing is sent to an address that cannot exist (RFC 2606). */
const formerEntry = (id: string): Pick<Person, 'id' | 'name' | 'email' | 'roles'> => ({
  id: id as Person['id'], // of the directory that was loaded
  name: FORMER_NAME,
  email: `${sha256(id).slice(0, 16)}@${FORMER_DOMAIN}`,
  roles: [],
});

const Node = z.object({ range: z.tuple([z.int(), z.int()], z.int()) });

/** Where the entry stands. The loader has read the file, so there is one. */
const rangeOf = (text: string, index: number): readonly [number, number] => {
  const { range } = Node.parse(parseDocument(text, { schema: 'core' }).getIn(['people', index], true));
  return [range[0], range[1]];
};

/** The comment above an entry of a list is mostly about its person. */
const withoutComments = (before: string): string =>
  before.replace(/(?:^[ \t]*#[^\n]*\n)+(?=[ \t]*-[ \t]*(?![\s\S]))/m, '');

const namesOf = ({ id, name, email, logins = [], slack }: Person): string[] =>
  [name, email, ...logins, ...(slack === undefined ? [] : [slack.user_id])].filter((one) => one !== id);

const linesWith = (names: readonly string[], text: string): number[] =>
  text.split('\n').flatMap((line, index) => (names.some((name) => line.includes(name)) ? [index + 1] : []));
