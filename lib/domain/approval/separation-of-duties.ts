import type { ManifestRecord } from '../release/manifest-record.ts';

/** The facts about who made a release. */
export type Makers = {
  readonly requestedBy: string;
  readonly submittedBy: string;
  readonly manifest: Pick<ManifestRecord, 'trained_by' | 'commit_author'>;
};

/**
 * Establishes that nobody approves their own work. Returns every reason why this person may not approve; none if they
 * may. A former version stored makers under the names that they gave, so a person is compared by all of theirs.
 */
export const separationReasons = (
  { requestedBy, submittedBy, manifest }: Makers,
  personId: string,
  names: readonly string[] = [personId],
): string[] => {
  const parts: [string, string | undefined][] = [
    ['requested this release', requestedBy],
    ['submitted this release', submittedBy === requestedBy ? undefined : submittedBy],
    ['trained this model', manifest.trained_by],
    ['wrote the commit of this release', manifest.commit_author],
  ];
  return parts.flatMap(([did, maker]) =>
    maker !== undefined && names.includes(maker) ? [`${personId} ${did} and cannot approve it`] : [],
  );
};
