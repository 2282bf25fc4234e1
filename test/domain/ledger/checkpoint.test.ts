import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  checkpointKey,
  checkpointProblem,
  checkpointText,
  parseCheckpoint,
  type SignedCheckpoint,
  signCheckpoint,
  verifierKey,
} from '../../../lib/domain/ledger/checkpoint.ts';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { ed25519Signer, LOG_PUBLIC_KEY, ORIGIN } from './a-ledger.ts';

const CHECKPOINT = { origin: ORIGIN, size: 42, root: sha256('root') };
const signed = async () => Buffer.from(await signCheckpoint(CHECKPOINT, ed25519Signer())).toString('utf8');

const read = (note: string): SignedCheckpoint => {
  const parsed = parseCheckpoint(Buffer.from(note));
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};
const problemOf = (note: string | Uint8Array): string => {
  const parsed = parseCheckpoint(Buffer.from(note));
  return 'problem' in parsed ? parsed.problem : (checkpointProblem(parsed, LOG_PUBLIC_KEY) ?? 'none');
};

describe('a checkpoint', () => {
  it('is a signed note of origin, tree size and root hash', async () => {
    const note = await signed();

    expect(note.split('\n').slice(0, 4)).toEqual([
      ORIGIN,
      '42',
      Buffer.from(CHECKPOINT.root, 'hex').toString('base64'),
      '',
    ]);
    expect(note).toMatch(/\n\n— assay\.dev\/log\/test [A-Za-z0-9+/]{90}[A-Za-z0-9+/=]{2}\n$/);
    expect(read(note).checkpoint).toEqual(CHECKPOINT);
    expect(problemOf(note)).toBe('none');
  });

  it('lies under its tree size', () => {
    expect(checkpointKey(42)).toBe('checkpoints/v1/000000000042.txt');
  });

  it('is refused under another key, also one of the same name', async () => {
    const other = generateKeyPairSync('ed25519');
    const pem = other.publicKey.export({ type: 'spki', format: 'pem' }).toString();

    expect(checkpointProblem(read(await signed()), pem)).toContain('is not signed by the key of the log');
  });

  it('is refused when a signature under the right key id is another text’s', async () => {
    const other = Buffer.from(await signCheckpoint({ ...CHECKPOINT, size: 43 }, ed25519Signer())).toString('utf8');

    expect(problemOf(other.replace('\n43\n', '\n42\n'))).toBe('has a signature that does not fit its text');
  });

  it('ignores signatures of others, such as witnesses', async () => {
    const witness = `— witness.example ${Buffer.alloc(72, 7).toString('base64')}\n`;

    expect(problemOf(`${await signed()}${witness}`)).toBe('none');
  });

  it.each([
    ['an extension line', (note: string) => note.replace('\n\n', '\nmore\n\n')],
    ['a leading zero', (note: string) => note.replace('\n42\n', '\n042\n')],
    ['a size that is no number', (note: string) => note.replace('\n42\n', '\nx\n')],
    ['a short root hash', (note: string) => note.replace(/\n[^\n]{44}\n\n/, '\nAAAA\n\n')],
    ['a single line of text', (note: string) => note.replace(/\n42\n.*\n\n/, '\n\n')],
    ['an empty origin', (note: string) => note.replace(ORIGIN, '')],
    ['no signature', (note: string) => note.replace(/—.*\n$/, '')],
    ['a hyphen instead of the em dash', (note: string) => note.replace('—', '-')],
    ['a signature of four bytes', (note: string) => note.replace(/[A-Za-z0-9+/=]+\n$/, 'AAAAAA==\n')],
    ['base64 with stray bits', (note: string) => note.replace(/.=\n$/, (end) => `${end[0] === 'B' ? 'C' : 'B'}=\n`)],
    ['no final newline', (note: string) => note.slice(0, -1)],
    ['no empty line', (note: string) => note.replace('\n\n', '\n')],
    ['nothing', () => ''],
    ['no end', (note: string) => note.padEnd(70_000, 'x')],
  ])('is refused with %s', async (_, spoil) => {
    const parsed = parseCheckpoint(Buffer.from(spoil(await signed())));

    expect(parsed).toHaveProperty('problem');
  });

  it('is never made with an origin that would end the name of the key early', () => {
    expect(() => checkpointText({ ...CHECKPOINT, origin: 'two words' })).toThrow();
    expect(() => checkpointText({ ...CHECKPOINT, origin: 'a+b' })).toThrow();
  });
});

describe('the verifier key', () => {
  it('is the one that Go’s sumdb/note derives', () => {
    const vector = z
      .object({ name: z.string(), seed: z.string(), verifier_key: z.string() })
      .parse(JSON.parse(readFileSync(new URL('../../vectors/signed-note-keys.json', import.meta.url), 'utf8')));
    const pkcs8 = Buffer.from(`302e020100300506032b657004220420${vector.seed}`, 'hex');
    const publicKey = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));

    const key = verifierKey(vector.name, publicKey.export({ type: 'spki', format: 'pem' }).toString());

    expect(key).toBe(vector.verifier_key);
  });

  it('is refused for a key that is not Ed25519', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

    expect(() => verifierKey(ORIGIN, publicKey.export({ type: 'spki', format: 'pem' }).toString())).toThrow(
      'not Ed25519',
    );
  });
});
