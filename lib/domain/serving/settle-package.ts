import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { published } from '../change/published.ts';
import { readStanding } from '../change/read-standing.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { lifting } from '../change/suspending.ts';
import { syncOf } from '../change/sync.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { isAmong } from '../policy/identities.ts';
import type { Approval } from '../records/approval.ts';
import { packageId } from '../records/package-holder.ts';
import type { RegistryDrift } from '../records/registry-drift.ts';
import type { Standing } from '../records/standing-conditions.ts';
import { isSuspending, REJECTED_BY_HAND, type Suspension } from '../records/suspension.ts';
import { Refusal } from '../refusal.ts';
import { makersOf } from '../release/makers.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';

export type SettlementClaim = {
  readonly releaseId: string;
  readonly actor: Actor;
  /** Every name of the operator, where a former version may have stored another than their id. */
  readonly names: readonly string[];
  readonly reason: string;
  readonly linkedIncident: string;
};

type Settlement = { readonly drift: RegistryDrift; readonly outcome: 'settled' | 'known' };

/**
 * Afterwards it is on record that a person has dealt with what was done by hand to the package of a release: a rejection is
 * lifted, the registry is made to show what the table says, and answers are counted from none again. Saying so again changes
 * nothing. Refuses those who requested the release, where its package was rejected.
 */
export const settlePackage = (
  claim: SettlementClaim,
  store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>,
  now: () => Instant,
): Promise<Settlement> =>
  untilCommitted(async () => {
    const release = await store.get('release', claim.releaseId);
    if (release === undefined) throw new Refusal('NotFound', `there is no release ${claim.releaseId}`);
    const { modelPackageArn: arn } = release;
    const drift = arn === undefined ? undefined : await store.get('registry_drift', packageId(arn));
    if (drift?.releaseId !== release.releaseId) {
      throw new Refusal('NotFound', `nothing was done by hand to the package of ${release.releaseId}`);
    }
    const [approvals, { met, suspensions }] = await Promise.all([
      store.list('approval', release.releaseId),
      readStanding(store, release),
    ]);
    const rejection = suspensions.find((one) => one.kind === REJECTED_BY_HAND && isSuspending(one));
    if (drift.settledAt !== undefined && rejection === undefined) return { drift, outcome: 'known' };
    assertOther(claim, release, rejection);
    const at = now();
    const settled = settledRow(drift, claim, at);
    const change = recordSettlement({ claim, release, settled, approvals, met, suspensions, at });
    await store.commit(expecting(change, ...approvals, ...suspensions), at);
    return { drift: { ...settled, version: settled.version + 1 }, outcome: 'settled' };
  });

/** Whoever wants a release does not wave away what somebody had against it. */
const assertOther = ({ names }: SettlementClaim, release: Release, rejection: Suspension | undefined): void => {
  if (rejection === undefined || !makersOf(release).some((maker) => isAmong(maker, names))) return;
  throw new Refusal(
    'SeparationOfDuties',
    'whoever made or requested a release does not lift a rejection of its package',
  );
};

/** What was seen last may be written over now, whatever the policy says of what comes next. */
const settledRow = (
  { personNeededSince: _, ...drift }: RegistryDrift,
  { actor }: SettlementClaim,
  at: Instant,
): RegistryDrift => ({ ...drift, answer: 'reverted', answeredAt: [], settledAt: at, settledBy: actor.id });

type Settled = Standing & {
  readonly claim: SettlementClaim;
  readonly release: Release;
  readonly settled: RegistryDrift;
  readonly approvals: readonly Approval[];
  readonly at: Instant;
};

const recordSettlement = ({ claim, release, settled, approvals, met, suspensions, at }: Settled): Change => {
  const { packageRejectedSince: rejected, ...accepted } = release;
  const isLifted = ({ kind }: Suspension) => kind === REJECTED_BY_HAND;
  const by = claim.actor.id;
  const { after, isReinstated, ...written } = lifting(accepted, { approvals, met, suspensions, isLifted, by, now: at });
  return {
    model: release.modelName,
    event: releaseEvent(after, claim.actor, {
      event_type: 'model_package_settled',
      idempotency_key: `${release.releaseId}:settled:${settled.version}`,
      reason: claim.reason,
      linked_incident: claim.linkedIncident,
      details: {
        model_package_arn: settled.modelPackageArn,
        kind: settled.kind,
        found_at: settled.foundAt,
        lifted: rejected !== undefined,
      },
    }),
    writes: [{ kind: 'replace', entity: settled }, ...written.writes],
    intents: [
      ...(isReinstated ? [] : [syncOf(release)]),
      ...written.intents,
      published('Model Package Settled', after),
    ],
  };
};
