import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { leafHash } from '../../../lib/domain/ledger/chain.ts';
import { AuditEvent, EventType, eventKey } from '../../../lib/domain/ledger/event.ts';
import { readLedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';

const root = new URL('../../../', import.meta.url);
const page = (name: string): string => readFileSync(new URL(`docs/formats/${name}.md`, root), 'utf8');
const vector = (name: string): Buffer => readFileSync(new URL(`test/vectors/${name}`, root));

const { seed } = z.object({ seed: z.string() }).parse(JSON.parse(vector('signed-note-keys.json').toString()));
const pkcs8 = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
const logPublicKeyPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();

const BUNDLE_KEY = 'bundles/v1/dt=2026-11-20/000000000000.ndjson';
const bundle = { key: BUNDLE_KEY, bytes: vector('ledger-bundle.ndjson') };
const checkpoint = { key: 'checkpoints/v1/000000000003.txt', bytes: vector('ledger-checkpoint.txt') };
const read = readLedgerFile(bundle);
const entries = 'entries' in read ? read.entries : [];
const lines = bundle.bytes.toString('utf8').trimEnd().split('\n');

/** An event under the key that it has in the bucket, with its hash. */
const asEventFile = (line: string) => {
  const bytes = Buffer.from(line);
  const key = eventKey(AuditEvent.parse(JSON.parse(line)));
  return { key, bytes, hash: leafHash(bytes) };
};

describe('the pages of the ledger’s formats', () => {
  it('show events and hashes that are so', () => {
    expect(page('audit-event')).toContain(`\`\`\`json\n${lines[0]}\n\`\`\``);
    expect(page('audit-event')).toContain(entries.map(({ hash }) => `    ${hash}\n`).join(''));
    expect(entries).toHaveLength(3);
  });

  it.each([
    ['a heartbeat', 'ledger-heartbeat.ndjson'],
    ['the publication of a decision key', 'ledger-decision-key.ndjson'],
  ])('show the hash of %s, which the ledger holds on its own chain', async (_, name) => {
    const bytes = vector(name).subarray(0, -1);
    const file = { key: 'events/v1/dt=2026-11-20/model=_log/000000000001.json', bytes };
    const entry = readLedgerFile(file);

    expect('hash' in entry && page('audit-event').includes(`    ${entry.hash}\n`)).toBe(true);
    expect(await verifyLedger([file])).toMatchObject({ events: 1, problems: [] });
  });

  it('show the hashes of a release that comes after a denial, whose chain follows the rules', async () => {
    const read = vector('ledger-after-denial.ndjson').toString().trimEnd().split('\n').map(asEventFile);
    const [answering] = vector('ledger-denial-answer.ndjson').toString().trimEnd().split('\n').map(asEventFile);

    expect(page('audit-event')).toContain(read.map(({ hash }) => `    ${hash}\n`).join(''));
    expect(await verifyLedger(read)).toMatchObject({ events: 3, problems: [] });
    expect(page('audit-event')).toContain(`    ${answering?.hash}\n`);
    expect(await verifyLedger(answering ? [answering] : [])).toMatchObject({ events: 1, problems: [] });
  });

  it('show the hash of an order within a window, which a verifier finds', async () => {
    const [order] = vector('ledger-order.ndjson').toString().trimEnd().split('\n').map(asEventFile);

    expect(page('audit-event')).toContain(`    ${order?.hash}\n`);
    const { problems } = await verifyLedger(order ? [order] : []);
    expect(problems.map(({ why }) => why)).toContain(
      'deployment_started of release mortgage-2.3.1: the freeze “weekend” was on, until 2026-11-23 08:00 Europe/Berlin (2026-11-23T07:00:00.000Z)',
    );
  });

  it('name every event type', () => {
    const named = /`event_type` is one of: (.*?)\. Words/s.exec(page('audit-event'))?.[1] ?? '';

    expect([...named.matchAll(/`([a-z_]+)`/g)].map(([, type]) => type)).toEqual(EventType.options);
  });

  it('show the checkpoint over them', async () => {
    const events = entries.map(({ event }, index) => ({
      key: eventKey(event),
      bytes: Buffer.from(lines[index] ?? ''),
    }));

    const report = await verifyLedger([...events, bundle, checkpoint], { logPublicKeyPem });

    expect(page('checkpoint')).toContain(`\`\`\`\n${checkpoint.bytes}\`\`\``);
    expect(report.problems).toEqual([]);
    expect(report.notYetCovered).toEqual([]);
  });
});

describe('the commands of the pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-formats-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'event.json'), lines[0] ?? '');
  writeFileSync(join(folder, 'bundles.ndjson'), bundle.bytes);
  writeFileSync(join(folder, 'checkpoint.txt'), checkpoint.bytes);
  writeFileSync(join(folder, 'log.pub'), logPublicKeyPem);
  const run = (name: string, index: number): string => {
    const block = [...page(name).matchAll(/```sh\n(.*?)```/gs)][index]?.[1] ?? 'false';
    return execFileSync('sh', ['-euc', block], { cwd: folder, encoding: 'utf8' });
  };

  it('hash an event with openssl', () => {
    expect(run('audit-event', 0)).toContain(entries[0]?.hash);
  });

  it('verify a checkpoint with openssl, and refuse a changed one', () => {
    expect(run('checkpoint', 0)).toContain('Signature Verified Successfully');

    writeFileSync(join(folder, 'checkpoint.txt'), checkpoint.bytes.toString().replace('\n3\n', '\n4\n'));
    expect(() => run('checkpoint', 0)).toThrow();
  });

  it('recompute the root hash with another language', () => {
    expect(run('checkpoint', 1).trim().split('\n')).toEqual(checkpoint.bytes.toString().split('\n').slice(1, 3));
  });
});
