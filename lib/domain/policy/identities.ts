/** Who somebody is, by the directory: the one vocabulary of those who make releases and of those who decide about them. */
import type { PersonId } from '../identifiers.ts';
import { type DirectoryRecord, isFormer } from './directory-record.ts';
import type { MachinePart } from './machine.ts';
import { principalOf } from './principal.ts';

/** A person, or a machine with what it may be. */
export type Identity = {
  readonly id: PersonId;
  readonly isPerson: boolean;
  /** What a machine may be; a person may be anything. */
  readonly parts: readonly string[];
};

/** Whose id or login a name is, exactly as it is written; undefined if nobody's, or that of somebody who was forgotten. */
export const findByName = (directory: DirectoryRecord, name: string): Identity | undefined =>
  presentIn(directory).find(({ id, logins }) => id === name || logins.includes(name));

/** Whose events have this source. The bus lets nobody else use it. */
export const findBySource = (directory: DirectoryRecord, source: string): Identity | undefined =>
  identitiesOf(directory).find(({ sources }) => sources.includes(source));

/** Who acts as the role or user of this ARN, or of this session of a role. A person has it among their logins. */
export const findByPrincipal = (directory: DirectoryRecord, arn: string): Identity | undefined =>
  presentIn(directory).find(({ principals }) => principals.includes(principalOf(arn)));

/** Whether an identity may take this part in the making of a release. */
export const mayBe = ({ isPerson, parts }: Identity, part: MachinePart): boolean => isPerson || parts.includes(part);

/** An id with every name that its identity has; one that the directory does not know has only itself. */
export const namesOf = (directory: DirectoryRecord, id: string): readonly string[] => [
  id,
  ...identitiesOf(directory).flatMap((identity) => (identity.id === id ? identity.logins : [])),
];

/** Whether a name is one of these. Of AWS a session is the same as its role: a former version stored makers as their door called them. */
export const isAmong = (name: string, names: readonly string[]): boolean =>
  names.includes(name) || (isArn(name) && names.filter(isArn).map(principalOf).includes(principalOf(name)));

const isArn = (name: string): boolean => name.startsWith('arn:');

/** The id of somebody who was forgotten is kept for the records alone: no account that has it for a name is theirs. */
const presentIn = (directory: DirectoryRecord): Listed[] =>
  identitiesOf({ ...directory, people: directory.people.filter((person) => !isFormer(person)) });

type Listed = Identity & Record<'logins' | 'sources' | 'principals', readonly string[]>;

const identitiesOf = ({ people, machines = [] }: DirectoryRecord): Listed[] => [
  ...people.map(({ id, logins = [] }) => ({
    id,
    isPerson: true,
    parts: [],
    logins,
    sources: [],
    principals: logins.filter(isArn).map(principalOf),
  })),
  ...machines.map(({ id, logins = [], may_be: parts, event_source: source, principal_arn: arn }) => ({
    id,
    isPerson: false,
    parts,
    logins,
    sources: source === undefined ? [] : [source],
    principals: arn === undefined ? [] : [principalOf(arn)],
  })),
];
