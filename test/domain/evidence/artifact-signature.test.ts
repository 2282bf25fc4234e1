import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  parseArtifactSignature,
  type SignedArtifact,
  verifyArtifactSignature,
} from '../../../lib/domain/evidence/artifact-signature.ts';
import { TrustedKey } from '../../../lib/domain/evidence/signatures/trusted-key.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { preAuthenticationEncoding } from '../../../lib/domain/signing/envelope.ts';
import { refusalOf } from '../../support/refusals.ts';
import { trusting } from '../../support/signature-trust.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/model-signing');
const vector = (file: string) => readFileSync(join(VECTORS, file));
const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const trust = (name: string, pem: string): TrustedKey => TrustedKey.parse({ name, public_key_pem: pem });
const digest = (bytes: Uint8Array): Sha256 => Sha256.parse(createHash('sha256').update(bytes).digest('hex'));

/** It comes in chunks, as from S3. */
const artifactOf = (bytes: Uint8Array): SignedArtifact => ({
  sha256: digest(bytes),
  bytes: async () =>
    (async function* () {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    })(),
});

const OWN = trust('own', vector('signer.pub.pem').toString());
const FOREIGN = trust('foreign', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey));
const MODEL = artifactOf(vector('model/model.onnx'));
const OTHER = artifactOf(Buffer.from('another model'));

const verdict = (file: Uint8Array, artifact: SignedArtifact, keys: TrustedKey[]) =>
  verifyArtifactSignature(parseArtifactSignature(file), artifact, trusting(keys));

describe.each([
  ['an OpenSSF model signature', 'v1.sig'],
  ['one from before version 1.0', 'v0.2.sig'],
])('%s', (_, file) => {
  it('names the trusted key that signed a set of files with this artifact', async () => {
    expect(await verdict(vector(file), MODEL, [FOREIGN, OWN])).toEqual({ outcome: 'signed', key: 'own' });
  });

  it('is reported when it is by another key', async () => {
    expect(await verdict(vector(file), MODEL, [FOREIGN])).toEqual({ outcome: 'other_key' });
  });

  it('is reported when it is of other files, by their digests', async () => {
    expect(await verdict(vector(file), OTHER, [OWN])).toEqual({
      outcome: 'other_artifact',
      signed: [digest(vector('model/config.txt')), MODEL.sha256],
    });
  });

  it('does not verify once a signed byte is changed', async () => {
    const bundle = JSON.parse(vector(file).toString());
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
    bundle.dsseEnvelope.payload = Buffer.from(payload.replaceAll(MODEL.sha256, OTHER.sha256)).toString('base64');

    expect(await verdict(Buffer.from(JSON.stringify(bundle)), OTHER, [OWN])).toEqual({ outcome: 'other_key' });
  });
});

/** What model-signing itself wrote, with each kind of key that it takes. It writes base64 in the standard alphabet. */
describe.each(['P-256', 'P-384', 'P-521'])('a key on %s', (curve) => {
  const key = trust(curve, vector(`curves/${curve}.pub.pem`).toString());

  it.each(
    ['0.2.0', '0.3.1', '1.0.0', '1.0.1', '1.1.0', '1.1.1'].flatMap((version) =>
      (['as it is', 'URL-safe', 'URL-safe with padding'] as const).map((alphabet) => [version, alphabet] as const),
    ),
  )('is known in what model-signing %s wrote, %s, in a bundle and bare', async (version, alphabet) => {
    const bundle = JSON.parse(vector(`curves/${version}-${curve}.sig`).toString());
    const written = (text: string) => {
      if (alphabet === 'as it is') return text;
      const urlSafe = text.replaceAll('+', '-').replaceAll('/', '_');
      return alphabet === 'URL-safe' ? urlSafe.replaceAll('=', '') : urlSafe;
    };
    const { payload, signatures, ...rest } = bundle.dsseEnvelope;
    const sigs: { sig: string }[] = signatures;
    const envelope = { ...rest, payload: written(payload), signatures: sigs.map(({ sig }) => ({ sig: written(sig) })) };

    for (const document of [{ ...bundle, dsseEnvelope: envelope }, envelope]) {
      const file = Buffer.from(JSON.stringify(document));
      expect(await verdict(file, MODEL, [FOREIGN, key])).toEqual({ outcome: 'signed', key: curve });
      expect(await verdict(file, MODEL, [FOREIGN])).toEqual({ outcome: 'other_key' });
      expect(await verdict(file, OTHER, [key])).toMatchObject({ outcome: 'other_artifact' });
    }
  });
});

