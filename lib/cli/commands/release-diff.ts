import * as z from 'zod';
import { mcnemar } from '../../domain/evidence/fairness/mcnemar.ts';
import { DIFF_SECTIONS } from '../../domain/questions/diff-releases.ts';
import { callApi } from '../client/api.ts';
import { connect, iamOption } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, count, jsonText, plain } from '../terminal/text.ts';

const Named = z.object({
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  state: z.string(),
});
const Row = z.object({ subject: z.string(), before: z.string(), after: z.string(), delta: z.string().optional() });
type Row = z.infer<typeof Row>;
const Decisions = z.object({
  stayed_yes: z.int(),
  stayed_no: z.int(),
  yes_to_no: z.int(),
  no_to_yes: z.int(),
});
type Decisions = z.infer<typeof Decisions>;
const Compared = Decisions.extend({ rows: z.int(), undecided: z.int(), contradicted: z.int() });
type Compared = z.infer<typeof Compared>;
const Behaviour = z.object({
  rows: z.object({
    before: z.int(),
    after: z.int(),
    common: z.int(),
    undecided: z.int().default(0),
    contradicted: z.int(),
  }),
  all: Decisions,
  groups: z.array(Decisions.extend({ attribute: z.string(), value: z.string() })),
  groups_left_out: z.int(),
  /** Absent for what an earlier version stored. */
  before: Compared.optional(),
  groups_before: z.array(Compared.extend({ attribute: z.string(), value: z.string() })).default([]),
});
const Diff = z.object({
  before: Named,
  after: Named,
  differences: z.record(z.enum(DIFF_SECTIONS), z.array(Row)),
  behaviour: Behaviour.optional(),
  not_compared: z.array(z.object({ release_id: z.string(), evidence: z.string(), problem: z.string() })),
});
type Diff = z.infer<typeof Diff>;

export const command = defineCommand({
  name: 'release diff',
  parameters: ['RELEASE_A', 'RELEASE_B'],
  description:
    'Shows what changed from release A to release B: fields, what serves, metrics, model card, checks, policy, approvals, and decisions where these were compared.',
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

const describeDiff = ({ before, after, differences, behaviour, not_compared: unread }: Diff): string => {
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
    ...(behaviour === undefined ? [] : ['', ...behaviourLines(behaviour)]),
    ...(unread.length === 0 ? [] : ['', 'not compared:', ...unread.map(sentenceOf)]),
  ].join('\n');
};

/** The decisions that changed, on the same rows. */
const behaviourLines = (behaviour: z.infer<typeof Behaviour>): string[] => {
  const { rows, all, groups, groups_left_out: left } = behaviour;
  const named = [
    { name: 'all', ...all },
    ...groups.map(({ attribute, value, ...decisions }) => ({ name: `${attribute} ${value}`, ...decisions })),
  ];
  return [
    `decisions on ${count(rows.common, 'common row')} (before ${rows.before}, after ${rows.after}):`,
    columns(
      ['who', 'changed', 'of', 'yes to no', 'no to yes', 'McNemar p'],
      named.map(({ name, ...decisions }) => [
        name,
        decisions.yes_to_no + decisions.no_to_yes,
        comparedIn(decisions),
        decisions.yes_to_no,
        decisions.no_to_yes,
        testOf(decisions),
      ]),
    ),
    ...(left === 0 ? [] : [`and ${count(left, 'smaller group')}`]),
    ...(rows.undecided === 0 ? [] : [`${count(rows.undecided, 'common row')} without a decision, not compared`]),
    ...(rows.contradicted === 0
      ? []
      : [`${count(rows.contradicted, 'compared row')} without the label, protected attributes and columns of before`]),
    ...notComparedLines(behaviour),
  ];
};

/** The rows that were decided before and are not compared now, by the groups that they had before. */
const notComparedLines = ({ before, groups_before: groups }: z.infer<typeof Behaviour>): string[] => {
  if (before === undefined) return [];
  const short = [
    { name: 'all', ...before },
    ...groups.map(({ attribute, value, ...compared }) => ({ name: `${attribute} ${value}`, ...compared })),
  ].filter((group) => soundIn(group) < group.rows);
  if (short.length === 0) return [];
  return [
    'rows decided before that are not compared:',
    columns(
      ['who before', 'compared', 'of', 'missing', 'undecided', 'others'],
      short.map((group) => [
        group.name,
        soundIn(group),
        group.rows,
        group.rows - comparedIn(group) - group.undecided,
        group.undecided,
        group.contradicted,
      ]),
    ),
  ];
};

const soundIn = (group: Compared): number => comparedIn(group) - group.contradicted;

/** Whether one direction prevails by more than chance. */
const testOf = ({ stayed_yes: stayedYes, stayed_no: stayedNo, yes_to_no: yesToNo, no_to_yes: noToYes }: Decisions) =>
  mcnemar({ stayedYes, stayedNo, yesToNo, noToYes })?.toFixed(6) ?? 'nothing changed';

const comparedIn = (decisions: Decisions): number =>
  decisions.stayed_yes + decisions.stayed_no + decisions.yes_to_no + decisions.no_to_yes;

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
