import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvelope, signAndKeep } from '../../lib/adapters/s3-envelope-store.ts';
import {
  digestObject,
  downloadKept,
  findOverwritten,
  keepEvidence,
  putOnce,
  readKept,
  s3Sources,
} from '../../lib/adapters/s3-evidence-store.ts';
import { LedgerTampered, putLedgerObject, putLedgerRows, shipEvent } from '../../lib/adapters/s3-ledger-store.ts';
import { readObject } from '../../lib/adapters/s3-objects.ts';
import { GENESIS, sealEvent } from '../../lib/domain/ledger/chain.ts';
import { eventKey } from '../../lib/domain/ledger/event.ts';
import type { PinnedObject } from '../../lib/domain/release/release.ts';
import { Envelope, verifyEnvelope } from '../../lib/domain/signing/envelope.ts';
import { clientConfig } from '../../local/clients.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { aServing, digestOf, NOW } from '../support/approval-case.ts';
import { ACCOUNT_ID, type Aws, startAws } from '../support/aws.ts';
import { countedCalls } from '../support/counted-calls.ts';
import { refusalCodeOf } from '../support/refusals.ts';
import { approved } from '../support/release-life.ts';

const RETENTION = { mode: 'GOVERNANCE' as const, days: 10 };
const LEDGER_RETENTION = { mode: 'GOVERNANCE' as const, longest: 10, classes: {} };
const MODELS = 'models';
const LOCKED = 'locked';
const KEEP = { bucket: LOCKED, accountId: ACCOUNT_ID, retention: RETENTION };

let aws: Aws;
let s3: S3Client;
let folder: string;
beforeAll(async () => {
  aws = await startAws('s3');
  s3 = new S3Client({ ...clientConfig(aws.awsEndpoint), forcePathStyle: true });
  await aws.makeBucket(MODELS, 'versioned');
  await aws.makeBucket('unversioned', 'plain');
  await aws.makeBucket(LOCKED, 'locked');
  folder = await mkdtemp(join(tmpdir(), 'kept-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await aws.stop();
});

const source = (buckets = [MODELS, 'unversioned', 'nowhere']) => s3Sources({ buckets, accountId: ACCOUNT_ID });
const pinned = async (key: string, body: string): Promise<PinnedObject> => {
  await aws.put(MODELS, key, body);
  const found = await source().pin(`s3://${MODELS}/${key}`);
  if ('problem' in found) throw new Error(found.problem);
  return found;
};
const versionsOf = async (bucket: string, prefix: string) =>
  (await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }))).Versions ?? [];
const retentionOf = async (bucket: string, key: string) =>
  (await s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: key }))).Retention;
