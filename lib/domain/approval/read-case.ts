import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { evidenceDigestNow as digestNow } from '../records/evidence-digest.ts';
import { Refusal } from '../refusal.ts';
import { readApproval } from './read-approval.ts';
import { releaseIdIn } from './request.ts';

/** Everything a decision is judged by, read at the start. The evidence digest is recomputed from it, never copied. */
export const readCase = async (
  store: Pick<ReleaseStore, 'get' | 'list'>,
  directory: DirectoryRecord,
  requestId: string,
): Promise<ApprovalCase> => readCaseOf(await readAsked(store, requestId), store, directory);

/**
 * The rest of a case. It is read after the request, and never with it: the request is held by what is judged, and its version
 * says which decisions there were at most.
 */
export const readCaseOf = async (
  { request, release }: Asked,
  store: Pick<ReleaseStore, 'get' | 'list'>,
  directory: DirectoryRecord,
) => {
  const { request: _, ...approval } = await readApproval(store, release);
  const evidenceDigestNow = digestNow(release, approval.checks);
  return { request, release, ...approval, directory, evidenceDigestNow };
};
export type ApprovalCase = Awaited<ReturnType<typeof readCaseOf>>;

/** A request, and the release that it is of. */
export const readAsked = async (store: Pick<ReleaseStore, 'get'>, requestId: string) => {
  // Read at one moment, by what the id says. What counts is what the request says.
  const [request, named] = await Promise.all([
    store.get('request', requestId),
    store.get('release', releaseIdIn(requestId)),
  ]);
  if (request === undefined) throw new Refusal('NotFound', 'there is no such approval request');
  const { releaseId, status } = request;
  const isAsRead = named?.releaseId === releaseId && !(named.state === 'validated' && ENDED.includes(status));
  return {
    request,
    release: isAsRead ? named : await requireFound(store.get('release', releaseId), releaseId),
  };
};

/** The release ends with a request that ends so: one that was read as open was read before it, and says not who ended it. */
const ENDED: readonly string[] = ['rejected', 'expired'];
export type Asked = Awaited<ReturnType<typeof readAsked>>;
