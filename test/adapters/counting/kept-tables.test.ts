import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { keptTables } from '../../../lib/adapters/counting/kept-tables.ts';
import { s3 } from '../../../lib/adapters/s3-objects.ts';
import { Instant, type Sha256 } from '../../../lib/domain/identifiers.ts';
import { digestOf } from '../../support/approval-case.ts';
import { mockClient } from '../../support/mock-client.ts';

const bucket = mockClient(s3);
const keep = (content: string): Sha256 => {
  const sha256 = digestOf(content);
  bucket.on(GetObjectCommand, { Key: `sha256/${sha256}` }).callsFake(() => ({ Body: Readable.from([content]) }));
  return sha256;
};
beforeEach(() => bucket.reset());

describe('kept tables', () => {
  it('lie on the disk while they are used, and not longer', async () => {
    const [clean, disturbed] = [keep('clean'), keep('disturbed')];

    const used = await keptTables('evidence')([{ sha256: clean }, { sha256: disturbed }], async (files) => ({
      files,
      contents: await Promise.all(files.map((file) => readFile(file, 'utf8'))),
    }));

    expect(used.contents).toEqual(['clean', 'disturbed']);
    expect(used.files.map((file) => existsSync(file))).toEqual([false, false]);
  });

  it('are fetched once for all that use them side by side, and stay until the last is through', async () => {
    const clean = keep('clean');
    const withTables = keptTables('evidence');
    let release = () => {};
    const waiting = new Promise<void>((resolve) => {
      release = resolve;
    });

    const slow = withTables([{ sha256: clean }], async ([file = '']) => {
      await waiting;
      return readFile(file, 'utf8');
    });
    const quick = await withTables([{ sha256: clean }, { sha256: keep('disturbed') }], async ([file = '']) =>
      readFile(file, 'utf8'),
    );
    release();

    expect([quick, await slow]).toEqual(['clean', 'clean']);
    const fetched = bucket.commandCalls(GetObjectCommand, { Key: `sha256/${clean}` });
    expect(fetched).toHaveLength(1);
    await withTables([{ sha256: clean }], async () => undefined);
    expect(bucket.commandCalls(GetObjectCommand, { Key: `sha256/${clean}` })).toHaveLength(2);
  });

  it('lie where rows have a retention of their own, and are not read after it', async () => {
    const copy = { sha256: digestOf('rows'), key: 'evidence_rows/r-1/rows' };
    bucket.on(GetObjectCommand, { Key: copy.key }).callsFake(() => ({ Body: Readable.from(['rows']) }));
    const readUntil = (keptUntil: string) =>
      keptTables('evidence')([{ ...copy, keptUntil: Instant.parse(keptUntil) }], async ([file = '']) =>
        readFile(file, 'utf8'),
      );

    expect(await readUntil('9999-12-31T00:00:00.000Z')).toBe('rows');
    await expect(readUntil('2020-01-01T00:00:00.000Z')).rejects.toMatchObject({
      code: 'EvidenceUnreadable',
      message: expect.stringContaining('deleted after their period; their digest and what was counted stay on record'),
    });
    expect(bucket.commandCalls(GetObjectCommand)).toHaveLength(1);
  });

  it('are refused when any of them does not match its digest, and leave nothing behind', async () => {
    const clean = keep('clean');
    const other = digestOf('other');
    bucket.on(GetObjectCommand, { Key: `sha256/${other}` }).callsFake(() => ({ Body: Readable.from(['forged']) }));
    const withTables = keptTables('evidence');

    await expect(withTables([{ sha256: clean }, { sha256: other }], async () => 'used')).rejects.toMatchObject({
      code: 'EvidenceDigestMismatch',
    });
    expect(await withTables([{ sha256: clean }], async ([file = '']) => readFile(file, 'utf8'))).toBe('clean');
  });

  it('are a verdict on the evidence, and no fault, when they do not fit on the disk', async () => {
    const large = digestOf('large');
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    bucket.on(GetObjectCommand, { Key: `sha256/${large}` }).callsFake(() => ({
      Body: Readable.from(
        (async function* () {
          yield 'large';
          throw full;
        })(),
      ),
    }));

    await expect(keptTables('evidence')([{ sha256: large }], async () => 'used')).rejects.toMatchObject({
      code: 'EvidenceUnreadable',
      message: expect.stringContaining('is too large for the disk'),
    });
  });
});
