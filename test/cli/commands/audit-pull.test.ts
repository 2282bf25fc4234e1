import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LedgerReader, ListedVersion } from '../../../lib/adapters/s3-ledger-reader.ts';
import { pullLedger } from '../../../lib/cli/commands/audit-pull.ts';
import { ledgerKeys, readLedger } from '../../../lib/cli/files/ledger-directory.ts';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { aLedger, LOG_PUBLIC_KEY } from '../../domain/ledger/a-ledger.ts';
import { aDirectory } from '../assay.ts';

type Stored = { readonly key: string; readonly bytes?: Uint8Array };
const ledger = await aLedger();
const firstEvent = ledger[0]?.key ?? '';

/** A bucket in memory. Of two versions, the later one in the list is the newer. */
const aBucket = (objects: readonly Stored[]): LedgerReader & { reads: string[] } => {
  const reads: string[] = [];
  const newestFirst = objects.map((object, index) => ({ ...object, versionId: `v${index}` })).toReversed();
  return {
    reads,
    versions: async function* (prefix): AsyncGenerator<ListedVersion> {
      for (const { key, versionId, bytes } of newestFirst) {
        if (!key.startsWith(prefix)) continue;
        const etag = `"${createHash('md5')
          .update(bytes ?? '')
          .digest('hex')}"`;
        yield { key, versionId, ...(bytes === undefined ? {} : { content: { sizeBytes: bytes.length, etag } }) };
      }
    },
    read: async (key, versionId) => {
      reads.push(key);
      return newestFirst.find((object) => object.versionId === versionId)?.bytes ?? new Uint8Array();
    },
  };
};
const quiet = { progress: () => undefined, pause: async () => undefined };

