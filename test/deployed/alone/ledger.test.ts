/** The ledger holds what the table says, once and locked. An auditor finds any changed byte from files alone. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectRetentionCommand, ListObjectVersionsCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventItemKey } from '../../../lib/adapters/dynamodb-keys.ts';
import { placeOf } from '../../../lib/adapters/s3-objects.ts';
import { leafHash } from '../../../lib/domain/ledger/chain.ts';
import { AuditEvent, eventKey } from '../../../lib/domain/ledger/event.ts';
import type { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import { bundleHandlers } from '../../../lib/infra/bundling.ts';
import { sweep } from '../support/dispatch.ts';
import { assay } from '../support/doors.ts';
import { eventually } from '../support/eventually.ts';
import { inProduction } from '../support/life.ts';
import { type Item, LONG_AGO, outboxOf, storedEvents, tamper } from '../support/table.ts';
import { variant } from '../support/variant.ts';
import { dynamodb, endpoints, home, read, s3, store } from '../support/world.ts';

const Bucket = endpoints.buckets.audit;

const bytesOf = (event: Item): Uint8Array => event['bytes'] as Uint8Array; // binary in the table, hence in the item
const keyOf = (event: Item): string => eventKey(AuditEvent.parse(JSON.parse(Buffer.from(bytesOf(event)).toString())));

const shippedKeys = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: 'events/' })) {
    keys.push(...Contents.map(({ Key = '' }) => Key));
  }
  return keys.toSorted();
};

const versionsOf = async (Prefix: string): Promise<number> => {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  return Versions.length + DeleteMarkers.length;
};

let manifest: ReleaseManifest;
beforeAll(async () => {
  manifest = await inProduction(await variant('audited', '1.1.0'));
});

describe('the audit bucket (AU-5, AU-6)', () => {
  it('holds every event of the table, byte for byte, once, and locked', async () => {
    const events = await eventually('every event to be shipped', async () => {
      const stored = await storedEvents();
      const shipped = new Set(await shippedKeys());
      return stored.every((event) => shipped.has(keyOf(event))) ? stored : undefined;
    });

    for (const event of events) {
      const Key = keyOf(event);
      const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key }));
      expect((await read(Bucket, Key)).equals(bytesOf(event)), Key).toBe(true);
      expect(Retention?.Mode, Key).toMatch(/^(GOVERNANCE|COMPLIANCE)$/);
      expect(Retention?.RetainUntilDate?.getTime(), Key).toBeGreaterThan(Date.now() + 3_600_000);
      expect(await versionsOf(Key), Key).toBe(1);
    }
  });

  it('has one version of an event that is shipped again, and never other bytes', async () => {
    const place = eventItemKey(manifest.model_name, 1);
    // From here on only the test reads the event: the log, too, would refuse its changed bytes.
    const stored = await eventually('the first event to be in the log', async () =>
      (await storedEvents()).find(
        ({ pk, sk, log_index }) => pk === place.pk && sk === place.sk && log_index !== undefined,
      ),
    );
    const key = keyOf(stored);
    const changed = Buffer.from(Buffer.from(bytesOf(stored)).toString().replace('dana.kim', 'dana.kin'));

    const again = await shipAgain(1);
    expect(again).toHaveProperty('done_at');

    await tamper(place, 'bytes', changed);
    const unsealed = await shipAgain(1);
    await tamper(place, 'hash', leafHash(changed));
    const resealed = await shipAgain(1);
    await tamper(place, 'bytes', bytesOf(stored));
    await tamper(place, 'hash', stored['hash']);

    expect(unsealed['last_error']).toContain(`it was sealed as ${stored['hash']}`);
    expect(resealed).toMatchObject({ gsi_state_pk: 'PARKED', last_error: expect.stringContaining('LedgerTampered') });
    expect(await versionsOf(key)).toBe(1);
    expect((await read(Bucket, key)).equals(bytesOf(stored))).toBe(true);
  });
});

/** Makes the shipping of an event due again, as if its completion had been lost, and answers the result. */
const shipAgain = async (seq: number): Promise<Item> => {
  const rowOf = async (): Promise<Item | undefined> =>
    (await outboxOf(manifest.model_name, 'ship_event')).find(({ intent }) => (intent as { seq: number }).seq === seq);
  const { pk = '', sk = '' } = (await rowOf()) ?? {};
  await dynamodb.send(
    new UpdateCommand({
      TableName: endpoints.table,
      Key: { pk, sk },
      UpdateExpression: 'SET due_shard = :shard, due_at = :ago REMOVE done_at, last_error, lease_until',
      ExpressionAttributeValues: { ':shard': `DUE#${pk.split('#').at(-1)}`, ':ago': LONG_AGO },
    }),
  );
  return eventually('the outcome of the shipping', async () => {
    await sweep();
    const row = await rowOf();
    return row?.['done_at'] === undefined && row?.['last_error'] === undefined ? undefined : row;
  });
};

