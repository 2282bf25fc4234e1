/** The overlays of a deployment as they are deployed, and the policy that applies to one of its models. */
import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { stored } from '../stored.ts';
import { PolicyRecord, policySha256 } from './policy-record.ts';
import { isInScope, ScopeRecord, type Tags } from './scope.ts';
import { stricterOf } from './stricter-of.ts';

export const ScopedOverlay = stored({
  name: z.string(),
  sha256: Sha256,
  scope: ScopeRecord,
  /** The base as this overlay alone makes it. */
  policy: PolicyRecord,
});
export type ScopedOverlay = z.infer<typeof ScopedOverlay>;

export const ScopedPolicies = stored({
  overlays: z.array(ScopedOverlay),
  models: z.array(stored({ name: z.string(), tags: z.record(z.string(), z.string()) })),
  /** The digest of the file that lists the models; absent if there is none. */
  models_sha256: z.exactOptional(Sha256),
});
export type ScopedPolicies = z.infer<typeof ScopedPolicies>;

/** The policies of a deployment. Without overlays, the base applies to every model, and is deployed by itself. */
export const Policies = z
  .looseObject({})
  .transform((deployed) => ('base' in deployed ? deployed : { base: deployed }))
  .pipe(stored({ base: PolicyRecord, scoped: ScopedPolicies.optional() }));
export type Policies = { readonly base: PolicyRecord; readonly scoped?: ScopedPolicies | undefined };

export type AppliedPolicy = {
  readonly policy: PolicyRecord;
  readonly overlays: readonly ScopedOverlay[];
  /** The tags that are declared for the model. */
  readonly tags: Tags;
};

/**
 * Establishes the policy of a model: the base, with the stricter of each demand of all overlays whose scope it is in. If there
 * are any, the policy names them and their digests.
 */
export const policyOf = (
  { base, scoped }: Policies,
  modelName: string,
  tags: Tags = declaredTags(scoped, modelName),
): AppliedPolicy => {
  const model = { name: modelName, tags };
  const overlays = (scoped?.overlays ?? []).filter(({ scope }) => isInScope(scope, model));
  return { policy: withOverlays(base, overlays), overlays, tags };
};

const declaredTags = (scoped: ScopedPolicies | undefined, modelName: string): Tags =>
  new Map(Object.entries(scoped?.models.find(({ name }) => name === modelName)?.tags ?? {}));

const withOverlays = (base: PolicyRecord, overlays: readonly ScopedOverlay[]): PolicyRecord => {
  const [first, ...others] = overlays;
  if (first === undefined) return base;
  const policy = others.reduce((joined, overlay) => joinChecked(base, joined, overlay), first.policy);
  return {
    ...policy,
    applied: {
      base: { name: base.name, sha256: policySha256(base) },
      overlays: overlays.map(({ name, sha256 }) => ({ name, sha256 })),
    },
  };
};

/** Every set of overlays that can meet was joined at synth, so a conflict here is a fault, and nothing is let pass. */
const joinChecked = (base: PolicyRecord, joined: PolicyRecord, { name, policy }: ScopedOverlay): PolicyRecord => {
  const result = stricterOf(base, joined, policy);
  if ('policy' in result) return result.policy;
  throw new Error(
    `could not apply overlay ${name}: it contradicts another in ${result.conflict.join('.') || 'several parts'}`,
  );
};
