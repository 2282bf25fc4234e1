/** Who made a release, by the directory: a name that nobody has would switch separation of duties off. */
import { Login } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { findByName, type Identity, mayBe } from '../policy/identities.ts';
import type { MachinePart } from '../policy/machine.ts';
import type { Submitter } from '../records/intake.ts';
import type { Violation } from '../refusal.ts';
import { valueAt } from '../release/manifest.ts';

/** The fields that name a maker, and what a machine must be allowed to be to stand there. */
const MAKERS: readonly { readonly field: string; readonly part?: MachinePart }[] = [
  { field: 'requested_by', part: 'submitter' },
  { field: 'trained_by', part: 'trainer' },
  { field: 'commit_author' },
];

const UNKNOWN = 'is neither a person nor a declared machine of the directory';

/** The manifest with ids in the place of logins. What nobody is called stays as it is. */
export const withIds = (manifest: unknown, directory: DirectoryRecord): unknown => {
  const ids = MAKERS.flatMap(({ field }) => {
    const name = nameAt(manifest, field);
    const id = name === undefined ? undefined : findByName(directory, name)?.id;
    return id === undefined ? [] : [[field, id]];
  });
  return ids.length === 0 ? manifest : { ...Object(manifest), ...Object.fromEntries(ids) };
};

/** Names every maker that the directory does not know, and every machine in a part that it may not have. */
export const makerViolations = (manifest: unknown, directory: DirectoryRecord): Violation[] =>
  MAKERS.flatMap(({ field, part }) => {
    const name = nameAt(manifest, field);
    return name === undefined ? [] : identityViolations({ field, name, identity: findByName(directory, name) }, part);
  });

/** The same of the submitter, whom the door knows. */
export const submitterViolations = (submitter: Submitter): Violation[] => identityViolations(submitter, 'submitter');

type Named = Pick<Submitter, 'field' | 'name' | 'identity'>;

const identityViolations = ({ field, name, identity }: Named, part: MachinePart | undefined): Violation[] => {
  if (identity === undefined && name === '') return [{ field, problem: 'is missing: nobody is known to be the maker' }];
  if (identity === undefined) return [{ field, problem: UNKNOWN, name }];
  return part === undefined || mayBe(identity, part) ? [] : [{ field, problem: mayNotBe(identity, part) }];
};

export const mayNotBe = ({ id }: Identity, part: MachinePart): string =>
  `is the machine ${id}, which may not be a ${part}`;

/** What is no name is a fault of the manifest. */
const nameAt = (manifest: unknown, field: string): string | undefined =>
  Login.safeParse(valueAt(manifest, [field])).data;
