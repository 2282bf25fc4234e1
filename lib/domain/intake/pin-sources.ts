import type { Violation } from '../refusal.ts';
import { evidenceField, evidenceUris, type ReleaseManifest } from '../release/manifest.ts';
import { EVIDENCE_MAX_BYTES, type PinnedObject, Sources } from '../release/release.ts';
import type { EvidenceSource } from './evidence-source.ts';

/** Pins the artifact and every evidence that a manifest names, or names all that cannot be pinned. */
export const pinSources = async (
  manifest: ReleaseManifest,
  source: EvidenceSource,
): Promise<{ readonly sources: Sources } | { readonly violations: readonly Violation[] }> => {
  const uris = { artifact: manifest.artifact_uri, ...evidenceUris(manifest) };
  const found = await Promise.all(
    Object.entries(uris).map(async ([name, uri]) => ({ name, uri, pinned: await source.pin(uri) })),
  );
  const violations = found.flatMap(({ name, uri, pinned }): Violation[] => {
    const problem = 'problem' in pinned ? pinned.problem : pinProblem(name, pinned, manifest);
    return problem === undefined ? [] : [{ field: evidenceField(name), problem: `${uri} ${problem}` }];
  });
  if (violations.length > 0) return { violations };
  const { artifact, ...evidence } = Object.fromEntries(found.map(({ name, pinned }) => [name, pinned]));
  return { sources: Sources.parse({ artifact, evidence }) };
};

/** Why an object that is there is not what the manifest means, as the rest of a sentence that begins with its URI. */
export const pinProblem = (
  name: string,
  { versionId, sizeBytes }: Pick<PinnedObject, 'versionId' | 'sizeBytes'>,
  { version_ids: declared = {} }: Pick<ReleaseManifest, 'version_ids'>,
): string | undefined => {
  const expected = new Map<string, string>(Object.entries(declared)).get(name);
  // What is served is the newest version, so an older one would be approved in vain.
  if (expected !== undefined && versionId !== expected) {
    return `has version ${versionId} by now, and the manifest means ${expected}: it was put there again`;
  }
  // Checked on arrival; later it would be a fault of the step that stores the evidence.
  return name === 'artifact' || sizeBytes <= EVIDENCE_MAX_BYTES
    ? undefined
    : `has ${sizeBytes} bytes; the limit is ${EVIDENCE_MAX_BYTES} bytes`;
};
