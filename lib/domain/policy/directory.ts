import * as z from 'zod';
import { Login, PersonId, SlackTeamId, SlackUserId } from '../identifiers.ts';
import { soundness, soundParts, WHATEVER_ELSE } from '../soundness.ts';
import { visibleText } from '../visible-text.ts';
import { directoryProblems } from './directory-problems.ts';
import { Machine } from './machine.ts';
import { nameProblems } from './name-problems.ts';
import { Role } from './role.ts';

const Line = visibleText(512);
const Day = z.iso.date();

/** Both days are included, in the time zone of the person. */
const window = { first_day: Day, last_day: Day };

/** A person who makes releases or may be asked to approve them. Name, address and logins go into no event. */
export const Person = z.strictObject({
  id: PersonId.describe('Kept for ever in the audit trail, so neither a name nor an address.'),
  name: visibleText(128),
  email: z.email().max(254),
  logins: z
    .exactOptional(z.array(Login).min(1).max(16))
    .describe('What tokens, commits and sessions of AWS call the person, besides the id.'),
  roles: z.array(Role).describe('Empty for a person who is never asked to approve.'),
  time_zone: z.exactOptional(z.string().max(64)).describe('An IANA name such as Europe/Vienna; UTC if omitted.'),
  slack: z
    .exactOptional(z.strictObject({ team_id: SlackTeamId, user_id: SlackUserId }))
    .describe('The account of the person in Slack: they are asked there too, and may decide by it.'),
  backups: z
    .exactOptional(z.array(PersonId).min(1).max(8))
    .describe('Who is asked, in this order, when no answer comes in time.'),
  absences: z.exactOptional(z.array(z.strictObject(window)).max(100)),
  delegations: z
    .exactOptional(
      z
        .array(
          z.strictObject({
            delegate: PersonId,
            ...window,
            roles: z.exactOptional(z.array(Role).min(1)).describe('All roles of the person if omitted.'),
          }),
        )
        .max(100),
    )
    .describe('Who may act for the person, from the first to the last day.'),
});
export type Person = z.infer<typeof Person>;

/** Each entry of a list with what is sound of it, at its place. */
const soundEntries = <T>(
  list: readonly T[] | undefined,
  isSound: (index: number, key: string) => boolean,
): Partial<T>[] =>
  Array.isArray(list) ? list.map((entry: T, index) => soundParts(entry, (key) => isSound(index, key))) : [];

/** Who is who, who holds which role, and who stands in for whom: `approvers.yaml` (docs/formats/approvers.md). */
export const ApproverDirectory = z
  .strictObject({
    schema_version: z.literal(1),
    change_id: z.exactOptional(Line).describe('The change request that this version of the directory belongs to.'),
    people: z.array(Person).min(1).max(1000),
    machines: z
      .exactOptional(z.array(Machine).max(100))
      .describe('Who else makes releases. An event of any other source is refused.'),
  })
  .superRefine((directory, context) => {
    const isSound = soundness(context.issues);
    const people = soundEntries(directory.people, (index, key) => isSound('people', index, key));
    const machines = soundEntries(directory.machines, (index, key) => isSound('machines', index, key));
    const problems = [...directoryProblems(people), ...nameProblems({ people, machines }, isSound)];
    for (const problem of problems) context.addIssue({ code: 'custom', ...problem });
  }, WHATEVER_ELSE)
  .readonly();
export type ApproverDirectory = z.infer<typeof ApproverDirectory>;
