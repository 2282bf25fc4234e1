/** The restore drill of docs/deploying.md, with a second bucket in the place of that of the second account. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyObjectCommand, PutObjectCommand, PutObjectLegalHoldCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3LedgerReader } from '../../lib/adapters/s3-ledger-reader.ts';
import { putLedgerObject } from '../../lib/adapters/s3-ledger-store.ts';
import { takeManifest } from '../../lib/cli/commands/audit-archive.ts';
import { pullLedger } from '../../lib/cli/commands/audit-pull.ts';
import { ledgerKeys, readLedger } from '../../lib/cli/files/ledger-directory.ts';
import { archiveProblems } from '../../lib/domain/audit/archive.ts';
import { verifyLedger } from '../../lib/domain/audit/verify.ts';
import { clientConfig } from '../../local/clients.ts';
import { aLedger, aStory, LOG_PUBLIC_KEY } from '../domain/ledger/a-ledger.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { compareWhatIsSent } from '../support/compare-requests.ts';

const DAY_MS = 86_400_000;
const QUIET = { progress: () => undefined, pause: async () => undefined };
const DAYS = { longest: 30, classes: { low: 20, medium: 20, routine: 10 } };
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
