import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import type { ApproverDirectory } from '../policy/directory.ts';
import { type GovernancePolicy, policySha256 } from '../policy/policy.ts';
import { Role } from '../policy/role.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';

/** The policy and the directory that releases were last requested under, so that a change of either is noticed. */
export const Configuration = z.strictObject({
  entity: z.literal('configuration'),
  version: z.int().min(0),
  policySha256: Sha256,
  directorySha256: Sha256,
  /** Who held which role, by id: what a change of the directory is told by. Names and addresses are not kept. */
  roles: z.record(z.string(), z.array(Role)),
  changedAt: Instant,
});
export type Configuration = z.infer<typeof Configuration>;

/** What is deployed now: it is read by everybody who judges. */
export type Deployed = { readonly policy: GovernancePolicy; readonly directory: ApproverDirectory };

/** What is kept of a policy and a directory, in the place of what was kept before. */
export const configurationOf = ({ policy, directory }: Deployed, changedAt: Instant, version = 0): Configuration => ({
  entity: 'configuration',
  version,
  policySha256: policySha256(policy),
  directorySha256: directorySha256(directory),
  roles: Object.fromEntries(directory.people.map(({ id, roles }) => [id, roles])),
  changedAt,
});

const directorySha256 = (directory: ApproverDirectory): Sha256 =>
  canonicalSha256(directory as unknown as CanonicalValue);
