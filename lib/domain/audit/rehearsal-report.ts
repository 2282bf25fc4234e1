/** The report of a rehearsal of an audit (docs/formats/audit-rehearsal.md). Written once, so it is read for ever. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { madeReadable } from '../readable.ts';
import { canonicalJson } from '../signing/canonical-json.ts';

const Text = z.string();
const Count = z.int().min(0);
const Problems = z.array(Text);

export const RehearsalReport = z.strictObject({
  schema_version: z.literal(1),
  rehearsed_at: Instant,
  /** What the sample follows from, together with the size of the log: it can be drawn again. */
  seed: z.iso.date(),
  log: z.strictObject({
    origin: Text,
    /** The entries that a signed checkpoint covers: everything below is about these. */
    size: Count,
    root_hash: Text,
    until: Text,
    checkpoints: Count,
    problems: Problems,
  }),
  questions: z.array(
    z.strictObject({
      question: Text,
      parameters: z.record(z.string(), z.string()),
      rows: Count,
      entries: Count,
      problems: Problems,
    }),
  ),
  sample: z.array(z.strictObject({ leaf_index: Count, event_key: Text, event_type: Text, problems: Problems })),
  records: z.array(z.strictObject({ release_id: Text, uri: Text, sha256: Text, problems: Problems })),
  access: z.array(z.strictObject({ what: Text, expected: Text, found: Text })),
  /** What this rehearsal could not look at, and why. It is no failure, and no success. */
  left_out: z.array(Text),
  failures: Count,
});
export type RehearsalReport = z.infer<typeof RehearsalReport>;

/** The bytes that are kept: canonical JSON. */
export const rehearsalBytes = (report: RehearsalReport): Uint8Array => canonicalJson(report);

/** Where a report lies in the audit bucket, without its ending. */
export const rehearsalKey = (at: Instant): string =>
  `rehearsals/v1/dt=${at.slice(0, 10)}/${at.slice(11, 23).replaceAll(/[:.]/g, '')}`;

/** Everything that failed, as a sentence each. */
export const failuresIn = ({
  log,
  questions,
  sample,
  records,
  access,
}: Omit<RehearsalReport, 'failures'>): string[] => [
  ...log.problems.map((why) => `the log: ${why}`),
  ...questions.flatMap(({ question, problems }) => problems.map((why) => `the question ${question}: ${why}`)),
  ...sample.flatMap(({ leaf_index, problems }) => problems.map((why) => `entry ${leaf_index}: ${why}`)),
  ...records.flatMap(({ release_id, problems }) => problems.map((why) => `the record of ${release_id}: ${why}`)),
  ...access
    .filter(({ expected, found }) => expected !== found)
    .map(({ what, expected, found }) => `${what}: ${found}, and not ${expected}`),
];

/** What others wrote, on one line: nothing in it is Markdown, and nothing in it moves a cursor. */
const inline = (text: string | number): string =>
  madeReadable(String(text).replaceAll(/\s+/g, ' ')).replaceAll(/[|\\<>`*_[\]]/g, '\\$&');
const line = (cells: readonly (string | number)[]): string => `| ${cells.map(inline).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] =>
  rows.length === 0 ? ['None.'] : [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
const holds = (problems: readonly string[]): string => (problems.length === 0 ? 'holds' : problems.join('; '));

/** The same for people, as Markdown. What others wrote comes in as text. */
export const rehearsalPage = (report: RehearsalReport): string => {
  const { log, questions, sample, records, access, left_out: leftOut, failures } = report;
  return [
    `# Rehearsal of an audit, ${report.rehearsed_at}`,
    '',
    failures === 0 ? 'Everything that was looked at holds.' : `**${failures} of what was looked at failed.**`,
    '',
    ...failuresIn(report).map((one) => `- ${inline(one)}`),
    ...(failures === 0 ? [] : ['']),
    `The log ${inline(log.origin || '(none)')}: ${log.size} entries under ${log.checkpoints} signed checkpoints, the newest of ${inline(log.until || 'never')}; root hash ${inline(log.root_hash)}.`,
    ...['', '## Questions', ''],
    ...table(
      ['question', 'asked about', 'rows', 'of entries', 'verdict'],
      questions.map(({ question, parameters, rows, entries, problems }) => [
        ...[question, Object.values(parameters).join(', '), rows, entries, holds(problems)],
      ]),
    ),
    ...['', `## Sample, drawn by ${report.seed}`, ''],
    ...table(
      ['entry', 'event', 'type', 'verdict'],
      sample.map(({ leaf_index, event_key, event_type, problems }) => [
        leaf_index,
        event_key,
        event_type,
        holds(problems),
      ]),
    ),
    ...['', '## Governance records', ''],
    ...table(
      ['release', 'record', 'verdict'],
      records.map(({ release_id, uri, problems }) => [release_id, uri, holds(problems)]),
    ),
    ...['', '## Access', ''],
    ...table(
      ['read', 'expected', 'found'],
      access.map(({ what, expected, found }) => [what, expected, found]),
    ),
    ...(leftOut.length === 0 ? [] : ['', '## Not looked at', '', ...leftOut.map((one) => `- ${inline(one)}`)]),
    '',
  ].join('\n');
};
