import type { ModelPackage } from './model-package.ts';

/** Metadata by which a package asks one deployment of an account, and no other. It is no field of a manifest. */
export const ENVIRONMENT_METADATA = 'gov.environment';

/** Whose packages a deployment takes in. */
export type Addressee = { readonly environment: string; readonly groups: readonly string[] };

/**
 * Establishes that a package asks this deployment for a release: SageMaker announces those of every team of the account,
 * and a refusal of theirs would be locked for years. A package that names no environment asks by its group where the
 * settings name groups, or else by any metadata of ours.
 */
export const isAddressed = (
  { ModelPackageGroupName: group = '', CustomerMetadataProperties: metadata }: ModelPackage,
  { environment, groups }: Addressee,
): boolean => {
  const named = metadata[ENVIRONMENT_METADATA];
  if (named !== undefined) return named === environment;
  return groups.length > 0 ? groups.includes(group) : Object.keys(metadata).some((key) => key.startsWith('gov.'));
};