/** The verdict of openssl, an independent verifier, on a kept envelope, with what was signed. */
const verifiedByOpenssl = async (uri: string, publicKeyPem: string) => {
  const { bucket, key } = placeOf(uri);
  const envelope = await read(bucket, key);
  const { payloadType, payload, signatures } = JSON.parse(envelope.toString());
  const statement = Buffer.from(payload, 'base64');
  const directory = await mkdtemp(join(home, 'envelope-'));
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${statement.length} `;
  await writeFile(join(directory, 'pae'), Buffer.concat([Buffer.from(head), statement]));
  await writeFile(join(directory, 'sig'), Buffer.from(signatures[0].sig, 'base64'));
  await writeFile(join(directory, 'pub'), publicKeyPem);
  const words = ['dgst', '-sha256', '-verify', 'pub', '-signature', 'sig', 'pae'];
  const { stdout } = await promisify(execFile)('openssl', words, { cwd: directory });
  return { verdict: stdout.trim(), statement: JSON.parse(statement.toString()), envelope };
};

/** An answer, without the versions of objects, which a copy does not know. */
const Asked = z.object({
  rows: z.array(z.record(z.string(), z.unknown()).transform(({ bundle_version_id: _, ...row }) => row)),
  covers: z.object({ entries: z.int() }),
});

describe('an auditor (SG-2)', () => {
  const folder = join(home, 'audited');
  const key = join(home, 'log.pub');
  beforeAll(() => writeFile(key, endpoints.logPublicKey));

  /** A copy of what was pulled, in which one byte of one file is another. */
  const withFlippedByte = async (name: string, file: string): Promise<string> => {
    const copy = join(home, name);
    await cp(folder, copy, { recursive: true });
    const bytes = await readFile(join(copy, file));
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(join(copy, file), bytes);
    return copy;
  };

  it('pulls the ledger and verifies it with one public key', async () => {
    const pulled = await assay('audit', 'pull', folder);
    const verified = await assay('audit', 'verify', folder, '--key', key);

    expect(pulled).toMatchObject({ code: 0 });
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('ok: the ledger holds') });
    expect(verified.out).toMatch(/^audited +\d+ +[1-9]/m);
  });

  it('asks who approved, of Athena by the API and of the copy, and hears the same (Q-1)', async () => {
    const asked = await assay('ask', 'approvals', manifest.model_name, '--json');
    const copied = await assay('ask', 'approvals', manifest.model_name, '--json', '--ledger', folder, '--key', key);

    expect([asked, copied]).toMatchObject([{ code: 0 }, { code: 0 }]);
    const [online, offline] = [asked, copied].map(({ out }) => Asked.parse(JSON.parse(out)));
    expect(online?.rows.length).toBeGreaterThan(1);
    expect(online?.rows).toEqual(offline?.rows);
    // The log goes on, and was derived as far as it had come when it was asked.
    expect(online?.covers.entries).toBeGreaterThanOrEqual(offline?.covers.entries ?? Number.POSITIVE_INFINITY);
  });

  it.each(['events', 'bundles', 'checkpoints'])('finds the one byte that was flipped among the %s', async (part) => {
    const files = (await readdir(join(folder, part), { recursive: true })).filter((name) => /\.\w+$/.test(name));
    const file = join(part, files.toSorted()[files.length >> 1] ?? '');
    const copy = await withFlippedByte(`flipped-${part}`, file);

    const { code, out } = await assay('audit', 'verify', copy, '--key', key);

    expect(code).toBe(1);
    expect(out).toContain(`first bad key: ${file}`);
  });

  it('misses an event that was taken away', async () => {
    const copy = join(home, 'taken-away');
    const [file = ''] = (await shippedKeys()).filter((name) => name.includes('model=audited'));
    await cp(folder, copy, { recursive: true, filter: (source) => !source.endsWith(file) });

    const { code, out } = await assay('audit', 'verify', copy, '--key', key);

    expect(code).toBe(1);
    expect(out).toContain(file);
  });

  it('verifies the attestation of every stage with openssl, and tells which code ran (CK-7)', async () => {
    const attestations = await store.list('attestation', manifest.release_id);
    const bundles = join(home, 'bundles');
    bundleHandlers(bundles);

    expect(attestations).toHaveLength(6);
    for (const { stage, uri } of attestations) {
      const { verdict, statement } = await verifiedByOpenssl(uri, endpoints.attestationPublicKey);
      const code = await readFile(join(bundles, `evaluate-${stage.replaceAll('_', '-')}`, 'index.mjs'));
      expect(verdict, stage).toBe('Verified OK');
      expect(statement).toMatchObject({ subject: [{ digest: { sha256: manifest.artifact_sha256 } }] });
      expect(JSON.stringify(statement), stage).toContain(createHash('sha256').update(code).digest('hex'));
    }
  });

  it('verifies the governance record with openssl, in the bucket and beside the artifact', async () => {
    const release = await store.get('release', manifest.release_id);
    const { recordUri = '', recordSha256 = '', sources } = release ?? {};
    const place = placeOf(recordUri);

    const { verdict, statement, envelope } = await verifiedByOpenssl(recordUri, endpoints.recordPublicKey);

    expect(verdict).toBe('Verified OK');
    expect(createHash('sha256').update(envelope).digest('hex')).toBe(recordSha256);
    const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: place.bucket, Key: place.key }));
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now());
    const beside = `audited/1.1.0/governance/${manifest.release_id}/${recordSha256}.dsse.json`;
    expect((await read(sources?.artifact.bucket ?? '', beside)).equals(envelope)).toBe(true);
    expect(statement).toMatchObject({ subject: [{ digest: { sha256: manifest.artifact_sha256 } }] });
    expect(JSON.stringify(statement)).toContain(release?.evidenceDigest);
  });
});
