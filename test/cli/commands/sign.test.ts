import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseArtifactSignature, verifyArtifactSignature } from '../../../lib/domain/evidence/artifact-signature.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { trusting } from '../../support/signature-trust.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const OTHER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject) =>
  String(key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }));
const MODEL = Buffer.from('the model');
const FILES = { 'model.onnx': MODEL, 'key.pem': pemOf(KEY.privateKey), 'other.pem': pemOf(OTHER.privateKey) };

const artifact = {
  sha256: Sha256.parse(createHash('sha256').update(MODEL).digest('hex')),
  bytes: async () =>
    (async function* () {
      yield MODEL;
    })(),
};
const verdict = (directory: string, file = 'model.onnx.sig') =>
  verifyArtifactSignature(
    parseArtifactSignature(readFileSync(join(directory, file))),
    artifact,
    trusting([{ name: 'own', public_key_pem: pemOf(KEY.publicKey) }]),
  );

describe('assay sign', () => {
  it.each([
    ['a statement of OpenSSF model signing', []],
    ['the bytes alone', ['--detached']],
  ])('signs %s, which our own verifier takes by that key only', async (_, form) => {
    const directory = aDirectory(FILES);

    const outcome = await assay(directory, ['sign', 'model.onnx', '--key', 'key.pem', ...form]);
    await assay(directory, ['sign', 'model.onnx', '--key', 'other.pem', '--out', 'other.sig', ...form]);

    expect(outcome).toEqual({ code: 0, out: 'model.onnx.sig\n', err: '' });
    expect(await verdict(directory)).toEqual({ outcome: 'signed', key: 'own' });
    expect(await verdict(directory, 'other.sig')).not.toMatchObject({ outcome: 'signed' });
  });

  it.each(['DSSEv1', 'DSSEV1', 'dssev2'])(
    'signs no file that begins with %s: that would be an attestation',
    async (version) => {
      const statement = '{"_type":"https://in-toto.io/Statement/v1"}';
      const directory = aDirectory({
        ...FILES,
        'model.bin': `${version} 28 application/vnd.in-toto+json 43 ${statement}`,
      });

      const detached = await assay(directory, ['sign', 'model.bin', '--key', 'key.pem', '--detached']);
      const whole = await assay(directory, ['sign', 'model.bin', '--key', 'key.pem']);

      expect(detached).toMatchObject({ code: 2, out: '', err: expect.stringContaining('leave --detached out') });
      expect(whole).toMatchObject({ code: 0 });
    },
  );

  it('writes what the public tool compares: the digest of the key, and of the digests of the files', async () => {
    const directory = aDirectory(FILES);
    await assay(directory, ['sign', 'model.onnx', '--key', 'key.pem']);

    const bundle = JSON.parse(readFileSync(join(directory, 'model.onnx.sig'), 'utf8'));
    const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
    const digest = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(bundle.verificationMaterial.publicKey.hint).toBe(digest(pemOf(KEY.publicKey)));
    expect(statement.subject[0].digest.sha256).toBe(digest(Buffer.from(artifact.sha256, 'hex')));
    expect(statement.predicate.resources).toEqual([{ name: '.', algorithm: 'sha256', digest: artifact.sha256 }]);
  });

  it('signs by a key in KMS, which gets a digest and no file', async () => {
    const server = await aServer(({ headers, body }) => {
      if (String(headers['x-amz-target']).endsWith('GetPublicKey')) {
        return { body: { PublicKey: KEY.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') } };
      }
      const { Message, MessageType } = JSON.parse(body);
      expect({ MessageType, bytes: Buffer.from(Message, 'base64').length }).toEqual({
        MessageType: 'DIGEST',
        bytes: 32,
      });
      return { body: { Signature: sign('sha256', Buffer.from(Message, 'base64'), KEY.privateKey).toString('base64') } };
    });
    const directory = aDirectory({ ...FILES, ...endpointsFile(server.url) });

    expect(await assay(directory, ['sign', 'model.onnx', '--kms', 'alias/models'])).toMatchObject({ code: 0, err: '' });
    const targets = server.received.map(({ headers }) => headers['x-amz-target']);
    expect(targets.sort()).toEqual(['TrentService.GetPublicKey', 'TrentService.Sign']);
  });

  it.each([
    ['no key', [], 'sign needs --key or --kms'],
    ['two keys', ['--key', 'key.pem', '--kms', 'k'], 'and not both'],
    ['a file that is no key', ['--key', 'model.onnx'], 'is no private key in PEM'],
    ['a key of another kind', ['--key', 'rsa.pem'], 'is no key on the curve P-256'],
    ['a signature that is there', ['--key', 'key.pem', '--out', 'key.pem'], 'if it is of an earlier model, remove it'],
    ['a place that is not there', ['--key', 'key.pem', '--out', 'gone/a.sig'], 'there is no file'],
  ])('refuses %s', async (_, args, message) => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const directory = aDirectory({ ...FILES, 'rsa.pem': pemOf(rsa) });

    const { code, err } = await assay(directory, ['sign', 'model.onnx', ...args]);

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
