/**
 * A directory of approvers as it is deployed and stored. It is read even if it has roles that this version does not
 * know.
 */
import * as z from 'zod';
import { PersonId } from '../identifiers.ts';
import { stored, Word } from '../stored.ts';

const window = { first_day: z.iso.date(), last_day: z.iso.date() };

export const PersonRecord = stored({
  id: PersonId,
  name: z.string(),
  email: z.string(),
  logins: z.exactOptional(z.array(z.string())),
  roles: z.array(Word),
  time_zone: z.exactOptional(z.string()),
  slack: z.exactOptional(stored({ team_id: z.string(), user_id: z.string() })),
  backups: z.exactOptional(z.array(PersonId)),
  absences: z.exactOptional(z.array(stored(window))),
  delegations: z.exactOptional(
    z.array(stored({ delegate: PersonId, ...window, roles: z.exactOptional(z.array(Word)) })),
  ),
});
export type PersonRecord = z.infer<typeof PersonRecord>;

const MachineRecord = stored({
  id: PersonId,
  logins: z.exactOptional(z.array(z.string())),
  principal_arn: z.exactOptional(z.string()),
  event_source: z.exactOptional(z.string()),
  may_be: z.array(Word),
});

export const DirectoryRecord = stored({
  schema_version: z.literal(1),
  change_id: z.exactOptional(z.string()),
  people: z.array(PersonRecord),
  /** Absent in directories of versions that knew no machines. */
  machines: z.exactOptional(z.array(MachineRecord)),
});
export type DirectoryRecord = Readonly<z.infer<typeof DirectoryRecord>>;

export const findPerson = (directory: DirectoryRecord, id: string): PersonRecord | undefined =>
  directory.people.find((person) => person.id === id);

/** Where the address of somebody is who was forgotten. No mail is ever delivered there. */
export const FORMER_DOMAIN = 'former.invalid';

/** Whether the entry is of somebody who was forgotten: what is left of it is an id. */
export const isFormer = ({ email }: Pick<PersonRecord, 'email'>): boolean => email.endsWith(`@${FORMER_DOMAIN}`);

/** The person, if there is anybody to write to: not one who has left the directory, or was forgotten in it. */
export const findReachable = (directory: DirectoryRecord, id: string): PersonRecord | undefined => {
  const person = findPerson(directory, id);
  return person && isFormer(person) ? undefined : person;
};

/** Who has this account in Slack. A member of another workspace is somebody else, whatever their id is there. */
export const findBySlack = (
  { people }: DirectoryRecord,
  account: Readonly<Record<'team_id' | 'user_id', string>>,
): PersonRecord | undefined =>
  people.find(({ slack }) => slack?.team_id === account.team_id && slack.user_id === account.user_id);
