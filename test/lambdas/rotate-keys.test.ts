import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { publicKeyPem } from '../../lib/adapters/kms-signer.ts';
import { readEnvelope } from '../../lib/adapters/s3-envelope-store.ts';
import { askKeyRotation } from '../../lib/domain/attestation/key-rotation.ts';
import { Instant, type Sha256 } from '../../lib/domain/identifiers.ts';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import type { KeyRotation } from '../../lib/domain/records/key-rotation.ts';
import { Envelope, verifyEnvelope } from '../../lib/domain/signing/envelope.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const RELEASE = 'hmda-mortgage-1.1.0';
const CLAIM = {
  actor: { id: 'omar.haddad', role: 'operator', auth: 'jwt' },
  reason: 'a laptop was stolen',
  linkedIncident: 'INC-9',
};
let product: Product;
let former: { record: string; attestation: string };
let keys: { recordKeyId: string; attestationKeyId: string };
beforeAll(async () => {
  product = await startProduct('rotation');
  const detail = await exampleManifest('1.1.0');
  await product.invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
  const people = async () => {
    for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(RELEASE, person);
    return 'approved';
  };
  await walk('release', { input: { releaseId: RELEASE }, invoke: product.invoke, people, meanwhile: product.drain });
  former = {
    record: await publicKeyPem(product.recordKeyId),
    attestation: await publicKeyPem(product.attestationKeyId),
  };
  // As in a deployment of new keys, the environment of the renewing Lambda is set before it is loaded.
  keys = {
    recordKeyId: await product.aws.makeKey('ECC_NIST_P256', 'SIGN_VERIFY'),
    attestationKeyId: await product.aws.makeKey('ECC_NIST_P256', 'SIGN_VERIFY'),
  };
  Object.assign(process.env, { RECORD_KEY_ID: keys.recordKeyId, ATTESTATION_KEY_ID: keys.attestationKeyId });
});
afterAll(() => product.stop());

const now = () => Instant.parse(new Date().toISOString());
const Step = z.object({ outcome: z.string(), after: z.string(), renewed: z.int(), refused: z.int() });
/** Walks the rotation machine, with each step twice, as after a crash. The second answer counts. */
const rotate = async (): Promise<KeyRotation | undefined> => {
  const { rotation } = await askKeyRotation(CLAIM, keys, product.store, now);
  let step = { outcome: 'more', after: '', renewed: 0, refused: 0 };
  for (let steps = 0; step.outcome === 'more' && steps < 10; steps += 1) {
    const { outcome: _, ...input } = step;
    const event = { rotationId: rotation.rotationId, ...input };
    step = Step.parse(await product.invoke('renew-signatures', event));
    const again = Step.parse(await product.invoke('renew-signatures', event));
    expect(again.outcome).toBe(step.outcome);
  }
  return product.store.get('key_rotation', rotation.rotationId);
};
const isBy = async (kept: { uri: string; sha256: Sha256 }, pem: string): Promise<boolean> => {
  const envelope = Envelope.parse(JSON.parse(Buffer.from(await readEnvelope(kept)).toString()));
  return 'payload' in verifyEnvelope(envelope, pem);
};
const recordOf = async () => {
  const { recordUri: uri, recordSha256: sha256 } = (await product.store.get('release', RELEASE)) ?? {};
  if (uri === undefined || sha256 === undefined) throw new Error('there is no record');
  return { uri, sha256 };
};

/** One story in two chapters. */
describe('new keys for what former ones have signed (SG-4)', () => {
  it('re-sign only what the ledger records: a planted envelope is refused, and everything else is renewed', async () => {
    const [planted] = await product.store.list('attestation', RELEASE);
    const genuine = await recordOf();
    if (planted === undefined) throw new Error('there are attestations');
    // An attacker with the key could sign an envelope and write its digest into the table.
    const key = { pk: `ATTESTATIONS#${RELEASE}`, sk: `ATTESTATION#${planted.stage}` };
    await product.doctor(key, { sha256: genuine.sha256, uri: genuine.uri });

    const rotation = await rotate();

    expect(rotation).toMatchObject({ status: 'completed', renewed: 6, refused: 1 });
    const renewed = await recordOf();
    expect(renewed.sha256).not.toBe(genuine.sha256);
    expect(await isBy(renewed, await publicKeyPem(keys.recordKeyId))).toBe(true);
    expect(await isBy(renewed, former.record)).toBe(false);
    expect(await isBy(genuine, former.record)).toBe(true);
    const refusals = (await product.store.events('hmda-mortgage')).flatMap(({ event }) =>
      event.event_type === 'signatures_renewed' ? [event.details['refused']] : [],
    );
    expect(refusals[0]).toMatchObject([{ of: planted.stage, problem: 'it is not in the ledger' }]);
    await product.doctor(key, { sha256: planted.sha256, uri: planted.uri });
  });

  it('are through when they are asked for again and nothing is amiss, with one event for each release', async () => {
    const before = (await product.store.events('hmda-mortgage')).length;

    const rotation = await rotate();

    expect(rotation).toMatchObject({ status: 'completed', attempt: 2, renewed: 1, refused: 0 });
    const pem = await publicKeyPem(keys.attestationKeyId);
    for (const attestation of await product.store.list('attestation', RELEASE)) {
      expect(attestation.keyId).toBe(keys.attestationKeyId);
      expect(await isBy(attestation, pem), attestation.stage).toBe(true);
    }
    expect((await product.store.events('hmda-mortgage')).length).toBe(before + 1);
    const completed = (await product.store.events(CONFIGURATION_CHAIN)).at(-1)?.event;
    expect(completed).toMatchObject({ event_type: 'key_rotation_completed', reason: CLAIM.reason });
    expect(completed?.details).toMatchObject({ attestation_public_key: pem });
  });

  it('leave a fault on record, after which the rotation can be asked for again', async () => {
    const other = { ...keys, recordKeyId: 'a-key-that-is-not-there' };
    const { rotation } = await askKeyRotation(CLAIM, other, product.store, now);

    await product.invoke('record-fault', { rotationId: rotation.rotationId, error: 'States.Timeout' });
    await product.invoke('record-fault', { rotationId: rotation.rotationId, error: 'States.Timeout' });

    expect(await product.store.get('key_rotation', rotation.rotationId)).toMatchObject({ status: 'faulted' });
    expect((await askKeyRotation(CLAIM, other, product.store, now)).outcome).toBe('requested');
  });
});
