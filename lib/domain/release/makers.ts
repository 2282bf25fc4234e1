/** Who made a release, as far as it says so itself. */
import type { ManifestRecord } from './manifest-record.ts';

/** The facts about who made a release. */
export type Makers = {
  readonly requestedBy: string;
  readonly submittedBy: string;
  readonly manifest: Pick<ManifestRecord, 'trained_by' | 'commit_author'>;
};

/** The names of everybody who made it, or wanted it. */
export const makersOf = ({ requestedBy, submittedBy, manifest }: Makers): string[] =>
  [requestedBy, submittedBy, manifest.trained_by, manifest.commit_author].filter((maker) => maker !== undefined);