describe('a statement', () => {
  const IN_TOTO = 'application/vnd.in-toto+json';
  const payload = Buffer.from(JSON.parse(vector('v1.sig').toString()).dsseEnvelope.payload, 'base64');
  const signedBy = (
    key: Parameters<typeof sign>[2],
    hash: string | null,
    encoding: 'base64' | 'base64url' = 'base64',
  ) =>
    Buffer.from(
      JSON.stringify({
        payloadType: IN_TOTO,
        payload: payload.toString(encoding),
        signatures: [{ sig: sign(hash, preAuthenticationEncoding(IN_TOTO, payload), key).toString(encoding) }],
      }),
    );
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

  it.each([
    ['P-256 over SHA-256', ec('P-256'), 'sha256'],
    ['P-384 over SHA-384', ec('P-384'), 'sha384'],
    ['P-384 over SHA-256, as before version 1.0', ec('P-384'), 'sha256'],
    ['P-521 over SHA-512', ec('P-521'), 'sha512'],
    ['P-521 over SHA-256, as before version 1.0', ec('P-521'), 'sha256'],
    ['RSA', rsa, 'sha256'],
    ['Ed25519', generateKeyPairSync('ed25519'), null],
  ])('may be signed by %s, in either alphabet of base64', async (_, { privateKey, publicKey }, hash) => {
    const keys = [FOREIGN, trust('key', pemOf(publicKey))];

    for (const encoding of ['base64', 'base64url'] as const) {
      expect(await verdict(signedBy(privateKey, hash, encoding), MODEL, keys)).toEqual({
        outcome: 'signed',
        key: 'key',
      });
    }
  });

  it('may be signed by RSA with PSS', async () => {
    const key = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING };

    expect(await verdict(signedBy(key, 'sha256'), MODEL, [trust('key', pemOf(rsa.publicKey))])).toMatchObject({
      outcome: 'signed',
    });
  });

  it('may not mix the alphabets, nor have a length that no bytes have', async () => {
    const envelope = (text: string) => ({ payloadType: IN_TOTO, payload: text, signatures: [{ sig: 'AAAA' }] });

    for (const text of ['+_AA', 'AAAAA', 'not base']) {
      const { violations } = await refusalOf(() => parseArtifactSignature(Buffer.from(JSON.stringify(envelope(text)))));

      expect(violations).toEqual([{ field: 'payload', problem: 'is not base64' }]);
    }
  });
});

const inLines = (text: string, end: string): Buffer => Buffer.from(`${text.replaceAll(/.{64}/g, `$&${end}`)}${end}`);

