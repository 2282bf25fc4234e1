/** What is listed of the buckets of evidence and of locked copies (AU-6). */
import {
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { listKeptObjects } from '../../lib/adapters/s3-kept-objects.ts';
import { mockClient } from '../support/mock-client.ts';

const s3 = mockClient(S3Client);
const DIGEST = 'a'.repeat(64);

it('is what is named by its digest: evidence, rows, what is signed, and copies, which have a name of their own besides', async () => {
  const keys = [
    `evidence_rows/p30/r-1/${DIGEST}`,
    `records/credit/1.0.0/r-1/${DIGEST}.dsse.json`,
    `sha256/${DIGEST}`,
    `sha256/${DIGEST}/model.tar.gz`,
  ];
  const at = new Date('2026-11-20T00:00:00.000Z');
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [...keys, 'logs/access'].map((Key) => ({ Key, VersionId: 'v', Size: 1, LastModified: at })),
  });
  s3.on(GetObjectRetentionCommand).resolves({ Retention: { Mode: 'COMPLIANCE', RetainUntilDate: at } });
  s3.on(GetObjectLegalHoldCommand).resolves({ LegalHold: { Status: 'ON' } });

  const kept = await listKeptObjects('evidence');

  expect(kept.map(({ key, sha256, legal_hold: isHeld }) => [key, sha256, isHeld])).toEqual(
    keys.map((key) => [key, DIGEST, true]),
  );
});
