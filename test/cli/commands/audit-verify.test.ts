import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aLedger, LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { aDirectory, assay } from '../assay.ts';

const ledger = await aLedger();
const files = Object.fromEntries(ledger.map(({ key, bytes }) => [key, bytes]));
const firstEvent = ledger[0]?.key ?? '';
const aCopy = (more: Record<string, string> = { 'log.pub': LOG_PUBLIC_KEY }): string =>
  aDirectory({ ...files, ...more });

describe('assay audit verify', () => {
  it('finds a whole ledger in order', async () => {
    const { code, out } = await assay(aCopy(), ['audit', 'verify', '.']);

    expect(code).toBe(0);
    expect(out).toMatch(/credit +18 +18 +[0-9a-f]{64}\n/);
    expect(out).toContain('4 checkpoints of assay.dev/log/test\nthe newest covers 28 events');
    expect(out).toContain('ok: the ledger holds');
  });

  it('names the first bad key and why', async () => {
    const directory = aCopy();
    const file = join(directory, firstEvent);
    writeFileSync(file, readFileSync(file, 'utf8').replace('rita', 'nina'));

    const { code, out } = await assay(directory, ['audit', 'verify', directory]);

    expect(code).toBe(1);
    expect(out).toContain(`first bad key: ${firstEvent}\nwhy: has different bytes: it is entry 0 of the log`);
  });

  it('takes over what the pull saw in the bucket', async () => {
    const problems = [{ key: firstEvent, why: 'was deleted: it has 1 delete marker' }];
    const pull = { schemaVersion: 1, bucket: 'b', pulledAt: '2026-11-21T00:00:00.000Z', objects: 1, problems };
    const directory = aCopy({ 'log.pub': LOG_PUBLIC_KEY, 'pull.json': JSON.stringify(pull) });

    const { code, out } = await assay(directory, ['audit', 'verify', '.', '--json']);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ events: 28, problems });
  });

  it('asks for the key rather than skip the signatures unasked', async () => {
    const directory = aCopy({});

    const without = await assay(directory, ['audit', 'verify', '.']);
    const waived = await assay(directory, ['audit', 'verify', '.', '--no-key']);

    expect(without).toMatchObject({ code: 2, out: '' });
    expect(without.err).toContain('pass one with --key');
    expect(waived.code).toBe(0);
    expect(waived.out).toContain('SIGNATURES NOT CHECKED');
  });

  it.each([
    ['--key README.md', ['--key', 'README.md'], {}],
    ['log.pub', [], { 'log.pub': 'not a key' }],
  ])('names a file that holds no public key: %s', async (_, options, more) => {
    const directory = aCopy({ 'README.md': '# Assay', ...more });

    expect(await assay(directory, ['audit', 'verify', '.', ...options])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/(README\.md|log\.pub) is not a public key in PEM/),
    });
  });

  it('takes the key from elsewhere, and refuses one that did not sign', async () => {
    const keys = aDirectory({ 'mine.pem': LOG_PUBLIC_KEY });
    const { generateKeyPairSync } = await import('node:crypto');
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

    const right = await assay(keys, ['audit', 'verify', aCopy({}), '--key', 'mine.pem']);
    const wrong = await assay(keys, ['audit', 'verify', aCopy({ 'log.pub': other })]);

    expect(right.code).toBe(0);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/first bad key: checkpoints\/.*\nwhy: is not signed by the key of the log/);
  });

  it('lists many problems, but not without end', async () => {
    const directory = aCopy();
    for (const { key } of ledger.slice(0, 25)) appendFileSync(join(directory, key), ' ');

    const { code, out } = await assay(directory, ['audit', 'verify', '.']);

    expect(code).toBe(1);
    expect(out).toMatch(/\nand \d+ more\n/);
  });

  it.each([
    ['no folder of a ledger', []],
    ['folders without a file', ['events', 'checkpoints/v1']],
  ])('says when there is nothing to verify: %s', async (_, folders) => {
    const directory = aDirectory();
    for (const folder of folders) mkdirSync(join(directory, folder), { recursive: true });

    const { code, err } = await assay(directory, ['audit', 'verify', '.']);

    expect(code).toBe(2);
    expect(err).toContain('contains no ledger');
  });

  it('verifies a ledger before its first checkpoint, and says what that proves', async () => {
    const events = Object.fromEntries(Object.entries(files).filter(([key]) => key.startsWith('events/')));

    const { code, out } = await assay(aDirectory(events), ['audit', 'verify', '.']);

    expect(code).toBe(0);
    expect(out).toContain(
      'no checkpoint yet: nothing proves that no event is missing at the end of a chain\n28 events not yet covered',
    );
  });
});
