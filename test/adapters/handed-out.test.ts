/** From the kept copy to the write-once object that says who was given it, against an emulator. */
import { createHash, createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbAccessNotes, dynamodbAccessRows } from '../../lib/adapters/dynamodb-access.ts';
import { LINES_PER_MINUTE, noteReading } from '../../lib/adapters/dynamodb-readings.ts';
import { keepEvidence, s3Sources } from '../../lib/adapters/s3-evidence-store.ts';
import { findKept, originOf, presign } from '../../lib/adapters/s3-handouts.ts';
import { putLedgerObject } from '../../lib/adapters/s3-ledger-store.ts';
import { readObject } from '../../lib/adapters/s3-objects.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { type Reading, readAccessObject } from '../../lib/domain/ledger/access.ts';
import { gatherAccess } from '../../lib/domain/ledger/gather-access.ts';
import { noteAccess } from '../../lib/domain/ledger/note-access.ts';
import { clientConfig } from '../../local/clients.ts';
import { digestOf, person } from '../support/approval-case.ts';
import { ACCOUNT_ID, type Aws, startAws } from '../support/aws.ts';

const told: string[] = [];
const tampered = async (what: readonly string[]): Promise<void> => {
  told.push(...what);
};

const RETENTION = { mode: 'GOVERNANCE', days: 1 } as const;
const ROWS = 'id,race,sex\n1,asian,female\n';

let aws: Aws;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  aws = await startAws('handed-out');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)));
  await Promise.all([
    aws.makeBucket('models', 'versioned'),
    aws.makeBucket('evidence', 'locked'),
    aws.makeBucket('audit', 'locked'),
    aws.makeBucket('others', 'locked'),
  ]);
});
afterAll(() => aws.stop());

const keepRows = async () => {
  await aws.put('models', 'predictions.csv', ROWS);
  const found = await s3Sources({ buckets: ['models'], accountId: ACCOUNT_ID }).pin('s3://models/predictions.csv');
  if ('problem' in found) throw new Error(found.problem);
  return keepEvidence(found, { bucket: 'evidence', accountId: ACCOUNT_ID, retention: RETENTION });
};