const expectLocked = async (key: string) => {
  const { Mode, RetainUntilDate } = (await retentionOf(LOCKED, key)) ?? {};
  expect(Mode).toBe('GOVERNANCE');
  const days = ((RetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(9);
  expect(days).toBeLessThanOrEqual(10);
};

describe('pinning what a manifest names', () => {
  it('answers bucket, key, version and size', async () => {
    const found = await pinned('deep/er/model.tar.gz', 'weights');

    expect(found).toEqual({
      bucket: MODELS,
      key: 'deep/er/model.tar.gz',
      versionId: expect.stringMatching(/.{5,}/),
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
      sizeBytes: 7,
      writtenAt: expect.stringMatching(/Z$/),
    });
  });

  it('says why it cannot pin', async () => {
    await aws.put('unversioned', 'model.tar.gz', 'weights');

    const problemOf = async (uri: string, sources = source()) => {
      const found = await sources.pin(uri);
      return 'problem' in found ? found.problem : 'none';
    };

    expect(await problemOf('s3://foreign/model.tar.gz')).toBe('is not in a bucket that releases may come from');
    expect(await problemOf(`s3://${MODELS}/nowhere`)).toBe('is not there, or may not be read');
    expect(await problemOf('s3://nowhere/model.tar.gz')).toBe('is not there, or may not be read');
    expect(await problemOf('s3://unversioned/model.tar.gz')).toContain('has no version');
  });

  it('hashes the version that was pinned, not the one that was put over it', async () => {
    const found = await pinned('replaced', 'approved weights');
    await aws.put(MODELS, 'replaced', 'other weights');

    expect(await digestObject(found, ACCOUNT_ID)).toBe(digestOf('approved weights'));
  });

  it('finds every object of a release that was overwritten, and those of which nobody knows', async () => {
    const [artifact, words, gone] = [
      await pinned('new', 'v1'),
      await pinned('words', 'v1'),
      await pinned('gone', 'v1'),
    ];
    const channel = (channel_name: string, { bucket, key, versionId }: typeof words) => ({
      channel_name,
      s3_uri: `s3://${bucket}/${key}`,
      compression_type: 'None',
      version_id: versionId,
    });
    const served = (further: object[]) => ({
      ...approved,
      sources: { ...approved.sources, artifact },
      serving: aServing({ additional_model_data: further }),
    });
    const everything = served([
      channel('words', words),
      channel('gone', { ...gone, key: 'never' }),
      { channel_name: 'unpinned', s3_uri: `s3://${MODELS}/gone`, compression_type: 'None' },
    ]);

    const nothing = { overwritten: [], unread: [] };
    expect(await findOverwritten(served([channel('words', words)]), ACCOUNT_ID)).toEqual(nothing);
    await aws.put(MODELS, 'new', 'v2');
    await aws.put(MODELS, 'words', 'v2');

    expect(await findOverwritten(everything, ACCOUNT_ID)).toEqual({
      overwritten: ['new', 'words', 'gone'].map((key) => `s3://${MODELS}/${key}`),
      unread: [`s3://${MODELS}/never`],
    });
    expect(await findOverwritten({ ...approved, sources: { ...approved.sources, artifact } }, ACCOUNT_ID)).toEqual({
      overwritten: [`s3://${MODELS}/new`],
      unread: [],
    });
  });
});

describe('evidence that is kept', () => {
  it('lies locked under its digest, and reads back', async () => {
    const digest = await keepEvidence(await pinned('card.json', '{"card":1}'), KEEP);

    expect(digest).toBe(digestOf('{"card":1}'));
    expect(Buffer.from(await readKept(LOCKED, digest, 100)).toString()).toBe('{"card":1}');
    await downloadKept(LOCKED, { sha256: digest }, join(folder, 'card'));
    expect(await readFile(join(folder, 'card'), 'utf8')).toBe('{"card":1}');
    await expectLocked(`sha256/${digest}`);
  });

  it('is kept once, however often and from wherever it comes', async () => {
    const one = await keepEvidence(await pinned('one', 'the same'), KEEP);
    const two = await keepEvidence(await pinned('two', 'the same'), KEEP);

    expect(two).toBe(one);
    expect(await versionsOf(LOCKED, `sha256/${one}`)).toHaveLength(1);
  });

  it('lies under another key, and for another time, if it has a retention of its own', async () => {
    const keyOf = (digest: string) => `evidence_rows/r-1/${digest}`;
    const sha256 = await keepEvidence(await pinned('rows', 'id,race'), { ...KEEP, keyOf });

    expect(await versionsOf(LOCKED, `sha256/${sha256}`)).toHaveLength(0);
    await expectLocked(keyOf(sha256));
    await downloadKept(LOCKED, { sha256, key: keyOf(sha256) }, join(folder, 'rows'));
    expect(await readFile(join(folder, 'rows'), 'utf8')).toBe('id,race');
  });

  it.each([
    ['once', 8 * 1024 ** 2, 1],
    ['twice, to be hashed and to be copied, if memory is not to hold it', 8 * 1024 ** 2 + 1, 2],
  ])('is fetched %s', async (_, sizeBytes, times) => {
    const object = await pinned(`of-${sizeBytes}`, 'x'.repeat(sizeBytes));
    const count = countedCalls();

    const { answer, calls } = await count(() => keepEvidence(object, KEEP));

    expect(calls).toEqual({ 'S3 GetObject': times, 'S3 PutObject': 1 });
    expect(await versionsOf(LOCKED, `sha256/${answer}`)).toHaveLength(1);
  });

  it.each([4, 6])('is not kept when it has not as many bytes as were pinned (%i)', async (sizeBytes) => {
    const object = await pinned('other-size', 'five!');

    await expect(keepEvidence({ ...object, sizeBytes }, KEEP)).rejects.toThrow(`it has not ${sizeBytes} bytes`);
  });

  it('is refused when it is larger than one put', async () => {
    const found = { ...(await pinned('large', 'x')), sizeBytes: 5 * 1024 ** 3 + 1 };

    expect(await refusalCodeOf(() => keepEvidence(found, KEEP))).toBe('EvidenceUnreadable');
  });

  it('is refused before it is read when it is larger than the reader allows', async () => {
    const digest = await keepEvidence(await pinned('larger', 'x'.repeat(101)), KEEP);

    expect(await refusalCodeOf(() => readKept(LOCKED, digest, 100))).toBe('EvidenceUnreadable');
  });

  it('is refused when somebody put other bytes under its name', async () => {
    const name = digestOf('what was judged');
    await s3.send(new PutObjectCommand({ Bucket: LOCKED, Key: `sha256/${name}`, Body: 'something kinder' }));

    expect(await refusalCodeOf(() => readKept(LOCKED, name, 100))).toBe('EvidenceDigestMismatch');
    expect(await refusalCodeOf(() => downloadKept(LOCKED, { sha256: name }, join(folder, 'kinder')))).toBe(
      'EvidenceDigestMismatch',
    );
  });
});

describe('an object that is written once', () => {
  const put = (key: string, body: string, sha256: string = digestOf(body)) =>
    putOnce({
      place: { bucket: LOCKED, key },
      body: Buffer.from(body),
      sizeBytes: body.length,
      sha256,
      retention: RETENTION,
    });

  it('is written by the first call, and left alone by every other one', async () => {
    expect(await put('once', 'first')).toBe('written');
    expect(await put('once', 'second')).toBe('there_already');

    expect(Buffer.from(await readObject({ bucket: LOCKED, key: 'once' }, 100)).toString()).toBe('first');
    expect(await versionsOf(LOCKED, 'once')).toHaveLength(1);
  });

  it('is refused by S3 when its bytes are not those that were hashed', async () => {
    await expect(put('broken', 'on the way', digestOf('when it was sent'))).rejects.toThrow();

    expect(await versionsOf(LOCKED, 'broken')).toEqual([]);
  });
});

describe('an event that is shipped', () => {
  const sealed = (reason: string) =>
    sealEvent(aDraft({ event_type: 'release_requested', reason }), 'credit', GENESIS, NOW);

  it('lies under its key, byte for byte, locked', async () => {
    const event = sealed('shipped');

    await shipEvent(event, LOCKED, LEDGER_RETENTION);

    const key = eventKey(event.event);
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: LOCKED, Key: key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(Buffer.from(event.bytes));
    expect(ContentType).toBe('application/json');
    await expectLocked(key);
  });

  it('again is no error and no second version', async () => {
    const event = sealed('shipped');

    await shipEvent(event, LOCKED, LEDGER_RETENTION);
    await shipEvent(event, LOCKED, LEDGER_RETENTION);

    expect(await versionsOf(LOCKED, eventKey(event.event))).toHaveLength(1);
  });

  it.each(['other', 'much longer than what was written there before'])(
    'over other bytes is tampering: %s',
    async (reason) => {
      await shipEvent(sealed('shipped'), LOCKED, LEDGER_RETENTION);

      const shipping = shipEvent(sealed(reason), LOCKED, LEDGER_RETENTION);

      await expect(shipping).rejects.toThrow(LedgerTampered);
      await expect(shipping).rejects.toMatchObject({ name: 'LedgerTampered' });
    },
  );

  it('shares its way with the other objects of the ledger', async () => {
    const object = { bucket: LOCKED, key: 'checkpoints/v1/1.txt', bytes: Buffer.from('note'), retention: RETENTION };

    await putLedgerObject(object);
    await putLedgerObject(object);

    await expectLocked(object.key);
    await expect(putLedgerObject({ ...object, bytes: Buffer.from('fork') })).rejects.toThrow(LedgerTampered);
  });
});

describe('what the entries of a bundle wrote', () => {
  const rows = {
    bucket: LOCKED,
    key: 'rows/v1/dt=2026-11-29/1.ndjson',
    bytes: Buffer.from('{}\n'),
    retention: RETENTION,
  };

  it('stays as it was put there first, and other rows are told of', async () => {
    expect(await putLedgerRows(rows)).toBeUndefined();
    expect(await putLedgerRows({ ...rows, bytes: Buffer.from('\n') })).toBeInstanceOf(LedgerTampered);

    expect(Buffer.from(await readObject({ bucket: LOCKED, key: rows.key }, 100))).toEqual(rows.bytes);
    await expect(putLedgerRows({ ...rows, bucket: 'nowhere', key: 'rows/v1/other' })).rejects.toThrow(/bucket/i);
  });
});

describe('a statement that is signed and kept', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const signer = { keyId: 'key-1', sign: async (message: Uint8Array) => sign('sha256', message, privateKey) };
  const by = { signer, lockedIn: { bucket: LOCKED, retention: RETENTION } };
  const statement = Buffer.from('{"statement":1}');
  const releaseAt = (key: string, changes: object = {}) => ({
    ...approved,
    ...changes,
    sources: { ...approved.sources, artifact: { ...approved.sources.artifact, bucket: MODELS, key } },
  });

  it.each([
    ['a record', 'record' as const, 'records/mortgage-approval/1.2.0/mortgage-1-2-0', 1],
    [
      'an attestation',
      { attestationOf: 'model_card' },
      'attestations/mortgage-approval/1.2.0/mortgage-1-2-0/model_card',
      0,
    ],
  ])(
    'as %s lies locked under its digest, and only a record beside the artifact, too',
    async (name, kind, locked, copies) => {
      const folder = name.replace(' ', '-');
      const kept = await signAndKeep(statement, releaseAt(`${folder}/model.tar.gz`), kind, by);

      const key = `${locked}/${kept.sha256}.dsse.json`;
      expect(kept).toMatchObject({ uri: `s3://${LOCKED}/${key}`, keyId: 'key-1' });
      await expectLocked(key);
      const bytes = await readEnvelope(kept);
      expect(digestOf(Buffer.from(bytes).toString('utf8'))).toBe(kept.sha256);
      const envelope = Envelope.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      expect(verifyEnvelope(envelope, pem)).toEqual({ payload: statement });
      expect(await versionsOf(MODELS, `${folder}/governance/`)).toHaveLength(copies);
    },
  );

  it('lies beside an artifact that is in no folder', async () => {
    const { sha256 } = await signAndKeep(statement, releaseAt('model.tar.gz'), 'record', by);

    const copy = { bucket: MODELS, key: `governance/mortgage-1-2-0/${sha256}.dsse.json` };
    expect(digestOf(Buffer.from(await readObject(copy, 10_000)).toString('utf8'))).toBe(sha256);
  });

  it('signed again leaves the earlier envelope where it is', async () => {
    const release = releaseAt('again/model.tar.gz', { modelVersion: '9.9.9' });

    const first = await signAndKeep(statement, release, 'record', by);
    const second = await signAndKeep(statement, release, 'record', by);

    expect(second.sha256).not.toBe(first.sha256);
    expect(await versionsOf(LOCKED, 'records/mortgage-approval/9.9.9/')).toHaveLength(2);
  });

  it('is refused when other bytes lie where it should', async () => {
    const kept = await signAndKeep(statement, releaseAt('read/model.tar.gz'), 'record', by);
    const other = await signAndKeep(statement, releaseAt('read/model.tar.gz'), 'record', by);

    expect(await refusalCodeOf(() => readEnvelope({ ...kept, uri: other.uri }))).toBe('EvidenceDigestMismatch');
  });
});
