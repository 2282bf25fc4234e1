import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { type ArchivedObject, ArchiveManifest, archiveProblems, type KeptObject } from '../../domain/audit/archive.ts';
import { judgeKept, type KeptJudgement } from '../../domain/audit/archive-kept.ts';
import { Instant, Sha256 } from '../../domain/identifiers.ts';
import type { AuditEvent } from '../../domain/ledger/event.ts';
import { type Problem, readLedgerFile } from '../../domain/ledger/ledger-file.ts';
import { RetentionClasses, type RetentionDays } from '../../domain/ledger/retention-class.ts';
import { wholeNumberIn } from '../../domain/whole-number.ts';
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
    'that to DIR/archive.json; with --evidence also those of the buckets of evidence (files, records, attestations) and of locked',
    'copies, none of which it reads. With --from-copy it reads archive.json again, without AWS, and compares the copy with it. An object',
    'that is not locked, or for less than --days and --classes ask, is a problem, and so is one of a held model without a hold, and',
    'evidence, a record or an attestation that the log names and that is not in its place: exit code 1. Rows about people may be gone',
    'after --rows-days.',
  ].join('\n'),
  example: 'ledger --evidence EVIDENCE-BUCKET,COPIES-BUCKET --days 3650 --classes low=730,routine=400',
  options: {
    bucket: { type: 'string', description: 'the audit bucket (ASSAY_AUDIT_BUCKET)' },
    evidence: {
      type: 'string',
      value: 'BUCKET,…',
      description: 'the bucket of evidence, and after it that of locked copies, to be listed, too',
    },
    'from-copy': { type: 'boolean', description: 'read DIR/archive.json, and ask no bucket' },
    days: { type: 'string', value: 'N', description: 'for how many days the longest class must be locked' },
    'evidence-days': {
      type: 'string',
      value: 'N',
      description: 'for how many days evidence and copies must be locked, if not as long (--days)',
    },
    'rows-days': {
      type: 'string',
      value: 'N',
      description:
        'for how many days rows about people must be locked, if they are removed (evidenceRowsRetentionDays)',
    },
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
          const evidence = (values.evidence ?? '').split(',').filter((bucket) => bucket !== '');
          return { bucket: connection.auditBucket(), evidence, settings: connection.clientSettings };
        });
    const events = eventsIn(directory, keys);
    const ofKept = judgeKept(manifest, events, {
      days: daysOf('evidence-days', values['evidence-days']) ?? days?.longest,
      rowsDays: daysOf('rows-days', values['rows-days']),
    });
    const problems = [
      ...copyProblems(directory, keys, manifest),
      ...archiveProblems(manifest, events, { days }),
      ...ofKept.problems,
    ];
    const { ended } = ofKept;
    around.out(values.json ? jsonText({ ...manifest, problems, ended }) : accountOf(manifest, { problems, ended }));
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
  return { longest: daysOf('days', values.days), classes: classes.data };
};

function daysOf(option: string, value: string): number;
function daysOf(option: string, value: string | undefined): number | undefined;
function daysOf(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const days = wholeNumberIn(value, { min: 0, max: 99_999 });
  if (days !== undefined) return days;
  throw new UsageError(`--${option} is no number: ${plain(value)}`);
}

const readManifest = async (directory: string): Promise<ArchiveManifest> => {
  const bytes = await readIfThere(join(directory, MANIFEST));
  if (bytes === undefined) throw new UsageError(`there is no ${MANIFEST}: run assay audit archive without --from-copy`);
  return ArchiveManifest.parse(JSON.parse(bytes.toString('utf8')));
};

type Place = {
  readonly bucket: string;
  /** The buckets of evidence and of locked copies. */
  readonly evidence?: readonly string[];
  readonly settings: S3ClientConfig;
};

/** Asks the buckets how they keep each object, of a copy and of the evidence, and writes that down beside the copy. */
export const takeManifest = async (
  directory: string,
  keys: readonly string[],
  place: () => Promise<Place>,
): Promise<ArchiveManifest> => {
  const { bucket, evidence = [], settings } = await place();
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
  const manifest: ArchiveManifest = {
    ...{ schema_version: 1, bucket, taken_at: Instant.parse(new Date().toISOString()), objects },
    ...(evidence.length === 0
      ? {}
      : { schema_version: 2, kept: await keptIn(evidence, settings), evidence_bucket: evidence[0] }),
  };
  await writeWhole(directory, MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
};

const keptIn = async (buckets: readonly string[], settings: S3ClientConfig): Promise<KeptObject[]> => {
  const { listKeptObjects } = await import('../../adapters/s3-kept-objects.ts');
  return (await Promise.all(buckets.map((bucket) => listKeptObjects(bucket, settings)))).flat();
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

/** The events of a copy, in the order of their numbers. */
const eventsIn = (directory: string, keys: readonly string[]): AuditEvent[] =>
  [
    ...readLedger(
      directory,
      keys.filter((key) => key.startsWith('events/')),
    ),
  ]
    .flatMap((file) => {
      const read = readLedgerFile(file);
      return 'kind' in read && read.kind === 'event' ? [read.event] : [];
    })
    .toSorted((a, b) => a.seq - b.seq);

const accountOf = (
  { bucket, taken_at: takenAt, objects, kept }: ArchiveManifest,
  { problems, ended }: KeptJudgement,
): string => {
  const parts = [
    ...objects.map((one) => ({ ...one, part: one.key.split('/')[0] })),
    ...(kept ?? []).map((one) => ({ ...one, part: `${one.bucket}/${one.key.split('/')[0]}` })),
  ];
  const groups = Map.groupBy(parts, ({ part, lock_mode: mode, legal_hold: isHeld }) =>
    JSON.stringify([part, mode || 'not locked', isHeld ? 'held' : '']),
  );
  const rows = [...groups].map(([group, of]) => {
    const [part = '', mode = '', hold = ''] = JSON.parse(group) as string[];
    const until = of.map(({ retain_until: one }) => one).toSorted();
    return [part, of.length, mode, until[0] ?? '', until.at(-1) ?? '', hold];
  });
  return [
    `${count(objects.length, 'object')} of s3://${bucket}, as of ${takenAt}`,
    kept === undefined
      ? 'Evidence, records, attestations and locked copies were not listed: name their buckets (--evidence).'
      : `${count(kept.length, 'object')} of evidence, records, attestations and locked copies`,
    '',
    columns(['part', 'objects', 'lock', 'until, first', 'until, last', 'legal hold'], rows),
    ...listOf('not kept any more', ended),
    ...listOf('problem with', problems),
  ].join('\n');
};

const listOf = (title: string, found: readonly Problem[]): string[] =>
  found.length === 0
    ? []
    : [
        '',
        columns(
          [title, ''],
          found.map(({ key, why }) => [key, why]),
        ),
      ];
