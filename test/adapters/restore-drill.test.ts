/**
 * The restore drill of docs/deploying.md, by the very commands that stand there, with a second bucket in the place of that of the second
 * account; and what they say where the replica is not what it should be.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3LedgerReader } from '../../lib/adapters/s3-ledger-reader.ts';
import { putLedgerObject } from '../../lib/adapters/s3-ledger-store.ts';
import { takeManifest } from '../../lib/cli/commands/audit-archive.ts';
import { pullLedger } from '../../lib/cli/commands/audit-pull.ts';
import { ledgerKeys, readLedger } from '../../lib/cli/files/ledger-directory.ts';
import { archiveProblems } from '../../lib/domain/audit/archive.ts';
import { verifyLedger } from '../../lib/domain/audit/verify.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { GENESIS, sealEvent } from '../../lib/domain/ledger/chain.ts';
import type { EventDraft } from '../../lib/domain/ledger/event.ts';
import type { LedgerFile } from '../../lib/domain/ledger/ledger-file.ts';
import { clientConfig } from '../../local/clients.ts';
import { assay, type Outcome } from '../cli/assay.ts';
import { page } from '../docs/pages.ts';
import {
  aLedger,
  aReleaseInProduction,
  aStory,
  eventFiles,
  LOG_PUBLIC_KEY,
  logFiles,
} from '../domain/ledger/a-ledger.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { compareWhatIsSent } from '../support/compare-requests.ts';

const DAY_MS = 86_400_000;
const QUIET = { progress: () => undefined, pause: async () => undefined };
const DAYS = { longest: 30, classes: { low: 20, medium: 20, routine: 10 } };

/** The lines of the page, as somebody types them who calls their bucket so. */
const DRILL = (/\*\*The restore drill\*\*.*?\n```sh\n(.*?)```/s.exec(page('deploying'))?.[1] ?? '')
  .trim()
  .split('\n')
  .map((line) => line.replace(/^npx assay /, ''));

/** A ledger that was written in this hour: a release up to production, under two checkpoints, of which one is kept. */
const aLedgerOfNow = async (): Promise<{ readonly files: readonly LedgerFile[]; readonly kept: Uint8Array }> => {
  const now = Date.now();
  const instant = (milliseconds: number): Instant => Instant.parse(new Date(now + milliseconds).toISOString());
  const until: Record<string, string> = { expires_at: instant(DAY_MS), approved_until: instant(90 * DAY_MS) };
  const later = ({ details }: EventDraft) =>
    Object.fromEntries(Object.entries(details).map(([name, value]) => [name, until[name] ?? value]));
  let head = GENESIS;
  const events = aReleaseInProduction('credit-1').map((draft, minute) => {
    const sealed = sealEvent({ ...draft, details: later(draft) }, 'credit', head, instant(60_000 * (minute - 30)));
    head = sealed.head;
    return sealed;
  });
  const log = await logFiles(events, [5, events.length]);
  const [kept] = log.filter(({ key }) => key.startsWith('checkpoints/'));
  return { files: [...eventFiles(events), ...log], kept: kept?.bytes ?? expect.unreachable('there is a checkpoint') };
};

/** Writes a ledger as the product does, and copies it with its lock, as replication does. */
const replicate = async (files: readonly LedgerFile[], name: string, days: number): Promise<void> => {
  await aws.makeBucket(name, 'locked');
  await aws.makeBucket(`${name}-replica`, 'locked');
  const lock = {
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date(Date.now() + days * DAY_MS),
  } as const;
  for (const { key: Key, bytes } of files) {
    await putLedgerObject({ bucket: name, key: Key, bytes, retention: { mode: 'GOVERNANCE', days } });
    await s3.send(new CopyObjectCommand({ Bucket: `${name}-replica`, Key, CopySource: `${name}/${Key}`, ...lock }));
  }
};

/** Runs the lines of the page in a folder that has the key and the checkpoint which somebody kept. */
const drill = async (bucket: string, kept: Uint8Array): Promise<Outcome[]> => {
  const directory = await mkdtemp(join(folder, 'drill-'));
  await writeFile(join(directory, 'log.pub'), LOG_PUBLIC_KEY);
  await writeFile(join(directory, 'kept.txt'), kept);
  const { AWS_ENDPOINT_URL = '', AWS_REGION = '' } = process.env;
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const outcomes: Outcome[] = [];
  for (const line of DRILL) {
    const words = line.replace('YOUR-REPLICA-BUCKET', bucket).split(' ');
    outcomes.push(await assay(directory, words, { AWS_ENDPOINT_URL, AWS_REGION, ...credentials }));
  }
  return outcomes;
};

