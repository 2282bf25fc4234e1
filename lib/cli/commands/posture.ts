import * as z from 'zod';
import { LEVELS } from '../../domain/gate/maturity.ts';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { limitOption, readPages } from '../client/pages.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { columns, jsonText, paragraph, plain } from '../terminal/text.ts';

const Posture = z.object({
  model_name: z.string(),
  model_version: z.string(),
  level: z.int(),
  steps: z.array(z.object({ level: z.int(), step: z.string(), holds: z.boolean(), proof: z.string() })),
  next: z.string().optional(),
  if_enforced: z
    .object({
      is_stopped: z.boolean(),
      not_enforced: z.array(z.string()),
      reasons: z.array(z.object({ rule: z.string(), explanation: z.string() })),
    })
    .optional(),
});
type Posture = z.infer<typeof Posture>;
const Postures = z.object({ models: z.array(Posture) });

export const command = defineCommand({
  name: 'posture',
  parameters: ['[MODEL]'],
  description: [
    'Shows the level of maturity of each model that serves, from 0 to 3, and what to do next. With MODEL it shows each step of the',
    'levels with its proof, and what would have stopped the release if every check had to pass: by the verdicts that are kept. No',
    'check is run again. A model that serves nothing is not listed.',
  ].join('\n'),
  example: 'mortgage-approval',
  options: {
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
  },
  run: async ({ values, positionals: [model] }, around) => {
    if (model !== undefined && values.limit !== undefined)
      throw new UsageError('posture: --limit has no use with MODEL');
    const connection = await connect(around);
    if (model !== undefined) {
      const path = ['models', model, 'posture'];
      const answer = await callApi(connection, { method: 'GET', path, role: 'auditor' }, z.looseObject({}));
      around.out(values.json ? jsonText(answer) : accountOf(Posture.parse(answer)));
      return EXIT.ok;
    }
    const answer = await readPages(
      connection,
      { method: 'GET', path: ['posture'], role: 'auditor' },
      { of: 'models', limit: values.limit, say: around.err },
    );
    around.out(values.json ? jsonText(answer) : listOf(Postures.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ models }: z.infer<typeof Postures>): string =>
  models.length === 0
    ? 'no model is in production'
    : [
        columns(
          ['model', 'version', 'level', 'if every check had to pass', 'next'],
          models.map((one) => [
            ...[one.model_name, one.model_version, `${one.level} of 3`, verdictOf(one)],
            one.next ?? 'every step holds',
          ]),
        ),
        '',
        ...Object.entries(LEVELS).map(([level, what]) => `level ${level}: ${what}`),
      ].join('\n');

const verdictOf = ({ if_enforced: enforced }: Posture): string => {
  if (enforced === undefined) return 'unknown: its policy is not kept';
  if (enforced.not_enforced.length === 0) return 'they do';
  return enforced.is_stopped ? 'it would have been stopped' : 'nothing would have stopped it';
};

const accountOf = (posture: Posture): string => {
  const { model_name: model, model_version: version, level, steps, next, if_enforced: enforced } = posture;
  return [
    `${plain(model)} ${plain(version)}: level ${level} of 3`,
    '',
    columns(
      ['level', 'holds', 'step', 'proof'],
      steps.map((one) => [one.level, one.holds ? 'yes' : 'NO', one.step, one.proof]),
    ),
    '',
    next === undefined ? 'Next: nothing, every step holds.' : `Next: ${plain(next)}`,
    `If every check had to pass: ${verdictOf(posture)}.`,
    ...(enforced?.reasons ?? []).map(({ rule, explanation }) => paragraph(`${rule}: ${explanation}`)),
    ...(enforced === undefined || enforced.not_enforced.length === 0
      ? []
      : [paragraph(`not enforced by its policy: ${enforced.not_enforced.join(', ')}`)]),
  ].join('\n');
};