describe('a bare signature (SG-3)', () => {
  const der = vector('model.onnx.der');

  it.each([
    ['in DER, as openssl and KMS give it', der],
    ['in base64, as cosign writes it', Buffer.from(`${der.toString('base64')}\n`)],
    ['in base64 for URLs, without padding', Buffer.from(der.toString('base64url'))],
    ['in base64 of many lines, as openssl writes it', inLines(der.toString('base64'), '\n')],
    ['in base64 of many lines, as Windows writes it', inLines(der.toString('base64'), '\r\n')],
    [
      'in a bundle with base64 of many lines',
      Buffer.from(JSON.stringify({ base64Signature: `${inLines(der.toString('base64'), '\n')}` })),
    ],
    ['in the bundle of an earlier cosign', Buffer.from(JSON.stringify({ base64Signature: der.toString('base64') }))],
    [
      'in the bundle of a later cosign',
      Buffer.from(
        JSON.stringify({
          mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
          messageSignature: {
            messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(MODEL.sha256, 'hex').toString('base64') },
            signature: der.toString('base64'),
          },
        }),
      ),
    ],
  ])('%s is verified over the streamed artifact', async (_, file) => {
    expect(await verdict(file, MODEL, [FOREIGN, OWN])).toEqual({ outcome: 'signed', key: 'own' });
  });

  it('over what an envelope signs is none of an artifact: the key attested something, and signed no model', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
    const encoded = preAuthenticationEncoding('application/vnd.in-toto+json', statement);

    expect(
      await verdict(sign('sha256', encoded, privateKey), artifactOf(encoded), [trust('key', pemOf(publicKey))]),
    ).toEqual({ outcome: 'unusable', problem: expect.stringContaining('begins as what a DSSE envelope signs') });
  });

  it('does not tell another key from another file', async () => {
    expect(await verdict(der, MODEL, [FOREIGN])).toEqual({ outcome: 'not_verified' });
    expect(await verdict(der, OTHER, [OWN])).toEqual({ outcome: 'not_verified' });
  });

  it('tells them apart in a bundle that names the digest', async () => {
    const bundle = (sha256: Sha256) =>
      Buffer.from(
        JSON.stringify({
          messageSignature: {
            messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(sha256, 'hex').toString('base64') },
            signature: der.toString('base64'),
          },
        }),
      );

    expect(await verdict(bundle(MODEL.sha256), MODEL, [FOREIGN])).toEqual({ outcome: 'other_key' });
    expect(await verdict(bundle(MODEL.sha256), OTHER, [OWN])).toEqual({
      outcome: 'other_artifact',
      signed: [MODEL.sha256],
    });
  });

  it('does not trust the digest that a signature file states', async () => {
    const file = Buffer.from(
      JSON.stringify({
        messageSignature: {
          messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(OTHER.sha256, 'hex').toString('base64') },
          signature: der.toString('base64'),
        },
      }),
    );

    expect(await verdict(file, OTHER, [OWN])).toEqual({ outcome: 'other_key' });
  });

  it('ignores a digest of an algorithm that it does not know', async () => {
    const file = { messageSignature: { messageDigest: { algorithm: 'SHA2_512', digest: 'AAAA' }, signature: 'AAAA' } };

    expect(parseArtifactSignature(Buffer.from(JSON.stringify(file)))).not.toHaveProperty('signedSha256');
  });

  it.each([
    ['P-384 over SHA-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'sha384'],
    ['P-384 over SHA-256', generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'sha256'],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }), 'sha512'],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256'],
  ])('is verified with a key of %s', async (_, { privateKey, publicKey }, hash) => {
    const signature = sign(hash, vector('model/model.onnx'), privateKey);

    const found = await verdict(signature, MODEL, [trust('key', pemOf(publicKey))]);

    expect(found).toEqual({ outcome: 'signed', key: 'key' });
  });

  it.each([
    ['as KMS salts it', constants.RSA_PSS_SALTLEN_DIGEST],
    ['as openssl salts it', constants.RSA_PSS_SALTLEN_MAX_SIGN],
  ])('is verified with a key of RSA in PSS, %s', async (_, saltLength) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign('sha256', vector('model/model.onnx'), { key: privateKey, padding, saltLength });
    const keys = [trust('kms', pemOf(publicKey))];

    expect(await verdict(signature, MODEL, keys)).toEqual({ outcome: 'signed', key: 'kms' });
    expect(await verdict(signature, OTHER, keys)).toEqual({ outcome: 'not_verified' });
  });

  it('needs a key that takes a hash', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const file = Buffer.from(sign(null, vector('model/model.onnx'), privateKey).toString('base64'));

    expect(await verdict(file, MODEL, [trust('ed', pemOf(publicKey))])).toEqual({ outcome: 'not_verified' });
  });

  it('does not verify when no key is trusted', async () => {
    expect(await verdict(der, MODEL, [])).toEqual({ outcome: 'no_trusted_key' });
  });
});