/** The signature of an address, computed from the guide of AWS and nothing of ours. */
const signatureOf = (address: URL, secret: string): string => {
  const { searchParams: query, host, pathname } = address;
  const escaped = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const parameters = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .toSorted()
    .join('&');
  const request = ['GET', pathname, parameters, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const [, ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
  const hashed = createHash('sha256').update(request).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', query.get('X-Amz-Date'), scope.join('/'), hashed].join('\n');
  const key = scope.reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
};

it('computes signatures as the example of AWS does', () => {
  const example = new URL(
    'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host',
  );

  expect(signatureOf(example, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

describe('a kept copy', () => {
  it('is handed out by an address of one version, signed for a minute, as a file', async () => {
    const sha256 = await keepRows();
    const handout = await findKept('evidence', { sha256 });

    const address = await presign(handout, 'r-1.predictions.csv', new Date('2026-11-29T13:00:00.000Z'));

    expect(address.searchParams.get('versionId')).toBe(handout.versionId);
    expect(address.searchParams.get('X-Amz-Expires')).toBe('60');
    expect(address.searchParams.get('X-Amz-Date')).toBe('20261129T130000Z');
    expect(address.searchParams.get('X-Amz-Signature')).toBe(signatureOf(address, 'test'));
    expect(await originOf('evidence')).toBe(address.origin);
  });

  it('comes with the bytes that people sign for, asked for as a file that no browser shows', async () => {
    const sha256 = await keepRows();
    const address = await presign(await findKept('evidence', { sha256 }), "it's (1).csv");

    const bytes = Buffer.from(await (await fetch(address)).arrayBuffer());

    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    // S3 answers with these headers. The emulator leaves them out.
    expect(address.searchParams.get('response-content-disposition')).toBe(`attachment; filename="it's (1).csv"`);
    expect(address.searchParams.get('response-content-type')).toBe('application/octet-stream');
    expect(address.searchParams.get('response-cache-control')).toBe('no-store');
  });

  it('is not handed out if S3 has hashed other bytes under its digest, or none', async () => {
    const sha256 = digestOf('what people signed');
    await putLedgerObject({
      bucket: 'others',
      key: `sha256/${sha256}`,
      bytes: Buffer.from('other'),
      retention: RETENTION,
    });
    await aws.put('others', `sha256/${digestOf('unhashed')}`, 'unhashed');

    await expect(findKept('others', { sha256 })).rejects.toMatchObject({ code: 'EvidenceDigestMismatch' });
    await expect(findKept('evidence', { sha256: digestOf('not there') })).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('who was given what', () => {
  let clock = Date.parse('2026-11-29T13:59:58.000Z');
  const now = () => Instant.parse(new Date(clock).toISOString());
  const given = (who: string) => ({
    who: person(who),
    what: 'credit-1/predictions',
    sha256: digestOf('predictions'),
  });

  it('is a row of an hour that takes rows, and then a line of its object', async () => {
    const table = await aws.makeTable('accesses');
    const notes = dynamodbAccessNotes(table, client);
    const put = (object: { key: string; bytes: Uint8Array }) =>
      putLedgerObject({ bucket: 'audit', retention: RETENTION, ...object });
    const run = () => gatherAccess({ rows: dynamodbAccessRows(table, client), put, tampered, now });
    const minute = async () => {
      clock += 60_000;
      await run();
    };
    await expect(noteAccess(given('ruth'), notes, now)).rejects.toMatchObject({ name: 'Conflict' });
    await run();

    await Promise.all([noteAccess(given('ruth'), notes, now), noteAccess(given('ruth'), notes, now)]);
    await noteAccess(given('ru'), notes, now);
    const late = { ...given('ana'), at: now() };
    await minute();

    expect(await notes.note(late, 0)).toBe(false);
    expect(await notes.taken({ ...given('ruth'), at: late.at })).toBe(2);
    await noteAccess(given('ana'), notes, now);
    await Promise.all([minute(), run()]);
    await minute();
    const bytes = await readObject({ bucket: 'audit', key: 'access/v1/dt=2026-11-29/13.ndjson' }, 10_000);
    const lines = Buffer.from(bytes).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).who).toSorted()).toEqual(['ru', 'ruth', 'ruth']);

    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    const ends = new Map(Items.map(({ pk, sk, ttl }) => [`${pk} ${sk}`, ttl]));
    const tomorrow = Math.floor(clock / 1000) + 86_400;
    expect(Object.fromEntries(ends)).toEqual({
      'ACCESS#2026-11-29T13 ru#00': tomorrow,
      'ACCESS#2026-11-29T13 ruth#00': tomorrow,
      'ACCESS#2026-11-29T13 ruth#01': tomorrow,
      'ACCESS#2026-11-29T14 ana#00': undefined,
      'LOG ACCESS': undefined,
    });
  });

  it('is not taken for noted when the table fails for another reason', async () => {
    const missing = dynamodbAccessNotes('no-such-table', client);

    await expect(missing.note({ ...given('ruth'), at: now() }, 0)).rejects.toThrow();
  });
});

describe('who read what', () => {
  let clock = Date.parse('2026-11-29T15:58:00.000Z');
  const now = () => Instant.parse(new Date(clock).toISOString());
  const reading = (who: string, what: string, minute = '58'): Reading => ({
    at: Instant.parse(`2026-11-29T15:${minute}:00.000Z`),
    who: person(who),
    what,
  });

  it('is one row for each person and minute, and then lines of the object of the hour', async () => {
    const table = await aws.makeTable('readings');
    const note = noteReading(table, client);
    const put = (object: { key: string; bytes: Uint8Array }) =>
      putLedgerObject({ bucket: 'audit', retention: RETENTION, ...object });
    const run = () => gatherAccess({ rows: dynamodbAccessRows(table, client), put, tampered, now });
    await run();

    await noteAccess(
      { who: person('ruth'), what: 'credit-1/predictions', sha256: digestOf('predictions') },
      dynamodbAccessNotes(table, client),
      now,
    );
    await note(reading('ruth', 'GET /v1/releases/{id} credit-1'));
    await note(reading('ruth', 'GET /v1/releases/{id} credit-1'));
    await note(reading('ruth', 'GET /v1/models', '59'));
    const many = Array.from({ length: LINES_PER_MINUTE + 2 }, (_, n) =>
      reading('ana', `GET /v1/models/{model} m-${n}`),
    );
    for (const one of [...many, ...many.slice(0, 1), ...many.slice(-1)]) await note(one);
    const { Items: rows = [] } = await client.send(new ScanCommand({ TableName: table }));
    for (let minute = 0; minute < 5; minute += 1) {
      clock += 60_000;
      await run();
    }

    expect(rows.map(({ pk, sk }) => `${pk} ${sk}`).filter((key) => key.startsWith('READING'))).toEqual(
      expect.arrayContaining([
        'READING#2026-11-29T15 ruth#58',
        'READING#2026-11-29T15 ruth#59',
        'READING#2026-11-29T15 ana#58',
      ]),
    );
    const key = 'access/v1/dt=2026-11-29/15.ndjson';
    const lines = readAccessObject(key, await readObject({ bucket: 'audit', key }, 100_000));
    expect(lines.filter(({ who }) => who === 'ruth')).toEqual([
      expect.objectContaining({ what: 'credit-1/predictions', sha256: digestOf('predictions') }),
      reading('ruth', 'GET /v1/releases/{id} credit-1'),
      reading('ruth', 'GET /v1/models', '59'),
    ]);
    const ofAna = lines.filter(({ who }) => who === 'ana');
    expect(ofAna).toHaveLength(LINES_PER_MINUTE + 1);
    expect(ofAna).toContainEqual({ ...reading('ana', 'further reads'), times: 3 });
    const { Items: kept = [] } = await client.send(new ScanCommand({ TableName: table }));
    expect(kept.filter(({ pk, ttl }) => pk !== 'LOG' && ttl === undefined)).toEqual([]);
  });

  it('is gathered without what nobody of ours wrote, which is counted and let go as every other row', async () => {
    const table = await aws.makeTable('odd-readings');
    const note = noteReading(table, client);
    const objects = new Map<string, Uint8Array>();
    const put = async ({ key, bytes }: { key: string; bytes: Uint8Array }) => void objects.set(key, bytes);
    const run = () => gatherAccess({ rows: dynamodbAccessRows(table, client), put, tampered, now });
    clock = Date.parse('2026-11-29T15:58:00.000Z');
    await run();
    const odd = [
      { pk: 'READING#2026-11-29T15', sk: 'without a minute' },
      { pk: 'READING#2026-11-29T15', sk: 'ruth#57', lines: 'no set' },
      { pk: 'READING#2026-11-29T15', sk: 'ruth#99', lines: new Set(['GET /v1/models']) },
      { pk: 'READING#2026-11-29T15', sk: 'ruth#56', lines: new Set([7]), further: 'many' },
      { pk: 'READING#2026-11-29T15', sk: 'ana#58', lines: new Set(['POST /*', 'GET /v1/models']), further: 2 },
      { pk: 'ACCESS#2026-11-29T15', sk: 'ruth#00' },
      {
        ...{ pk: 'ACCESS#2026-11-29T15', sk: 'ruth#01', at: '2026-11-29T11:00:00.000Z', who: 'ruth' },
        ...{ what: 'credit-1/predictions', sha256: digestOf('predictions') },
      },
    ];
    for (const Item of odd) await client.send(new PutCommand({ TableName: table, Item }));
    await note(reading('ruth', 'GET /v1/models'));
    told.length = 0;
    for (let minute = 0; minute < 5; minute += 1) {
      clock += 60_000;
      await run();
    }

    const key = 'access/v1/dt=2026-11-29/15.ndjson';
    expect(readAccessObject(key, objects.get(key) ?? new Uint8Array())).toEqual([
      { ...reading('ana', 'further reads'), times: 2 },
      reading('ana', 'GET /v1/models'),
      reading('ruth', 'GET /v1/models'),
    ]);
    expect(told).toEqual([`${key} is without 8 rows that are no lines of it`]);
    const { Items: kept = [] } = await client.send(new ScanCommand({ TableName: table }));
    expect(kept.filter(({ pk, ttl }) => pk !== 'LOG' && ttl === undefined)).toEqual([]);
  });

  it('is written only if it is a line that can be read again', async () => {
    const table = await aws.makeTable('unwritten-readings');

    await expect(noteReading(table, client)(reading('ruth', 'POST /*'))).rejects.toThrow('must be a route');
    expect((await client.send(new ScanCommand({ TableName: table }))).Items).toEqual([]);
  });

  it('is not taken for noted when the table fails', async () => {
    await expect(noteReading('no-such-table', client)(reading('ruth', 'GET /v1/models'))).rejects.toThrow();
  });
});
