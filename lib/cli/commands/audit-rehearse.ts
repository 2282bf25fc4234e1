import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rehearsalBytes, rehearsalPage } from '../../domain/audit/rehearsal-report.ts';
import { rehearse } from '../../domain/audit/rehearse.ts';
import { Instant } from '../../domain/identifiers.ts';
import { readPublicKey } from '../../domain/signing/fingerprint.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { ledgerKeys, readIfThere } from '../files/ledger-directory.ts';
import { askingLog, readCopiedLog } from '../files/ledger-history.ts';
import { jsonText, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'audit rehearse',
  parameters: ['DIR'],
  description: [
    'Rehearses an audit on a copy of the ledger, without AWS: asks every question, about a release and a model that the date draws,',
    'and compares what each row says with the entry that it names; verifies a sample of entries, which the date draws too: the bytes of the',
    'object, the proof that it is in the log, its chain, and the signature of who decided. Checkpoints are verified with the key of',
    'the log. The report says what it could not look at in a copy. A deployment rehearses by itself, every week, records and access',
    'included, and keeps its reports in the audit bucket. Exit code 1 if anything fails.',
  ].join('\n'),
  example: 'ledger --out rehearsal',
  options: {
    key: { type: 'string', value: 'FILE', description: 'public key of the log, PEM (DIR/log.pub)' },
    date: { type: 'string', value: 'DAY', description: 'draw the sample of this day, to repeat a rehearsal (today)' },
    out: { type: 'string', value: 'NAME', description: 'also write the report as NAME.json and NAME.md' },
    json: { type: 'boolean', description: 'print the report as JSON' },
  },
  run: async ({ values, positionals: [name = ''] }, around) => {
    const directory = resolve(around.directory, name);
    const keys = await ledgerKeys(directory);
    if (keys === undefined || keys.length === 0) {
      throw new UsageError(`${plain(name)} contains no ledger: copy one with assay audit pull`);
    }
    const file = values.key === undefined ? join(directory, 'log.pub') : resolve(around.directory, values.key);
    const pem = (await readIfThere(file))?.toString('utf8') ?? '';
    if (readPublicKey(pem) === undefined)
      throw new UsageError(`${plain(file)} is no public key in PEM: pass one with --key`);
    const { log, checkpoints, problems } = readCopiedLog(directory, keys, pem);
    const report = await askingLog(log, (ask) =>
      rehearse({
        ...{ log, checkpoints, problems, ask, probes: [], now: instantOf(values.date) },
        readEvent: (key) => readIfThere(join(directory, key)),
      }),
    );
    const page = rehearsalPage(report);
    if (values.out !== undefined) {
      await writeFile(resolve(around.directory, `${values.out}.json`), rehearsalBytes(report));
      await writeFile(resolve(around.directory, `${values.out}.md`), page);
    }
    around.out(values.json ? jsonText(report) : page.trimEnd());
    return report.failures === 0 ? EXIT.ok : EXIT.no;
  },
});

const instantOf = (day: string | undefined): Instant => {
  if (day === undefined) return Instant.parse(new Date().toISOString());
  const { data } = Instant.safeParse(`${day}T00:00:00.000Z`);
  if (data === undefined) throw new UsageError(`--date is no day: ${plain(day)}; write 2026-01-01`);
  return data;
};
