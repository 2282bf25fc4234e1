/** Reads what the posture of a model is judged from, as its own rows say it at this moment. */
import { readRevocation } from '../domain/approval/read-revocation.ts';
import { readChecks } from '../domain/change/read-checks.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { maturityOf } from '../domain/gate/maturity.ts';
import type { Posture } from '../domain/gate/posture.ts';
import { replayEnforced } from '../domain/gate/replay-enforced.ts';
import type { Instant } from '../domain/identifiers.ts';
import type { LogState } from '../domain/ledger/extend-log.ts';
import type { Approval } from '../domain/records/approval.ts';
import type { Release } from '../domain/release/release.ts';

type Around = {
  readonly store: Pick<ReleaseStore, 'get' | 'list'>;
  /** Undefined before its first entry. */
  readonly log: LogState | undefined;
  readonly now: Instant;
};

/** The posture of what serves, by the release that serves and the approvals of it. */
export const readPosture = async (
  release: Release,
  approvals: readonly Approval[],
  { store, log, now }: Around,
): Promise<Posture> => {
  const { releaseId, modelName, modelVersion, policySha256 } = release;
  const [kept, checks, attestations, revocation] = await Promise.all([
    store.get('policy', policySha256),
    readChecks(store, releaseId),
    store.list('attestation', releaseId),
    readRevocation(store, release),
  ]);
  const attested = attestations.map(({ stage }) => stage);
  const published = log && { size: log.tree.size, isPublished: log.published };
  const revoked = revocation?.reasons ?? [];
  const maturity = maturityOf({ release, policy: kept?.policy, approvals, attested, revoked, log: published, now });
  return {
    ...{ modelName, releaseId, modelVersion, maturity },
    enforced: kept && replayEnforced(release, kept.policy, checks),
  };
};
