/** Who signed a request with AWS credentials. The gateway has verified the signature, and that IAM lets its principal in. */
import * as z from 'zod';
import { mayNotBe } from '../../domain/intake/makers.ts';
import type { DirectoryRecord } from '../../domain/policy/directory-record.ts';
import { findByPrincipal, mayBe } from '../../domain/policy/identities.ts';
import { principalOf } from '../../domain/policy/principal.ts';
import { Refusal, type Violation } from '../../domain/refusal.ts';
import type { Caller } from './caller.ts';

const Signed = z.object({
  requestContext: z.object({
    // The ARN of a session of a role ends with a name that its caller chooses: the role is what counts.
    authorizer: z.object({ iam: z.object({ userArn: z.string().regex(/^arn:[\w-]+:(iam|sts):/) }) }),
  }),
});

/** The machine that signed a request of the HTTP API (payload format 2.0). It may what its part in the directory allows. */
export const signerOf = (event: unknown, directory: DirectoryRecord): Caller => {
  const signed = Signed.safeParse(event);
  if (!signed.success) throw new Refusal('NotAuthorized', 'the request carries no verified identity');
  const { userArn } = signed.data.requestContext.authorizer.iam;
  const identity = findByPrincipal(directory, userArn);
  return { name: principalOf(userArn), identity, roles: [], auth: 'iam' };
};

/** Why a signer is no machine that requests releases; undefined if it is one. */
export const whyNotSigner = ({ name, identity }: Caller): Refusal | undefined => {
  const field = 'principal';
  if (identity === undefined) {
    const problem = 'belongs to no machine of the directory: declare it there as the principal_arn of one';
    return notSigner({ field, problem, name });
  }
  if (identity.isPerson) {
    return notSigner({ field, problem: `belongs to ${identity.id}, a person: people call with a token of their own` });
  }
  return mayBe(identity, 'submitter') ? undefined : notSigner({ field, problem: mayNotBe(identity, 'submitter') });
};

const notSigner = (violation: Violation): Refusal =>
  new Refusal('NotAuthorized', 'only machines that may be submitters sign their requests', [violation]);
