import { resolve } from 'node:path';
import { makeReport, SECTION_NAMES, type SectionName } from '../../domain/questions/reports/report.ts';
import type { Material } from '../../domain/questions/reports/section.ts';
import { dayGiven } from '../asked.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { readAccesses, readEvents, UnreadableLedger } from '../files/ledger-events.ts';
import { asCsv, asJson, asPage, asTables } from '../terminal/report-output.ts';
import { plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'report',
  parameters: ['[SECTION]'],
  description: [
    'Writes a report for auditors from a copy of the ledger, which assay audit pull makes; needs no AWS. SECTION is access',
    '(how often each person was given what), approvals (when people were asked and decided) or sanitisation (what was done',
    'with personal data). Without it, the report has all three. It counts what the copy says: assay audit verify says',
    'whether the copy holds.',
  ].join('\n'),
  example: 'approvals --ledger ledger --since 2026-01-01',
  options: {
    ledger: { type: 'string', value: 'DIR', isRequired: true, description: 'the copy of the ledger' },
    since: {
      type: 'string',
      value: 'DAY',
      description: 'the first day in UTC, 2026-01-01, or 365d for so long ago (the first of all)',
    },
    until: { type: 'string', value: 'DAY', description: 'the last day in UTC, which is in the report (none)' },
    csv: { type: 'boolean', description: 'print comma-separated values, with the proof of each row' },
    json: { type: 'boolean', description: 'print JSON' },
    html: { type: 'boolean', description: 'print a page' },
  },
  run: async ({ values, positionals: [section] }, around) => {
    const names = section === undefined ? SECTION_NAMES : [sectionOf(section)];
    const now = new Date();
    const period = {
      since: values.since === undefined ? '2000-01-01' : dayGiven('since', values.since, now),
      until: values.until === undefined ? '9999-12-31' : dayGiven('until', values.until, now),
    };
    if (period.until < period.since)
      throw new UsageError('report: --until is the last day, so it must not be before --since');
    if ([values.csv, values.json, values.html].filter((asked) => asked === true).length > 1)
      throw new UsageError('report prints one of --csv, --json and --html');
    const directory = resolve(around.directory, values.ledger);
    const material = await readMaterial(directory, values.ledger);
    if (material instanceof UnreadableLedger) {
      around.err(material.message);
      return EXIT.no;
    }
    const report = makeReport(names, material, period);
    const print = values.csv ? asCsv : values.json ? asJson : values.html ? asPage : asTables;
    around.out(print(report));
    return EXIT.ok;
  },
});

/** What there is to count, or what keeps it from being counted. */
const readMaterial = async (directory: string, name: string): Promise<Material | UnreadableLedger> => {
  try {
    return { events: await readEvents(directory, name), accesses: await readAccesses(directory) };
  } catch (error) {
    if (error instanceof UnreadableLedger) return error;
    throw error;
  }
};

const sectionOf = (word: string): SectionName => {
  const name = SECTION_NAMES.find((one) => one === word);
  if (name === undefined) throw new UsageError(`report knows ${SECTION_NAMES.join(', ')}, not ${plain(word)}`);
  return name;
};
