import * as z from 'zod';
import { PersonId } from '../identifiers.ts';
import { Role } from './policy.ts';

/** Somebody who may be asked to approve. The name and the address stay in this directory and go into no event. */
export const Person = z.strictObject({
  id: PersonId,
  name: z.string().min(1).max(128),
  email: z.email().max(254),
  roles: z.array(Role).min(1),
});
export type Person = z.infer<typeof Person>;

/** Who holds which role: `approvers.yaml`. */
export const ApproverDirectory = z
  .strictObject({ schema_version: z.literal(1), people: z.array(Person).min(1).max(1000) })
  .superRefine(({ people }, context) => {
    for (const [index, person] of people.entries()) {
      if (people.findIndex((other) => other.id === person.id) !== index) {
        context.addIssue({ code: 'custom', path: ['people', index, 'id'], message: `${person.id} is listed twice` });
      }
    }
  })
  .readonly();
export type ApproverDirectory = z.infer<typeof ApproverDirectory>;

export const findPerson = (directory: ApproverDirectory, id: string): Person | undefined =>
  directory.people.find((person) => person.id === id);
