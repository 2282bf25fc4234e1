/** New signing keys: one command re-signs what the former keys have signed, and nothing is lost. */
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOf } from '../../../lib/adapters/s3-objects.ts';
import type { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import { Envelope, verifyEnvelope } from '../../../lib/domain/signing/envelope.ts';
import { clientConfig } from '../../../local/clients.ts';
import { assay } from '../support/doors.ts';
import { setEnvironment } from '../support/functions.ts';
import { inProduction } from '../support/life.ts';
import { variant } from '../support/variant.ts';
import { endpoints, read, store } from '../support/world.ts';

const kms = new KMSClient(clientConfig(endpoints.awsEndpoint));
const ORDER = ['--reason', 'a laptop was stolen', '--incident', 'INC-9'];

type Keys = { readonly [One in 'RECORD_KEY_ID' | 'ATTESTATION_KEY_ID']?: string | undefined };
const makeKey = async (): Promise<string> => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  return KeyMetadata?.Arn ?? '';
};

/** Does what deploying the next generation of keys does to the two Lambdas of a rotation. */
const deployKeys = (keys: Keys): Promise<Keys> => setEnvironment(/ServeApi|RenewSignatures/, keys);

let manifest: ReleaseManifest;
let former: Keys;
let keys: Keys;
beforeAll(async () => {
  manifest = await inProduction(await variant('signed-by-former-keys', '1.1.0'));
  keys = { RECORD_KEY_ID: await makeKey(), ATTESTATION_KEY_ID: await makeKey() };
  former = await deployKeys(keys);
});
/** The deployment is shared: restores the keys and signatures that the other tests expect. */
afterAll(async () => {
  await deployKeys(former);
  expect(await assay('keys', 'rotate', ...ORDER)).toMatchObject({ code: 0 });
});

const isBy = async (uri: string, keyId: string | undefined): Promise<boolean> => {
  const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
  const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(PublicKey).toString('base64')}\n-----END PUBLIC KEY-----\n`;
  const { bucket, key } = placeOf(uri);
  const envelope = Envelope.parse(JSON.parse((await read(bucket, key)).toString()));
  return 'payload' in verifyEnvelope(envelope, pem);
};

describe('assay keys rotate (SG-4)', () => {
  it('refuses to go without a reason, and without a window that can be read', async () => {
    expect(await assay('keys', 'rotate', '--reason', 'why')).toMatchObject({ code: 2 });
    expect(await assay('keys', 'rotate', ...ORDER, '--suspect-from', 'lately')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is not a date or time in ISO 8601'),
    });
  });

  it('re-signs everything, keeps the earlier signatures, and lists what was signed in the suspect window', async () => {
    const before = await store.get('release', manifest.release_id);
    const attestations = await store.list('attestation', manifest.release_id);

    const { code, out } = await assay('keys', 'rotate', ...ORDER, '--suspect-from', '2020-01-01', '--json');

    const { rotation, suspects } = JSON.parse(out);
    expect(code).toBe(0);
    expect(rotation).toMatchObject({ status: 'completed', refused: 0, reason: 'a laptop was stolen' });
    expect(rotation.renewed).toBeGreaterThanOrEqual(attestations.length + 1);
    const after = await store.get('release', manifest.release_id);
    expect(after?.recordKeyId).toBe(keys.RECORD_KEY_ID);
    expect(await isBy(after?.recordUri ?? '', keys.RECORD_KEY_ID)).toBe(true);
    expect(await isBy(before?.recordUri ?? '', former.RECORD_KEY_ID)).toBe(true);
    expect(attestations).not.toEqual([]);
    for (const { uri, stage } of attestations) expect(await isBy(uri, former.ATTESTATION_KEY_ID), stage).toBe(true);
    for (const { uri, stage } of await store.list('attestation', manifest.release_id)) {
      expect(await isBy(uri, keys.ATTESTATION_KEY_ID), stage).toBe(true);
    }
    const all = suspects.signatures.filter((it: { release_id: string }) => it.release_id === manifest.release_id);
    const isDecision = ({ of }: { of: string }) => of.startsWith('decision of ');
    const mine = all.filter((it: { of: string }) => !isDecision(it));
    // Decisions are never re-signed.
    expect(all.filter(isDecision)).toMatchObject([
      { of: 'decision of ana.silva', renewed_as: '' },
      { of: 'decision of ruth.meyer', renewed_as: '' },
    ]);
    expect(mine).toContainEqual(
      expect.objectContaining({
        of: 'governance_record',
        sha256: before?.recordSha256,
        key_id: former.RECORD_KEY_ID,
        renewed_as: after?.recordSha256,
      }),
    );
    expect(mine).toHaveLength(attestations.length + 1);
    expect(mine.filter((it: { renewed_as: string }) => it.renewed_as === '')).toEqual([]);
  });

  it('asked for again is the same rotation, and the list can be read at any time', async () => {
    const { code, out } = await assay('keys', 'rotate', ...ORDER);
    const signed = await assay('keys', 'signed', '--from', '2020-01-01');

    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('is by the current keys') });
    expect(signed).toMatchObject({ code: 0, out: expect.stringContaining('re-signed as') });
    expect(signed.out).toContain(`key 1: `);
  });
});
