import { type LockedIn, readEnvelope, signAndKeep } from '../../lib/adapters/s3-envelope-store.ts';
import type { RenewalCounts } from '../../lib/domain/attestation/key-rotation.ts';
import {
  type RenewalOutcome,
  recordRenewal,
  renewalCounts,
  renewalProblem,
  type StaleSignature,
  staleSignatures,
} from '../../lib/domain/attestation/renewal.ts';
import { GOVERNANCE_RECORD } from '../../lib/domain/attestation/signature.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { allEventsOf } from '../../lib/domain/change/page.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import type { KeyRotation } from '../../lib/domain/records/key-rotation.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { Envelope } from '../../lib/domain/signing/envelope.ts';
import type { Signer } from '../../lib/domain/signing/signer.ts';
import { now } from '../../lib/runtime/clock.ts';

type World = {
  readonly store: ReleaseStore;
  readonly signers: { readonly record: Signer; readonly attestation: Signer };
  readonly lockedIn: LockedIn;
};

/**
 * Afterwards every envelope of this release that the ledger records is signed with the keys of the rotation. Doing it
 * again changes nothing.
 */
export const renewRelease = (releaseId: string, rotation: KeyRotation, world: World): Promise<RenewalCounts> =>
  untilCommitted(async () => {
    const { store } = world;
    const [release, attestations] = await Promise.all([
      requireFound(store.get('release', releaseId), releaseId),
      store.list('attestation', releaseId),
    ]);
    const stale = staleSignatures({ release, attestations }, rotation);
    if (stale.length === 0) return { renewed: 0, refused: 0 };
    const events = (await allEventsOf(store, release)).map(({ event }) => event);
    const outcomes = await Promise.all(stale.map((one) => renew(one, renewalProblem(one, events), release, world)));
    const change = recordRenewal({ release, attestations }, outcomes, rotation, now());
    await store.commit(expecting(change, rotation, ...attestations), now());
    return renewalCounts(outcomes);
  });

/** Signs the kept statement byte for byte: a rotation changes the signature, never what was stated. */
const renew = async (
  stale: StaleSignature,
  problem: string | undefined,
  release: Release,
  { signers, lockedIn }: World,
): Promise<RenewalOutcome> => {
  if (problem !== undefined) return { stale, kind: 'refused', problem };
  const isRecord = stale.of === GOVERNANCE_RECORD;
  const { payload } = Envelope.parse(JSON.parse(Buffer.from(await readEnvelope(stale.kept)).toString('utf8')));
  const signer = isRecord ? signers.record : signers.attestation;
  const kind = isRecord ? 'record' : { attestationOf: stale.of };
  const kept = await signAndKeep(Buffer.from(payload, 'base64'), release, kind, { signer, lockedIn });
  return { stale, kind: 'renewed', kept };
};
