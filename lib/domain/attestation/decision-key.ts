/** The ledger says by itself from when on decisions and renewals are signed, and with which keys. */
import type { Change } from '../change/change.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { LOG_CHAIN } from '../ledger/event.ts';
import type { DecisionKey } from '../records/decision-key.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';
import { readPublicKey } from '../signing/fingerprint.ts';
import type { Signer } from '../signing/signer.ts';

/**
 * Afterwards the key that signs decisions is published in the log, once. From the next checkpoint on, an auditor takes no
 * decision without its signature.
 */
export const publishDecisionKey: Publish = (...given) => publish('decision_key', ...given);

/**
 * Afterwards the key that signs attestations is published in the log, once. An auditor takes no renewal of an approval without its
 * signature.
 */
export const publishAttestationKey: Publish = (...given) => publish('attestation_key', ...given);

type Publish = (
  signer: Pick<Signer, 'keyId' | 'publicKeyPem'>,
  store: Pick<ReleaseStore, 'get' | 'commit'>,
  now: () => Instant,
) => Promise<void>;

const publish = (use: 'decision_key' | 'attestation_key', ...[signer, store, now]: Parameters<Publish>) =>
  untilCommitted(async () => {
    const pem = await signer.publicKeyPem();
    const key = readPublicKey(pem);
    if (key?.signsEnvelopes !== true) throw new Error(`could not publish ${signer.keyId}: it is no key on P-256`);
    if ((await store.get('decision_key', key.fingerprint)) !== undefined) return;
    const at = now();
    const { keyId } = signer;
    const { fingerprint } = key;
    const row: DecisionKey = { entity: 'decision_key', version: 0, fingerprint, keyId, publishedAt: at };
    await store.commit(published(use, row, pem), at);
  });

const published = (use: 'decision_key' | 'attestation_key', key: DecisionKey, pem: string): Change => ({
  model: LOG_CHAIN,
  event: eventWithoutRelease(ASSAY, {
    event_type: `${use}_published`,
    details: { key_id: key.keyId, fingerprint: key.fingerprint, public_key: pem },
    idempotency_key: `${use}:${key.fingerprint}`,
  }),
  writes: [{ kind: 'create', entity: key }],
  intents: [],
});
