/** What a policy asks of a check, as people read it. */
import { generateKeyPairSync } from 'node:crypto';
import { html } from 'hono/html';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { parameterList } from '../../../lib/web/console/parameters.ts';
import { titleOf } from '../../../lib/web/parts/wording.ts';
import { read } from '../../support/page-text.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const FINGERPRINT = sha256(publicKey.export({ type: 'spki', format: 'der' }));
const wordsOf = async (parameters: Record<string, unknown>) => {
  const text = await read(html`<p>${parameterList(parameters)}</p>` as never);
  expect(text).not.toMatch(/[{}"]|_|BEGIN/);
  return text;
};

describe('the parameters of a check', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['none at all', {}, /^\s*$/],
    ['a number', { minimum_group_size: 30 }, /^\s*Minimum group size: 30\s*$/],
    ['a list of words', { required_metrics: ['accuracy', 'auc'] }, /Required metrics: accuracy, auc/],
    ['a group of nothing', { expected_groups: {} }, /Expected groups: none/],
    ['an empty list', { trusted_keys: [] }, /Trusted keys: none/],
    ['a group of values', { bounds: { lower: 1, upper: null } }, /Bounds: Lower: 1; Upper: null/],
    ['a list of groups', { rows: [{ least: '0.8' }, { least: '0.9' }] }, /Rows: Least: 0\.8 Least: 0\.9/],
  ])('are words: %s', async (_, parameters, words) => {
    expect(await wordsOf(parameters)).toMatch(words);
  });

  it('show a key by its fingerprint, and what is no public key by the digest of its text', async () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
    const broken = '-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n';
    const ofText = (pem: string) => `SHA-256 of its text ${sha256(pem)}`;

    expect(await wordsOf({ trusted_keys: [{ name: 'ci', public_key_pem: PEM }] })).toContain(
      `Name: ci; Public key, SHA-256 ${FINGERPRINT}`,
    );
    expect(await wordsOf({ trusted_roots: [{ certificate_pem: certificate }] })).toContain(
      `Certificate, ${ofText(certificate)}`,
    );
    expect(await wordsOf({ public_key_pem: broken })).toContain(`Public key, ${ofText(broken)}`);
  });

  it.each([
    ['pii_handling_verified', 'PII handling verified'],
    ['inference_endpoint_tls_configured', 'Inference endpoint TLS configured'],
    ['artifact_sha256', 'Artifact SHA-256'],
    ['model_card', 'Model card'],
  ])('and titles have what is written in capitals in capitals: %s', (name, title) => {
    expect(titleOf(name)).toBe(title);
  });
});
