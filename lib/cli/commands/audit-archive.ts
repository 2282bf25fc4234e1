import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { type ArchivedObject, ArchiveManifest, archiveProblems } from '../../domain/audit/archive.ts';
import { Instant, Sha256 } from '../../domain/identifiers.ts';
import { type Problem, readLedgerFile } from '../../domain/ledger/ledger-file.ts';
import { RetentionClasses, type RetentionDays } from '../../domain/ledger/retention-class.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { ledgerKeys, readIfThere, readLedger, writeWhole } from '../files/ledger-directory.ts';
import { columns, count, jsonText, plain } from '../terminal/text.ts';

const MANIFEST = 'archive.json';

export const command = defineCommand({
  name: 'audit archive',
  parameters: ['DIR'],
  description: [
    'Lists every object of a pulled ledger with its digest, version, retain-until date and legal hold, as the bucket keeps it, and writes',
    'that to DIR/archive.json. With --from-copy it reads that file again, without AWS, and compares the copy with it. An object that is',
    'not locked, or for less than --days and --classes ask, is a problem, and so is one of a held model without a hold: exit code 1.',
  ].join('\n'),
  example: 'ledger --days 3650 --classes low=730,routine=400',
  options: {
    bucket: { type: 'string', description: 'the audit bucket (ASSAY_AUDIT_BUCKET)' },
    'from-copy': { type: 'boolean', description: 'read DIR/archive.json, and ask no bucket' },
    days: { type: 'string', value: 'N', description: 'for how many days the longest class must be locked' },
    classes: {
      type: 'string',
      value: 'CLASS=DAYS,…',
      description: 'the classes that are shorter, as they are deployed',
    },
    json: { type: 'boolean', description: 'print the manifest and the problems as JSON' },
  },
  run: async ({ values, positionals: [name = ''] }, around) => {
    const directory = resolve(around.directory, name);
    const keys = await ledgerKeys(directory);
    if (keys === undefined || keys.length === 0) throw new UsageError(`${name} contains no ledger: pull it first`);
    const days = daysIn(values);
    const manifest = values['from-copy']
      ? await readManifest(directory)
      : await takeManifest(directory, keys, async () => {
          const connection = await connect(around, values);
          return { bucket: connection.auditBucket(), settings: connection.clientSettings };
        });
    const problems = [...copyProblems(directory, keys, manifest), ...eventProblems(directory, keys, manifest, days)];
    around.out(values.json ? jsonText({ ...manifest, problems }) : accountOf(manifest, problems));
    return problems.length === 0 ? EXIT.ok : EXIT.no;
  },
});

const daysIn = (values: { days?: string | undefined; classes?: string | undefined }): RetentionDays | undefined => {
  const classes = RetentionClasses.safeParse(values.classes ?? '');
  if (!classes.success) throw new UsageError(`--classes must be CLASS=DAYS: ${plain(values.classes ?? '')}`);
  if (values.days === undefined) {
    if (values.classes !== undefined) throw new UsageError('--classes are shorter than --days: pass both');
    return undefined;
  }
  if (!/^\d{1,5}$/.test(values.days)) throw new UsageError(`--days is no number: ${plain(values.days)}`);
  return { longest: Number(values.days), classes: classes.data };
};

const readManifest = async (directory: string): Promise<ArchiveManifest> => {
  const bytes = await readIfThere(join(directory, MANIFEST));
  if (bytes === undefined) throw new UsageError(`there is no ${MANIFEST}: run assay audit archive without --from-copy`);
  return ArchiveManifest.parse(JSON.parse(bytes.toString('utf8')));
};

type Place = { readonly bucket: string; readonly settings: S3ClientConfig };

/** Asks the bucket how it keeps each object of a copy, and writes that down beside it. */
export const takeManifest = async (
  directory: string,
  keys: readonly string[],
  place: () => Promise<Place>,
): Promise<ArchiveManifest> => {
  const { bucket, settings } = await place();
  const { s3LedgerReader } = await import('../../adapters/s3-ledger-reader.ts');
  const { lockOf } = s3LedgerReader(bucket, settings);
  const objects: ArchivedObject[] = [];
  const rest = keys.values();
  const worker = async (): Promise<void> => {
    for (const key of rest) {
      const bytes = readFileSync(join(directory, key));
      objects.push({ key, size_bytes: bytes.length, sha256: digestOf(bytes), ...(await lockOf(key)) });
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  objects.sort((a, b) => (a.key < b.key ? -1 : 1));
  const manifest = { schema_version: 1 as const, bucket, taken_at: Instant.parse(new Date().toISOString()), objects };
  await writeWhole(directory, MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
};

const digestOf = (bytes: Uint8Array): Sha256 => Sha256.parse(createHash('sha256').update(bytes).digest('hex'));

/** What of the copy is not as the manifest says, which somebody may have kept apart from it. */
const copyProblems = (directory: string, keys: readonly string[], { objects }: ArchiveManifest): Problem[] => {
  const there = new Set(keys);
  const listed = new Set(objects.map(({ key }) => key));
  return [
    ...objects.flatMap(({ key, sha256 }) => {
      if (!there.has(key)) return [{ key, why: 'is in the manifest, and not in the copy' }];
      return digestOf(readFileSync(join(directory, key))) === sha256 ? [] : [{ key, why: 'has another digest' }];
    }),
    ...keys.filter((key) => !listed.has(key)).map((key) => ({ key, why: 'is in the copy, and not in the manifest' })),
  ];
};

const eventProblems = (
  directory: string,
  keys: readonly string[],
  manifest: ArchiveManifest,
  days: RetentionDays | undefined,
): Problem[] => {
  const events = [
    ...readLedger(
      directory,
      keys.filter((key) => key.startsWith('events/')),
    ),
  ].flatMap((file) => {
    const read = readLedgerFile(file);
    return 'kind' in read && read.kind === 'event' ? [read.event] : [];
  });
  const inOrder = events.toSorted((a, b) => a.seq - b.seq);
  return archiveProblems(manifest, inOrder, { days });
};

const accountOf = ({ bucket, taken_at: takenAt, objects }: ArchiveManifest, problems: readonly Problem[]): string => {
  const groups = Map.groupBy(objects, ({ key, lock_mode: mode, legal_hold: isHeld }) =>
    JSON.stringify([key.split('/')[0], mode || 'not locked', isHeld ? 'held' : '']),
  );
  const rows = [...groups].map(([group, of]) => {
    const [part = '', mode = '', hold = ''] = JSON.parse(group) as string[];
    const until = of.map(({ retain_until: one }) => one).toSorted();
    return [part, of.length, mode, until[0] ?? '', until.at(-1) ?? '', hold];
  });
  return [
    `${count(objects.length, 'object')} of s3://${bucket}, as of ${takenAt}`,
    '',
    columns(['part', 'objects', 'lock', 'until, first', 'until, last', 'legal hold'], rows),
    ...(problems.length === 0
      ? []
      : [
          '',
          columns(
            ['problem with', ''],
            problems.map(({ key, why }) => [key, why]),
          ),
        ]),
  ].join('\n');
};
