import { isAmong } from '../policy/identities.ts';
import type { Approval } from '../records/approval.ts';
import type { Makers } from '../release/makers.ts';

export type MakerField = 'requested_by' | 'submitted_by' | 'trained_by' | 'commit_author';

/**
 * Establishes that nobody approves their own work. Returns every reason why this person may not approve; none if they
 * may. A former version stored makers under the names that they gave, so a person is compared by all of theirs.
 */
export const separationReasons = (release: Makers, personId: string, names: readonly string[] = [personId]): string[] =>
  partsOf(release, names).map(({ did }) => `${personId} ${did} and cannot approve it`);

/** Establishes that nobody confirms a break-glass for their own work. Returns every reason why this person may not; none if they may. */
export const confirmationReasons = (
  release: Makers,
  personId: string,
  names: readonly string[] = [personId],
): string[] => partsOf(release, names).map(({ did }) => `${personId} ${did} and cannot confirm its break-glass`);

/** The fields by which a release says that this person made it; none if it does not. */
export const makerFields = (release: Makers, personId: string): MakerField[] =>
  partsOf(release, [personId]).map(({ field }) => field);

type Decider = Pick<Approval, 'approverId' | 'decision'>;

/** Establishes that nobody deploys what they made or approved. Returns every reason why this person may not; none if they may. */
export const deploymentReasons = (
  release: Makers,
  approvals: readonly Decider[],
  personId: string,
  names: readonly string[] = [personId],
): string[] => {
  const hasApproved = approvals.some(
    ({ approverId, decision }) => decision === 'approve' && isAmong(approverId, names),
  );
  const did = [...partsOf(release, names).map((part) => part.did), ...(hasApproved ? ['approved this release'] : [])];
  return did.map((act) => `${personId} ${act} and cannot ask for its promotion`);
};

type Part = { readonly field: MakerField; readonly did: string; readonly maker: string | undefined };

const partsOf = ({ requestedBy, submittedBy, manifest }: Makers, names: readonly string[]): Part[] => {
  const submitter = submittedBy === requestedBy ? undefined : submittedBy;
  const parts: Part[] = [
    { field: 'requested_by', did: 'requested this release', maker: requestedBy },
    { field: 'submitted_by', did: 'submitted this release', maker: submitter },
    { field: 'trained_by', did: 'trained this model', maker: manifest.trained_by },
    { field: 'commit_author', did: 'wrote the commit of this release', maker: manifest.commit_author },
  ];
  return parts.filter(({ maker }) => maker !== undefined && isAmong(maker, names));
};
