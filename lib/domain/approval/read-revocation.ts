/** Whether those who gave an approval took it back, for what shows that approval and reads neither its decisions nor its standing. */
import { readFormerDecisionsOf } from '../change/read-former-decisions.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant } from '../identifiers.ts';
import { isByPerson } from '../records/former-decision.ts';
import type { Reason, Release } from '../release/release.ts';
import { revocationReasons } from './in-force.ts';

/** Why an approval does not hold any more, and when somebody last decided so. */
export type Revocation = { readonly reasons: readonly Reason[]; readonly since: Instant };

/**
 * How the approval of a release was taken back; undefined if it was not, or if there is none. Nearly always nobody decided against the
 * same bytes, which is one read.
 */
export const readRevocation = async (
  store: Pick<ReleaseStore, 'get' | 'list'>,
  release: Release,
): Promise<Revocation | undefined> => {
  if (release.approvedAt === undefined) return undefined;
  const former = await readFormerDecisionsOf(store, release);
  const against = former.filter((one) => one.isOfContent && isByPerson(one)).map(({ decidedAt }) => decidedAt);
  const since = against.sort().at(-1);
  if (since === undefined) return undefined;
  const [kept, approvals] = await Promise.all([
    store.get('policy', release.policySha256),
    store.list('approval', release.releaseId),
  ]);
  const reasons = revocationReasons({ release, policy: kept?.policy, approvals, former });
  return reasons.length === 0 ? undefined : { reasons, since };
};
