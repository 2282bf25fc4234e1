import * as z from 'zod';
import { ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { compareVersions } from '../release/model-version.ts';
import type { Release } from '../release/release.ts';
import { stored } from '../stored.ts';

/**
 * The versions of a model that have been in production, each with its release. People know the model by these versions,
 * so no other release may serve under one of them later.
 */
export const ServedVersions = stored({
  entity: z.literal('served_versions'),
  version: z.int().min(0),
  modelName: ModelName,
  releases: z.record(z.string(), ReleaseId),
});
export type ServedVersions = z.infer<typeof ServedVersions>;
export const servedVersionsKind = defineKind(ServedVersions, {
  partition: 'VERSIONS',
  of: ['modelName'],
  sort: 'VERSIONS',
});

type Wanted = Pick<Release, 'releaseId' | 'modelVersion'>;

/**
 * Why a release cannot use its version: another release has served under the same version or a later one. Undefined if
 * it can.
 */
export const versionProblem = (served: ServedVersions | undefined, wanted: Wanted): string | undefined => {
  const others = Object.entries(served?.releases ?? {}).filter(([, releaseId]) => releaseId !== wanted.releaseId);
  for (const [version, releaseId] of others) {
    if (compareVersions(version, wanted.modelVersion) === 0) {
      return version === wanted.modelVersion
        ? `${version} is the version of ${releaseId}, which has been in production`
        : `${wanted.modelVersion} is equal in precedence to ${version}, the version of ${releaseId}, which has been in production`;
    }
  }
  const [latest] = others
    .filter(([version]) => Number(compareVersions(version, wanted.modelVersion)) > 0)
    .sort(([a], [b]) => Number(compareVersions(b, a)));
  return latest && `${wanted.modelVersion} is lower than ${latest[0]}, the version of ${latest[1]}`;
};

/** Adds the version of a release that goes into production now. */
export const withVersion = (served: ServedVersions | undefined, release: Release): ServedVersions => ({
  ...served,
  entity: 'served_versions',
  version: served?.version ?? 0,
  modelName: release.modelName,
  releases: { ...served?.releases, [release.modelVersion]: release.releaseId },
});