compareWhatIsSent('GetObjectRetention', 'GetObjectLegalHold', 'ListObjectVersions');
let aws: Aws;
let s3: S3Client;
let folder: string;
beforeAll(async () => {
  aws = await startAws('s3');
  s3 = new S3Client({ ...clientConfig(aws.awsEndpoint), forcePathStyle: true });
  await aws.makeBucket('audit', 'locked');
  await aws.makeBucket('replica', 'locked');
  await aws.makeBucket('evidence', 'locked');
  folder = await mkdtemp(join(tmpdir(), 'assay-drill-'));
});
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a copy that is pulled from the replica verifies, and its archive is locked and held as the original (RE-2, AU-5, AU-6)', async () => {
  const ledger = await aLedger();
  const until = new Date(Date.now() + 400 * DAY_MS);
  for (const { key, bytes } of ledger) {
    await putLedgerObject({ bucket: 'audit', key, bytes, retention: { mode: 'GOVERNANCE', days: 400 } });
    // What replication does: the bytes with their lock.
    const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until } as const;
    await s3.send(new CopyObjectCommand({ Bucket: 'replica', Key: key, CopySource: `audit/${key}`, ...lock }));
  }
  const [{ key: held } = { key: '' }] = ledger;
  await s3.send(new PutObjectLegalHoldCommand({ Bucket: 'replica', Key: held, LegalHold: { Status: 'ON' } }));
  const settings = clientConfig(aws.awsEndpoint);
  const [locked, open] = ['a'.repeat(64), 'b'.repeat(64)];
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until } as const;
  await s3.send(new PutObjectCommand({ Bucket: 'evidence', Key: `sha256/${locked}`, Body: '1', ...lock }));
  await s3.send(new PutObjectCommand({ Bucket: 'evidence', Key: `records/m/1/r/${open}.dsse.json`, Body: '22' }));
  await s3.send(new PutObjectCommand({ Bucket: 'evidence', Key: 'of/no-digest', Body: '3' }));

  const pulled = await pullLedger(s3LedgerReader('replica', settings), folder, QUIET);
  const keys = (await ledgerKeys(folder)) ?? [];
  const report = await verifyLedger(readLedger(folder, keys), { logPublicKeyPem: LOG_PUBLIC_KEY });
  const manifest = await takeManifest(folder, keys, async () => ({
    bucket: 'replica',
    evidence: ['evidence'],
    settings,
  }));

  expect(pulled).toMatchObject({ objects: ledger.length, problems: [] });
  expect([report.problems, report.missingProofs]).toEqual([[], []]);
  expect(manifest.objects).toHaveLength(ledger.length);
  expect(manifest.objects.filter(({ legal_hold: isHeld }) => isHeld).map(({ key }) => key)).toEqual([held]);
  expect(manifest).toMatchObject({
    schema_version: 2,
    kept: [
      { bucket: 'evidence', key: `records/m/1/r/${open}.dsse.json`, sha256: open, size_bytes: 2, retain_until: '' },
      { key: `sha256/${locked}`, sha256: locked, lock_mode: 'GOVERNANCE', retain_until: until.toISOString() },
    ],
  });
  const events = aStory().map(({ event }) => event);
  expect(archiveProblems(manifest, events, { days: DAYS })).toEqual([]);
  expect(archiveProblems(manifest, events, { days: { longest: 36_000, classes: {} } }).length).toBeGreaterThan(20);
});

describe('the restore drill, as the page has it (AU-5, AU-6)', () => {
  it('is three commands, and all of them succeed on a replica that is as the original', async () => {
    const { files, kept } = await aLedgerOfNow();
    await replicate(files, 'whole', 3660);

    const outcomes = await drill('whole-replica', kept);

    expect(DRILL.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      ...['audit pull drill', 'audit verify drill', 'audit archive drill'],
    ]);
    expect(outcomes).toMatchObject([{ code: 0 }, { code: 0 }, { code: 0 }]);
    expect(outcomes[0]?.out).toContain(`${files.length} objects in s3://whole-replica`);
    expect(outcomes[2]?.out).toContain('GOVERNANCE');
  });

  it('says what the bucket hides, that something is missing, and that copies are not locked as the originals are', async () => {
    const { files, kept } = await aLedgerOfNow();
    await replicate(files, 'short', 365);
    const hidden = files.findLast(({ key }) => key.startsWith('bundles/'))?.key ?? expect.unreachable('it is there');
    await s3.send(new DeleteObjectCommand({ Bucket: 'short-replica', Key: hidden }));

    const [pulled, verified, archived] = await drill('short-replica', kept);

    expect(pulled).toMatchObject({ code: 1, out: expect.stringContaining(hidden) });
    expect(verified).toMatchObject({ code: 1, out: expect.stringContaining(hidden) });
    expect(archived).toMatchObject({ code: 1, out: expect.stringContaining('problem with') });
  });

  it('does not take a copy for whole that ends long before, or is of another log than what was kept', async () => {
    const old = await aLedger();
    await replicate(old, 'old', 3660);

    const [pulled, verified] = await drill('old-replica', (await aLedgerOfNow()).kept);

    expect(pulled).toMatchObject({ code: 0 });
    expect(verified).toMatchObject({ code: 1, out: expect.stringMatching(/older|kept/) });
  });
});
