import * as z from 'zod';
import { Login, PersonId } from '../identifiers.ts';

/** What a machine may be in the making of a release. It is never one who decides. */
export const MachinePart = z.enum(['submitter', 'trainer']);
export type MachinePart = z.infer<typeof MachinePart>;

/** A pipeline, or anything else that is no person. What it made is known by its id, as the work of a person is by theirs. */
export const Machine = z.strictObject({
  id: PersonId.describe('Kept for ever in the audit trail. No person and no other machine has it.'),
  logins: z
    .exactOptional(z.array(Login).min(1).max(16))
    .describe('What its tokens and manifests call it, besides its id.'),
  principal_arn: z
    .exactOptional(
      z
        .string()
        // Neither * nor ?, which a policy would read as wildcards.
        .regex(
          /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,576}$/,
          'must be the ARN of an IAM role or user',
        ),
    )
    .describe('The IAM role or user that it acts as, with its path.'),
  event_source: z
    .exactOptional(
      z
        .string()
        .regex(/^(?!aws\.|assay$)[\w./-]{1,256}$/, 'must be an event source, and neither of AWS nor the one of Assay'),
    )
    .describe('The source of its events. Nobody but its principal_arn may put events with this source on the bus.'),
  may_be: z.array(MachinePart).min(1),
});
export type Machine = z.infer<typeof Machine>;