describe('a pull of the ledger', () => {
  it('copies every object under its key, so that the copy verifies', async () => {
    const directory = aDirectory();
    const progress: string[] = [];

    const { objects, read, problems } = await pullLedger(aBucket(ledger), directory, {
      ...quiet,
      progress: (text) => progress.push(text),
    });
    const keys = (await ledgerKeys(directory)) ?? [];
    const report = await verifyLedger(readLedger(directory, keys), { logPublicKeyPem: LOG_PUBLIC_KEY });

    expect({ objects, read, problems }).toEqual({ objects: ledger.length, read: ledger.length, problems: [] });
    expect(report.problems).toEqual([]);
    expect(report.events).toBe(28);
    expect(progress).toEqual([`read ${ledger.length} of ${ledger.length} objects`]);
  });

  it('reads nothing again that has not changed', async () => {
    const directory = aDirectory();
    await pullLedger(aBucket(ledger.slice(0, -2)), directory, quiet);
    const bucket = aBucket(ledger);

    const { read, problems } = await pullLedger(bucket, directory, quiet);

    expect({ read, problems }).toEqual({ read: 2, problems: [] });
    // The objects are read in parallel, so in any order.
    expect(bucket.reads.toSorted()).toEqual(
      ledger
        .slice(-2)
        .map(({ key }) => key)
        .toSorted(),
    );
  });

  it('copies the access log too, which is no part of the ledger, and finds what was done to it', async () => {
    const key = 'access/v1/dt=2026-11-29/13.ndjson';
    const directory = aDirectory();
    const bytes = Buffer.from('{}\n');
    const strange = 'access/v1/../13.ndjson';

    const { objects, problems } = await pullLedger(
      aBucket([...ledger, { key, bytes }, { key: strange, bytes }]),
      directory,
      quiet,
    );
    const again = await pullLedger(aBucket([...ledger, { key, bytes }, { key, bytes }]), aDirectory(), quiet);
    const report = await verifyLedger(readLedger(directory, (await ledgerKeys(directory)) ?? []), {
      logPublicKeyPem: LOG_PUBLIC_KEY,
    });

    expect({ objects, problems }).toEqual({ objects: ledger.length + 1, problems: [] });
    expect(readFileSync(join(directory, key))).toEqual(bytes);
    expect(report.problems).toEqual([]);
    expect(again.problems).toEqual([{ key, why: 'was overwritten: it has 2 versions' }]);
  });

  it('leaves a bundle for the next time whose checkpoint was not written when it looked', async () => {
    const directory = aDirectory();

    const { problems } = await pullLedger(aBucket(ledger.slice(0, -1)), directory, quiet);
    const report = await verifyLedger(readLedger(directory, (await ledgerKeys(directory)) ?? []));

    expect(problems).toEqual([]);
    expect(report.problems).toEqual([]);
    expect(report.notYetCovered).toHaveLength(18);
  });

  it('keeps the first version of an overwritten object, and says that there are more', async () => {
    const directory = aDirectory();

    const { problems } = await pullLedger(
      aBucket([...ledger, { key: firstEvent, bytes: Buffer.from('{}') }]),
      directory,
      quiet,
    );

    expect(problems).toEqual([{ key: firstEvent, why: 'was overwritten: it has 2 versions' }]);
    expect(readFileSync(join(directory, firstEvent))).toEqual(Buffer.from(ledger[0]?.bytes ?? []));
  });

  it('sees through a delete marker', async () => {
    const directory = aDirectory();

    const { problems } = await pullLedger(aBucket([...ledger, { key: firstEvent }]), directory, quiet);

    expect(problems).toEqual([{ key: firstEvent, why: 'was deleted: it has 1 delete marker' }]);
    expect(existsSync(join(directory, firstEvent))).toBe(true);
  });

  it('keeps its earlier copy when the bucket has other bytes, or none', async () => {
    const directory = aDirectory();
    await pullLedger(aBucket(ledger), directory, quiet);
    const changed = ledger.with(0, { key: firstEvent, bytes: Buffer.from('{}') }).toSpliced(1, 1);

    const { problems } = await pullLedger(aBucket(changed), directory, quiet);

    expect(problems).toEqual([
      { key: firstEvent, why: 'differs from an earlier copy' },
      { key: ledger[1]?.key, why: 'was pulled earlier and is no longer in the bucket' },
    ]);
    expect(readFileSync(join(directory, firstEvent))).toEqual(Buffer.from(ledger[0]?.bytes ?? []));
  });

  it('reads an object again when its ETag does not match, and repairs what was lost', async () => {
    const directory = aDirectory();
    await pullLedger(aBucket(ledger), directory, quiet);
    rmSync(join(directory, firstEvent));
    const multipart = aBucket(ledger);
    const untagged: LedgerReader = {
      ...multipart,
      versions: async function* (prefix) {
        for await (const { key, versionId, content } of multipart.versions(prefix)) {
          yield { key, versionId, ...(content && { content: { ...content, etag: '"abc-2"' } }) };
        }
      },
    };

    const { read, problems } = await pullLedger(untagged, directory, quiet);

    expect({ read, problems }).toEqual({ read: ledger.length, problems: [] });
  });

  it('notices a copy that was changed on this machine', async () => {
    const directory = aDirectory();
    await pullLedger(aBucket(ledger), directory, quiet);
    writeFileSync(join(directory, firstEvent), '{}');

    const { problems } = await pullLedger(aBucket(ledger), directory, quiet);

    expect(problems).toEqual([{ key: firstEvent, why: 'differs from an earlier copy' }]);
  });

  it.each(['events/v1/../../../escape', 'events/v1//x', 'events/v2/x', 'events/v1/a\u0000b', 'bundles/v1/.hidden/..'])(
    'makes no file of a key that is none of the ledger: %j',
    async (key) => {
      const directory = aDirectory();

      const { problems, objects } = await pullLedger(aBucket([{ key, bytes: Buffer.from('x') }]), directory, quiet);

      expect(problems).toEqual([{ key, why: 'is not a ledger key' }]);
      expect(objects).toBe(0);
    },
  );
});
