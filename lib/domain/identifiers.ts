import * as z from 'zod';
import { visible } from './visible-text.ts';

/** A SHA-256 digest in lower-case hexadecimal. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
  .brand<'Sha256'>();
export type Sha256 = z.infer<typeof Sha256>;

/** The name of a model: the name of its SageMaker model package group. */
export const ModelName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'must be letters, digits and inner hyphens, 63 at most')
  .brand<'ModelName'>();
export type ModelName = z.infer<typeof ModelName>;

/** The id of a release. It is also the name of its Step Functions execution, hence the alphabet and the length. */
export const ReleaseId = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, 'must be letters, digits, dots, hyphens and underscores, 64 at most')
  .brand<'ReleaseId'>();
export type ReleaseId = z.infer<typeof ReleaseId>;

/** The id of a person or a machine in the approver directory. Never an e-mail address, because it is kept for ever. */
export const PersonId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be a directory id: lower-case letters, digits, dots, hyphens')
  .brand<'PersonId'>();
export type PersonId = z.infer<typeof PersonId>;

/**
 * What an identity is called elsewhere: by an issuer of tokens, by git, by a session of an IAM role. It can be an address,
 * so it goes into no event.
 */
export const Login = visible(
  z.string().regex(/^\S(.{0,254}\S)?$/, 'must have 1 to 256 characters and no blank at its ends'),
);

/** An instant, ISO 8601 in UTC with milliseconds, so that instants sort as text. */
export const Instant = z.iso.datetime({ precision: 3 }).brand<'Instant'>();
export type Instant = z.infer<typeof Instant>;

export const RiskTier = z.enum(['low', 'medium', 'high']);
export type RiskTier = z.infer<typeof RiskTier>;

/** The ids of a workspace and of a member of it, as Slack writes them in every payload. */
export const SlackTeamId = z.string().regex(/^[TE][A-Z0-9]{2,30}$/, 'must be the id of a workspace, such as T0123ABCD');
export const SlackUserId = z.string().regex(/^[UW][A-Z0-9]{2,30}$/, 'must be the id of a member, such as U0123ABCD');
