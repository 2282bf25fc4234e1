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
    const problem = 'problem' in pinned ? pinned.problem : sizeProblem(name, pinned);
    return problem === undefined ? [] : [{ field: evidenceField(name), problem: `${uri} ${problem}` }];
  });
  if (violations.length > 0) return { violations };
  const { artifact, ...evidence } = Object.fromEntries(found.map(({ name, pinned }) => [name, pinned]));
  return { sources: Sources.parse({ artifact, evidence }) };
};

/** Checked on arrival; later it would be a fault of the step that stores the evidence. */
const sizeProblem = (name: string, { sizeBytes }: PinnedObject): string | undefined =>
  name === 'artifact' || sizeBytes <= EVIDENCE_MAX_BYTES
    ? undefined
    : `has ${sizeBytes} bytes; the limit is ${EVIDENCE_MAX_BYTES} bytes`;