describe('a statement', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keys = [trust('ed', pemOf(publicKey))];
  const enveloped = (statement: object, payloadType = 'application/vnd.in-toto+json') => {
    const payload = Buffer.from(JSON.stringify(statement));
    const sig = sign(null, preAuthenticationEncoding(payloadType, payload), privateKey).toString('base64');
    return Buffer.from(JSON.stringify({ payload: payload.toString('base64'), payloadType, signatures: [{ sig }] }));
  };
  const root = createHash('sha256').update(Buffer.from(MODEL.sha256, 'hex')).digest('hex');
  const signing = (changes: object = {}, serialization: object = {}, resource: object = {}) => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'model', digest: { sha256: root } }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ...serialization },
      resources: [{ name: 'model.onnx', algorithm: 'sha256', digest: MODEL.sha256, ...resource }],
    },
    ...changes,
  });

  it('may stand in a bare envelope, by an Ed25519 key', async () => {
    expect(await verdict(enveloped(signing()), MODEL, keys)).toEqual({ outcome: 'signed', key: 'ed' });
  });

  it.each([
    ['of another kind', signing({ predicateType: 'https://slsa.dev/provenance/v1' }), 'not an OpenSSF model signature'],
    ['of shards of no size', signing({}, { method: 'shards' }), 'not an OpenSSF model signature'],
    ['of files that have a size of shards', signing({}, { shard_size: 8 }), 'not an OpenSSF model signature'],
    ['by another hash than it says', signing({}, {}, { algorithm: 'blake2b' }), 'it must be with sha256 or blake2b'],
    ['by a hash that Node has not', signing({}, { hash_type: 'blake3' }, { algorithm: 'blake3' }), 'with blake3'],
    [
      'whose subject is not its files',
      signing({ subject: [{ name: 'model', digest: { sha256: OTHER.sha256 } }] }),
      'not the digest of the files',
    ],
  ])('%s says nothing about the artifact', async (_, statement, problem) => {
    expect(await verdict(enveloped(statement), MODEL, keys)).toEqual({
      outcome: 'unusable',
      problem: expect.stringContaining(problem),
    });
  });

  it('may be signed as model-signing did before 1.0, in a string of Python', async () => {
    const statement = signing({}, {}, { name: 'modèle.onnx' });
    const payload = Buffer.from(JSON.stringify(statement));
    const literal = JSON.stringify(statement).replace('è', '\\xc3\\xa8');
    const signed = Buffer.from(`DSSEV1 28 application/vnd.in-toto+json ${payload.length} b'${literal}'`);
    const document = {
      payload: payload.toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: sign(null, signed, privateKey).toString('base64') }],
    };

    expect(await verdict(Buffer.from(JSON.stringify(document)), MODEL, keys)).toEqual({ outcome: 'signed', key: 'ed' });
  });

  it('is tried with no more signatures than people give it', async () => {
    const document = JSON.parse(enveloped(signing()).toString());
    const [signature] = document.signatures;
    const signed = (times: number) =>
      Buffer.from(JSON.stringify({ ...document, signatures: [...Array(times - 1).fill({ sig: 'AAAA' }), signature] }));

    expect(await verdict(signed(16), MODEL, keys)).toEqual({ outcome: 'signed', key: 'ed' });
    expect(await verdict(signed(17), MODEL, keys)).toEqual({
      outcome: 'unusable',
      problem: 'it has 17 signatures; at most 16 are tried',
    });
  });

  it('counts for nothing under another payload type, however well it is signed', async () => {
    expect(await verdict(enveloped(signing(), 'text/plain'), MODEL, keys)).toMatchObject({
      outcome: 'unusable',
      problem: expect.stringContaining('text/plain'),
    });
  });
});

describe('a file', () => {
  it.each([
    ['of text', 'trust me'],
    ['that is empty', ''],
    ['of JSON with something else in it', '{"signature":"trust me"}'],
    ['of JSON that breaks off', '{"payload":"'],
  ])('%s is no signature', (_, text) => {
    expect(() => parseArtifactSignature(Buffer.from(text))).toThrow('could not read');
  });

  const digest = (text: string) => ({ messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: text } } });
  it.each([
    ['of JSON with something else in it', { signature: 'trust me' }, 'is not a Sigstore bundle, a DSSE envelope'],
    [
      'with an envelope that nobody signed',
      { dsseEnvelope: { payload: '', payloadType: 't' } },
      'signatures is missing or empty',
    ],
    ['with a signature that is no base64', { base64Signature: '*' }, 'base64Signature'],
    [
      'with a digest that is none',
      { messageSignature: { ...digest('AAAA').messageSignature, signature: 'AAAA' } },
      'messageDigest of the artifact signature: document must be 64',
    ],
    ['with a digest and no signature', digest('AAAA'), 'messageSignature.signature is missing'],
  ])('%s is refused by name', async (_, document, problem) => {
    const refusal = await refusalOf(() => parseArtifactSignature(Buffer.from(JSON.stringify(document))));

    expect(refusal).toMatchObject({ code: 'EvidenceUnreadable', message: expect.stringContaining(problem) });
  });
});

describe('a trusted key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each([
    ['a private key', secret],
    ['a key of another curve', pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    ['no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
  ])('is not %s', (_, pem) => {
    expect(TrustedKey.safeParse({ name: 'key', public_key_pem: pem }).success).toBe(false);
  });

  it('is a public key in PEM', () => {
    expect(TrustedKey.safeParse({ name: 'key', public_key_pem: pemOf(publicKey) }).success).toBe(true);
  });
});
