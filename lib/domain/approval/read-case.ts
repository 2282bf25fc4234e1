import { readChecks } from '../change/read-checks.ts';
import { readFormerDecisionsOf, readOwnEnd } from '../change/read-former-decisions.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { evidenceDigest } from '../records/evidence-digest.ts';
import { Refusal } from '../refusal.ts';

/** Everything a decision is judged by, read at the start. The evidence digest is recomputed from it, never copied. */
export const readCase = async (
  store: Pick<ReleaseStore, 'get' | 'list'>,
  directory: DirectoryRecord,
  requestId: string,
) => {
  const request = await store.get('request', requestId);
  if (request === undefined) throw new Refusal('NotFound', 'there is no such approval request');
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  const [checks, approvals, { policy }, former, ended] = await Promise.all([
    readChecks(store, release.releaseId),
    store.list('approval', release.releaseId),
    requireFound(store.get('policy', release.policySha256), release.policySha256),
    readFormerDecisionsOf(store, release),
    readOwnEnd(store, release),
  ]);
  const evidenceDigestNow = evidenceDigest(release, checks);
  return { request, release, checks, approvals, policy, directory, former, ended, evidenceDigestNow };
};
export type ApprovalCase = Awaited<ReturnType<typeof readCase>>;
