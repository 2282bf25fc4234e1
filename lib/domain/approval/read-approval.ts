import { readChecks } from '../change/read-checks.ts';
import { readFormerDecisionsOf, readOwnEnd } from '../change/read-former-decisions.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import { contentSha256 } from '../release/manifest.ts';
import type { Release } from '../release/release.ts';

/** Everything that shows whether people approved what is stored of a release. `request` and `content` can change, and are held. */
export const readApproval = async (store: Pick<ReleaseStore, 'get' | 'list'>, release: Release) => {
  const { releaseId, policySha256, approvalRequestId } = release;
  const [{ policy }, checks, approvals, former, ended, content, request] = await Promise.all([
    requireFound(store.get('policy', policySha256), policySha256),
    readChecks(store, releaseId),
    store.list('approval', releaseId),
    readFormerDecisionsOf(store, release),
    readOwnEnd(store, release),
    // By what the manifest hashes to, and not by what the row says that it does.
    store.get('content', contentSha256(release.manifest)),
    approvalRequestId === undefined ? undefined : store.get('request', approvalRequestId),
  ]);
  return { policy, checks, approvals, former, ended, content, request };
};
