import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GovernanceRecord, governanceRecord } from '../../../lib/domain/attestation/record.ts';
import {
  Envelope,
  envelopeBytes,
  preAuthenticationEncoding,
  signEnvelope,
  verifyEnvelope,
} from '../../../lib/domain/signing/envelope.ts';
import { statementBytes } from '../../../lib/domain/signing/statement.ts';
import { recordFacts } from '../attestation/record-facts.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const signer = { sign: async (message: Uint8Array) => sign('sha256', message, privateKey) };
const statement = statementBytes(governanceRecord(recordFacts));
const envelope = await signEnvelope(statement, signer);

describe('the pre-authentication encoding', () => {
  it('is the one of the DSSE specification', () => {
    const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));

    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes, not characters', () => {
    expect(Buffer.from(preAuthenticationEncoding('ü', Buffer.from('é'))).toString()).toBe('DSSEv1 2 ü 2 é');
  });
});

describe('an envelope', () => {
  it('verifies under the key and returns the bytes that were signed', () => {
    expect(verifyEnvelope(envelope, pemOf(publicKey))).toEqual({ payload: Buffer.from(statement) });
    expect(envelope.signatures).toMatchObject([{ keyid: '' }]);
  });

  it('survives being stored', () => {
    const stored = Envelope.parse(JSON.parse(Buffer.from(envelopeBytes(envelope)).toString('utf8')));

    expect(stored).toEqual(envelope);
  });

  it('verifies when one of several signatures is by the key', () => {
    const foreign = { keyid: 'x', sig: Buffer.from('no signature').toString('base64') };

    const verified = verifyEnvelope({ ...envelope, signatures: [foreign, ...envelope.signatures] }, pemOf(publicKey));

    expect(verified).toHaveProperty('payload');
  });

  it('is refused when the payload, its type or the key is another', () => {
    const other = pemOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey);
    const payload = Buffer.from(Buffer.from(statement).toString('utf8').replace('credit', 'Credit')).toString('base64');

    expect(verifyEnvelope({ ...envelope, payload }, pemOf(publicKey))).toHaveProperty('problem');
    expect(verifyEnvelope(envelope, other)).toHaveProperty('problem');
    expect(verifyEnvelope({ ...envelope, payloadType: 'text/plain' }, pemOf(publicKey))).toEqual({
      problem: 'the payload type is text/plain, expected application/vnd.in-toto+json',
    });
  });

  it('is not checked with a key of another kind', () => {
    expect(() => verifyEnvelope(envelope, pemOf(generateKeyPairSync('ed25519').publicKey))).toThrow('P-256');
  });
});

describe('the commands of docs/formats/governance-record.md (SG-2)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-record-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const page = readFileSync(new URL('../../../docs/formats/governance-record.md', import.meta.url), 'utf8');
  const commands = (heading: string): string => {
    const [, block] = new RegExp(`### ${heading}\\n[^#]*?\`\`\`sh\\n(.*?)\`\`\``, 's').exec(page) ?? [];
    if (block === undefined) throw new Error(`no commands under ${heading}`);
    return block;
  };
  const run = (heading: string): string =>
    execFileSync('sh', ['-euc', commands(heading)], { cwd: folder, encoding: 'utf8' });

  it('verify the signature with openssl alone, and refuse a changed record', () => {
    writeFileSync(join(folder, 'record.dsse.json'), envelopeBytes(envelope));
    writeFileSync(join(folder, 'record.pub'), pemOf(publicKey));

    expect(run('Verify the signature')).toContain('Verified OK');
    expect(readFileSync(join(folder, 'statement.json'))).toEqual(Buffer.from(statement));

    const changed = { ...envelope, payload: `AAAA${envelope.payload.slice(4)}` };
    writeFileSync(join(folder, 'record.dsse.json'), envelopeBytes(changed));
    expect(() => run('Verify the signature')).toThrow();
  });

  it('reproduce the record hash with another language', () => {
    writeFileSync(join(folder, 'statement.json'), statement);

    expect(run('Reproduce the record hash').trim()).toBe(
      GovernanceRecord.parse(governanceRecord(recordFacts).predicate).record_hash,
    );
  });
});
