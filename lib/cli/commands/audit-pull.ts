import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { LedgerReader } from '../../adapters/s3-ledger-reader.ts';
import type { Problem } from '../../domain/ledger/ledger-file.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { ledgerKeys, type Pull, readIfThere, writeWhole } from '../files/ledger-directory.ts';
import { accessListing, type Listed, settledListing } from '../files/ledger-listing.ts';
import { columns, count } from '../terminal/text.ts';

const PARALLEL_READS = 16;
const LOOK_AGAIN_MS = 5000;

export const command = defineCommand({
  name: 'audit pull',
  parameters: ['DIR'],
  description: [
    'Copies the audit ledger from its bucket to a directory, for assay audit verify. Files that are already there and',
    'unchanged are not read again. A key with more than one version, with a delete marker, or with bytes that differ from',
    'an earlier copy is a problem: it is recorded in DIR/pull.json, and the exit code is 1. The access log is copied too,',
    'for assay report.',
  ].join('\n'),
  example: 'ledger',
  options: { bucket: { type: 'string', description: 'the audit bucket (ASSAY_AUDIT_BUCKET)' } },
  run: async ({ values, positionals: [name = ''] }, around) => {
    const connection = await connect(around, values);
    const bucket = connection.auditBucket();
    const { s3LedgerReader } = await import('../../adapters/s3-ledger-reader.ts');
    const directory = resolve(around.directory, name);
    const reader = s3LedgerReader(bucket, connection.clientSettings);
    const { objects, read, problems } = await pullLedger(reader, directory, {
      progress: around.err,
      pause: () => setTimeout(LOOK_AGAIN_MS),
    });
    problems.push(...(await keepLogKey(directory, connection.logPublicKey)));
    const pulledAt = new Date().toISOString();
    const pull: Pull = { schemaVersion: 1, bucket, pulledAt, objects, problems };
    await writeWhole(directory, 'pull.json', `${JSON.stringify(pull, null, 2)}\n`);
    around.out(`${count(objects, 'object')} in s3://${bucket}, ${read} read now`);
    if (problems.length === 0) return EXIT.ok;
    around.out(
      `\n${columns(
        ['problem with', ''],
        problems.map(({ key, why }) => [key, why]),
      )}`,
    );
    return EXIT.no;
  },
});

/** How a pull passes its time: what it says, and how it waits for the log to catch up. */
type Waiting = { readonly progress: (text: string) => void; readonly pause: () => Promise<void> };

/** Copies every listed object that is not here yet, and reports problems that only the bucket itself can show. */
export const pullLedger = async (
  reader: LedgerReader,
  directory: string,
  { progress, pause }: Waiting,
): Promise<{ objects: number; read: number; problems: Problem[] }> => {
  const { listed, problems } = await settledListing(reader, async (why) => {
    progress(`${why}; looking again in ${LOOK_AGAIN_MS / 1000} seconds`);
    await pause();
  });
  const accesses = await accessListing(reader);
  problems.push(...accesses.problems);
  const there = new Set((await ledgerKeys(directory)) ?? []);
  let done = 0;
  const copy = async (object: Listed): Promise<void> => {
    const outcome = await copyObject(object, reader, directory);
    if (outcome === 'differs') problems.push({ key: object.key, why: 'differs from an earlier copy' });
    if (outcome !== 'unchanged') read += 1;
    done += 1;
    if (done % 500 === 0 || done === listed.length)
      progress(`read ${done} of ${count(listed.length + accesses.listed.length, 'object')}`);
  };
  let read = 0;
  await inParallel([...listed, ...accesses.listed], copy);
  const keys = new Set(listed.map(({ key }) => key));
  for (const key of there) {
    if (!keys.has(key)) problems.push({ key, why: 'was pulled earlier and is no longer in the bucket' });
  }
  return {
    objects: listed.length + accesses.listed.length,
    read,
    problems: problems.sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
};

const copyObject = async (object: Listed, reader: LedgerReader, directory: string) => {
  const copy = await readIfThere(join(directory, object.key));
  if (copy !== undefined && copy.length === object.sizeBytes && isTagOf(object.etag, copy)) return 'unchanged';
  const bytes = await reader.read(object.key, object.versionId);
  if (copy === undefined) {
    await writeWhole(directory, object.key, bytes);
    return 'read';
  }
  // The earlier copy is evidence: it is never overwritten.
  return copy.equals(bytes) ? 'read' : 'differs';
};

/** Under SSE-S3 the ETag of an object put in one part is its MD5: enough to see that it need not be read again. */
const isTagOf = (etag: string, bytes: Uint8Array): boolean =>
  etag.replaceAll('"', '') === createHash('md5').update(bytes).digest('hex');

/** For convenience. An auditor compares this key with the one that they received by another route. */
const keepLogKey = async (directory: string, publicKeyPem: string | undefined): Promise<Problem[]> => {
  if (publicKeyPem === undefined) return [];
  const kept = (await readIfThere(join(directory, 'log.pub')))?.toString('utf8');
  if (kept === undefined) await writeWhole(directory, 'log.pub', publicKeyPem);
  return kept === undefined || kept.trim() === publicKeyPem.trim()
    ? []
    : [{ key: 'log.pub', why: 'differs from the key that the deployment names now' }];
};

const inParallel = async <T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> => {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await task(item);
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, worker));
};
