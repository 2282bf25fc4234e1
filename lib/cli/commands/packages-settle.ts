import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Settled = z.object({
  release_id: z.string(),
  model_package_arn: z.string(),
  kind: z.string(),
  settled_at: z.string(),
  settled_by: z.string(),
});

export const command = defineCommand({
  name: 'packages settle',
  parameters: ['RELEASE'],
  description: [
    'Says, as an operator, that what was done by hand to the model package of a release has been dealt with.',
    'A rejection by hand is lifted, and the model registry is made to show what Assay says. If a package was changed so often',
    'that Assay stopped answering, it answers again. Whoever requested or made a release does not lift its rejection.',
    'Afterwards assay promote starts the promotion of a release that waited.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "it was rejected by mistake" --incident INC-1',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    incident: { type: 'string', isRequired: true, description: 'the incident that was dealt with' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [id = ''] }, around) => {
    const { reason, incident } = values;
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      { method: 'POST', path: ['releases', id, 'package', 'settle'], role: 'operator', body: { reason, incident } },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Settled.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (settled: z.infer<typeof Settled>): string =>
  columns(
    ['package', 'settled'],
    [
      ['release', settled.release_id],
      ['package', settled.model_package_arn],
      ['what was done', settled.kind.replaceAll('_', ' ')],
      ['settled by', `${settled.settled_by} at ${settled.settled_at}`],
    ],
  );
