import type { CheckRecord } from '../checks/check.ts';
import type { ReleaseManifest } from '../release/manifest.ts';
import type { Release } from '../release/release.ts';

/** One thing in which a release is not what is live now. */
export type Difference = { readonly subject: string; readonly live: string; readonly candidate: string };

type Described = { readonly release: Pick<Release, 'manifest' | 'riskTier'>; readonly checks: readonly CheckRecord[] };

/** Everything governed in which the candidate differs from the live release: what it is made of, and what was measured. */
export const differencesToLive = (live: Described, candidate: Described): Difference[] => {
  const before = described(live);
  const after = described(candidate);
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((subject) => ({ subject, live: before.get(subject) ?? '', candidate: after.get(subject) ?? '' }))
    .filter((row) => row.live !== row.candidate);
};

const described = ({ release, checks }: Described): Map<string, string> =>
  new Map([
    ['risk_tier', release.riskTier],
    ...GOVERNED.map((field): [string, string] => [field, String(release.manifest[field])]),
    ...Object.entries(release.manifest.deployment).map(([field, value]): [string, string] => [
      `deployment.${field}`,
      String(value),
    ]),
    ...checks.map(({ name, status, measured }): [string, string] => [
      name,
      measured === '' ? status : `${status}: ${measured}`,
    ]),
  ]);

const GOVERNED = [
  'model_version',
  'git_commit',
  'artifact_sha256',
  'training_dataset_ref',
  'training_dataset_sha256',
  'feature_schema_version',
  'config_version',
  'trained_by',
] as const satisfies readonly (keyof ReleaseManifest)[];
