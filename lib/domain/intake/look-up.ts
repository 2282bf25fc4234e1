import { Refusal } from '../refusal.ts';
import type { ReleaseManifest } from '../release/manifest.ts';
import type { Sources } from '../release/release.ts';
import type { ServingSpecification } from '../release/serving-specification.ts';
import { findServing, packageViolations, type ServingWorld, specificationOf } from './find-serving.ts';
import { pinSources } from './pin-sources.ts';

/** Pins what the release is made of and settles what it serves, or names everything that is in the way. */
export const lookUp = async (
  manifest: ReleaseManifest,
  world: ServingWorld,
): Promise<{ readonly sources: Sources; readonly serving: ServingSpecification }> => {
  const [pinned, found] = await Promise.all([pinSources(manifest, world.evidence), findServing(manifest, world)]);
  if ('violations' in found)
    throw new Refusal('ManifestInvalid', 'it cannot be served as it asks for', found.violations);
  if ('violations' in pinned) {
    throw new Refusal('EvidenceMissing', 'some files that the manifest names cannot be pinned', pinned.violations);
  }
  const { sources } = pinned;
  const serving = specificationOf(manifest, sources.artifact, found, world.servingDefaults);
  const asked = { modelName: manifest.model_name, manifest, serving };
  const violations = packageViolations(asked, found.modelPackage, world.packages.home);
  if (violations.length === 0) return { sources, serving };
  throw new Refusal('ManifestInvalid', 'the model package does not hold what the manifest says', violations);
};
