import * as z from 'zod';
import { DIFF_SECTIONS } from '../../domain/questions/diff-releases.ts';
import { callApi } from '../client/api.ts';
import { connect, iamOption } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

const Named = z.object({
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  state: z.string(),
});
const Row = z.object({ subject: z.string(), before: z.string(), after: z.string(), delta: z.string().optional() });
type Row = z.infer<typeof Row>;
const Diff = z.object({
  before: Named,
  after: Named,
  differences: z.record(z.enum(DIFF_SECTIONS), z.array(Row)),
  not_compared: z.array(z.object({ release_id: z.string(), evidence: z.string(), problem: z.string() })),
});
type Diff = z.infer<typeof Diff>;

export const command = defineCommand({
  name: 'release diff',
  parameters: ['RELEASE_A', 'RELEASE_B'],
  description:
    'Shows what changed from release A to release B: fields, what serves, metrics, model card, checks, policy, approvals.',
  example: 'hmda-mortgage-1.1.0 hmda-mortgage-1.2.0',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' }, iam: iamOption },
  run: async ({ values, positionals: [before = '', after = ''] }, around) => {
    const connection = await connect(around, values);
    const path = ['releases', before, 'diff', after];
    const answer = await callApi(connection, { method: 'GET', path, role: 'auditor' }, z.unknown());
    around.out(values.json ? jsonText(answer) : describeDiff(Diff.parse(answer)));
    return EXIT.ok;
  },
});

const describeDiff = ({ before, after, differences, not_compared: unread }: Diff): string => {
  const sections = DIFF_SECTIONS.flatMap((section) =>
    differences[section].length === 0 ? [] : ['', `${section}:`, tableOf(differences[section])],
  );
  return [
    columns(
      ['', 'release', 'model', 'version', 'state'],
      [before, after].map((release, index) => [
        index === 0 ? 'before' : 'after',
        release.release_id,
        release.model_name,
        release.model_version,
        release.state,
      ]),
    ),
    ...(sections.length === 0 ? ['', 'no differences'] : sections),
    ...(unread.length === 0 ? [] : ['', 'not compared:', ...unread.map(sentenceOf)]),
  ].join('\n');
};

/** Short values are set in columns; sentences from a card are set below their subject. */
const tableOf = (rows: readonly Row[]): string => {
  const isShort = ({ before, after }: Row) => Math.max(before.length, after.length) <= SHORT_MAX_LENGTH;
  const short = rows.filter(isShort).map(({ subject, before, after, delta = '' }) => [subject, before, after, delta]);
  const long = rows
    .filter((row) => !isShort(row))
    .map(({ subject, before, after }) =>
      [
        plain(subject),
        ...(before === '' ? [] : [`  - ${plain(before)}`]),
        ...(after === '' ? [] : [`  + ${plain(after)}`]),
      ].join('\n'),
    );
  return [...(short.length === 0 ? [] : [columns(['what', 'before', 'after', ''], short)]), ...long].join('\n');
};

/** Two digests side by side, with their name, still fit on one wide line. */
const SHORT_MAX_LENGTH = 64;

const sentenceOf = ({ release_id: id, evidence, problem }: Diff['not_compared'][number]): string =>
  plain(`${evidence} of ${id} ${problem}`);
