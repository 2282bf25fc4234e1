/** Looks at every object of a manifest as the intake will, before anything is sent. */
import type { ObjectLook } from '../../adapters/s3-looks.ts';
import { pinProblem } from '../../domain/intake/pin-sources.ts';
import type { Violation } from '../../domain/refusal.ts';
import { evidenceField, evidenceUris, type ReleaseManifest } from '../../domain/release/manifest.ts';
import { ARTIFACT_MAX_BYTES } from '../../domain/release/release.ts';

export type Preflight = {
  /** Each object that the release would be refused for. */
  readonly faults: readonly Violation[];
  /** Each object that could not be looked at, which says nothing about it. */
  readonly unseen: readonly { readonly uri: string; readonly why: string }[];
};

type World = {
  readonly look: (uri: string) => Promise<ObjectLook>;
  /** The buckets that releases may come from; undefined if the deployment could not be asked. */
  readonly buckets: readonly string[] | undefined;
};

export const preflight = async (manifest: ReleaseManifest, { look, buckets }: World): Promise<Preflight> => {
  const found = await Promise.all(
    objectsOf(manifest).map(async (object) => {
      const isForeign = buckets !== undefined && !buckets.includes(object.uri.split('/')[2] ?? '');
      return isForeign
        ? { ...object, problem: 'is not in a bucket that releases may come from' }
        : { ...object, ...judge(await look(object.uri), object) };
    }),
  );
  return {
    faults: found.flatMap(({ field, uri, problem }) =>
      problem === undefined ? [] : [{ field, problem: `${uri} ${problem}` }],
    ),
    unseen: found.flatMap((one) => ('why' in one && one.why !== undefined ? [{ uri: one.uri, why: one.why }] : [])),
  };
};

type NamedObject = {
  readonly name: string;
  readonly field: string;
  readonly uri: string;
  readonly sha256: string | undefined;
  /** Further data have no version in the manifest. */
  readonly declared: Pick<ReleaseManifest, 'version_ids'>;
};

const objectsOf = (manifest: ReleaseManifest): NamedObject[] => {
  const { artifact_uri: uri, artifact_sha256, evidence_sha256 = {}, deployment } = manifest;
  const digests = new Map<string, string>(Object.entries({ ...evidence_sha256, artifact: artifact_sha256 }));
  const files = Object.entries({ artifact: uri, ...evidenceUris(manifest) });
  return [
    ...files.map(([name, place]) => ({
      ...{ name, field: evidenceField(name), uri: place },
      sha256: digests.get(name),
      declared: manifest,
    })),
    ...(deployment.additional_model_data ?? []).map(({ channel_name, s3_uri, sha256 }) => ({
      name: 'artifact',
      field: `deployment.additional_model_data.${channel_name}`,
      uri: s3_uri,
      sha256,
      declared: {},
    })),
  ];
};

const judge = (
  look: ObjectLook,
  { name, sha256, declared }: NamedObject,
): { readonly problem?: string | undefined; readonly why?: string } => {
  if (look.kind === 'unseen') return { why: look.why };
  if (look.kind === 'absent') return { problem: 'is not there' };
  const { versionId, sizeBytes } = look;
  if (versionId === undefined) return { problem: 'has no version: switch on versioning of its bucket' };
  if (sha256 !== undefined && look.sha256 !== undefined && look.sha256 !== sha256) {
    return { problem: `hashes to ${look.sha256}, and the manifest says ${sha256}` };
  }
  if (sizeBytes > ARTIFACT_MAX_BYTES) return { problem: `has ${sizeBytes} bytes; the limit is ${ARTIFACT_MAX_BYTES}` };
  return { problem: pinProblem(name, { versionId, sizeBytes }, declared) };
};
