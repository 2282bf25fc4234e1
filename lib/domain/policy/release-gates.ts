import * as z from 'zod';
import { EvidenceName } from '../release/manifest.ts';
import { Roles } from './role.ts';

/** What a promotion can require: pinned evidence, and a release to roll back to. */
export const RequiredArtifact = z.enum([...EvidenceName.options, 'rollback_target']);
export type RequiredArtifact = z.infer<typeof RequiredArtifact>;

/** Literals, so that no policy can promote what is not approved or did not pass. */
export const PromotionRule = z.strictObject({
  only_if: z.strictObject({
    status: z.literal('approved'),
    all_checks_passed: z
      .literal(true)
      .describe('Applies to every mode: a check that only warns stops the promotion too.'),
  }),
});

/** Conditions of a promotion besides those that always apply. */
export const ReleaseGates = z.strictObject({
  required_artifacts: z.exactOptional(z.array(RequiredArtifact).min(1)),
  required_approvals: z.exactOptional(Roles.min(1)).describe('For every tier, in addition to its own roles.'),
  promotion_rule: z.exactOptional(PromotionRule),
  first_release_may_lack_rollback_target: z
    .exactOptional(z.boolean())
    .describe('The first release of a model has nothing to roll back to.'),
});
export type ReleaseGates = z.infer<typeof ReleaseGates>;
