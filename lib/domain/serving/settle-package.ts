import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { published } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { packageId } from '../records/package-holder.ts';
import type { RegistryDrift } from '../records/registry-drift.ts';
import { isSuspending, REJECTED_BY_HAND, type Suspension } from '../records/suspension.ts';
import { Refusal } from '../refusal.ts';
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
    const suspensions = await store.list('suspension', release.releaseId);
    const standing = suspensions.filter(isSuspending);
    const rejection = standing.find(({ kind }) => kind === REJECTED_BY_HAND);
    if (drift.settledAt !== undefined && rejection === undefined) return { drift, outcome: 'known' };
    assertOther(claim, release, rejection);
    const at = now();
    const settled = settledRow(drift, claim, at);
    const change = recordSettlement({ claim, release, settled, rejection, standing, at });
    await store.commit(expecting(change, ...suspensions), at);
    return { drift: { ...settled, version: settled.version + 1 }, outcome: 'settled' };
  });

/** Whoever wants a release does not wave away what somebody had against it. */
const assertOther = ({ names }: SettlementClaim, release: Release, rejection: Suspension | undefined): void => {
  const { requestedBy, submittedBy, manifest } = release;
  const makers = [requestedBy, submittedBy, manifest.trained_by, manifest.commit_author];
  if (rejection === undefined || !makers.some((maker) => maker !== undefined && names.includes(maker))) return;
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

type Settled = {
  readonly claim: SettlementClaim;
  readonly release: Release;
  readonly settled: RegistryDrift;
  readonly rejection: Suspension | undefined;
  readonly standing: readonly Suspension[];
  readonly at: Instant;
};

const recordSettlement = ({ claim, release, settled, rejection, standing, at }: Settled): Change => {
  const { packageRejectedSince: _, suspendedSince, ...free } = release;
  const isStillSuspended = suspendedSince !== undefined && standing.some((one) => one !== rejection);
  const after: Release = { ...free, ...(isStillSuspended ? { suspendedSince } : {}) };
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
        lifted: rejection !== undefined,
      },
    }),
    writes: [
      { kind: 'replace', entity: settled },
      ...(rejection === undefined
        ? []
        : [
            {
              kind: 'replace' as const,
              entity: { ...rejection, status: 'lifted', liftedAt: at, liftedBy: claim.actor.id },
            },
          ]),
      // Replaced even where nothing of it changes: whoever looks at the same moment has to look again.
      { kind: 'replace', entity: after },
    ],
    intents: [
      { intent: { kind: 'sync_registry', releaseId: release.releaseId } },
      published('Model Package Settled', after),
    ],
  };
};
