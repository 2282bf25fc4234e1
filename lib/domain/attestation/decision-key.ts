/** The ledger says by itself from when on decisions are signed, and with which key. */
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
export const publishDecisionKey = (
  signer: Pick<Signer, 'keyId' | 'publicKeyPem'>,
  store: Pick<ReleaseStore, 'get' | 'commit'>,
  now: () => Instant,
): Promise<void> =>
  untilCommitted(async () => {
    const pem = await signer.publicKeyPem();
    const key = readPublicKey(pem);
    if (key?.signsEnvelopes !== true) throw new Error(`could not publish ${signer.keyId}: it is no key on P-256`);
    if ((await store.get('decision_key', key.fingerprint)) !== undefined) return;
    const at = now();
    const { keyId } = signer;
    const { fingerprint } = key;
    await store.commit(published({ entity: 'decision_key', version: 0, fingerprint, keyId, publishedAt: at }, pem), at);
  });

const published = (key: DecisionKey, pem: string): Change => ({
  model: LOG_CHAIN,
  event: eventWithoutRelease(ASSAY, {
    event_type: 'decision_key_published',
    details: { key_id: key.keyId, fingerprint: key.fingerprint, public_key: pem },
    idempotency_key: `decision_key:${key.fingerprint}`,
  }),
  writes: [{ kind: 'create', entity: key }],
  intents: [],
});
