import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseArtifactSignature, verifyArtifactSignature } from '../../../../lib/domain/evidence/artifact-signature.ts';
import { TrustedRoot, verifyCertificates } from '../../../../lib/domain/evidence/signatures/trusted-root.ts';
import { Instant, Sha256 } from '../../../../lib/domain/identifiers.ts';
import { trusting } from '../../../support/signature-trust.ts';

const FOLDER = join(import.meta.dirname, '../../../vectors/model-signing/conformance');
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const PEM = read('trust/root.pem');
const ROOT = TrustedRoot.parse({ name: 'root', certificate_pem: PEM });
const BUNDLE = JSON.parse(read('bundles/certificate-simple.sig'));
const CHAIN: Buffer[] = BUNDLE.verificationMaterial.x509CertificateChain.certificates.map(
  ({ rawBytes }: { rawBytes: string }) => Buffer.from(rawBytes, 'base64'),
);
const at = (text: string) => Instant.parse(text);
const IN_TIME = at('2027-01-01T00:00:00.000Z');

describe('a trusted root', () => {
  it.each([
    ['two certificates', `${PEM}${PEM}`],
    ['a public key', read('trust/signer.pub.pem')],
    ['no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['a certificate of a key that is not supported', read('trust/unsupported.pem')],
    ['text', 'trust me'],
  ])('is not %s', (_, pem) => {
    expect(TrustedRoot.safeParse({ name: 'root', certificate_pem: pem }).error?.issues[0]?.message).toBe(
      'must be one X.509 certificate in PEM',
    );
  });
});

describe('a chain of certificates', () => {
  it('leads to a trusted root, in whichever order it stands', () => {
    const [leaf = Buffer.alloc(0), ...others] = CHAIN;
    const certified = { root: 'root', subject: 'CN=signer' };

    expect(verifyCertificates(CHAIN, [ROOT], IN_TIME)).toMatchObject(certified);
    expect(verifyCertificates([leaf, leaf, ...others.toReversed()], [ROOT], IN_TIME)).toMatchObject(certified);
  });

  it.each([
    ['2025-12-31T23:59:59.999Z', 'is valid from 2026-01-01T00:00:00.000Z'],
    ['2036-01-01T00:00:00.001Z', 'until 2036-01-01T00:00:00.000Z'],
  ])('is valid at the time of the release, and not at %s', (instant, problem) => {
    expect(verifyCertificates(CHAIN, [ROOT], at(instant))).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('is not believed without a certificate between, nor with one that cannot be read', () => {
    expect(verifyCertificates(CHAIN.slice(0, 1), [ROOT], IN_TIME)).toEqual({
      problem: 'no trusted root vouches for the certificate of CN=signer',
    });
    for (const chain of [[Buffer.from('no DER')], [...CHAIN, Buffer.from('no DER')], []]) {
      expect(verifyCertificates(chain, [ROOT], IN_TIME)).toEqual({ problem: 'a certificate in it cannot be read' });
    }
  });

  it('is read to a length that people give it', () => {
    expect(verifyCertificates(Array(9).fill(CHAIN[0]), [ROOT], IN_TIME)).toEqual({
      problem: 'it has 9 certificates; at most 8 are read',
    });
  });

  it('is not believed once a byte of it is changed, wherever', () => {
    const [leaf = Buffer.alloc(0), ...others] = CHAIN;
    for (let index = 0; index < leaf.length; index += 7) {
      const changed = Buffer.from(leaf);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(verifyCertificates([changed, ...others], [ROOT], IN_TIME)).toHaveProperty('problem');
    }
  });
});

describe('a bundle with certificates', () => {
  const artifact = { sha256: Sha256.parse('a'.repeat(64)), bytes: () => Promise.reject(new Error('is not needed')) };

  it('must be signed by the key of the first one', async () => {
    const other = JSON.parse(read('bundles/key-multi-file.sig')).dsseEnvelope.signatures;
    const document = { ...BUNDLE, dsseEnvelope: { ...BUNDLE.dsseEnvelope, signatures: other } };
    const signature = parseArtifactSignature(Buffer.from(JSON.stringify(document)));

    expect(await verifyArtifactSignature(signature, artifact, trusting([], { roots: [ROOT] }))).toEqual({
      outcome: 'other_key',
    });
  });
});
