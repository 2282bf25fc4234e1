import * as z from 'zod';
import { Instant } from '../../domain/identifiers.ts';
import { isServedAt } from '../../domain/serving/served-at.ts';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Interval = z.object({
  variant: z.string(),
  weight: z.string(),
  release_id: z.string(),
  model_version: z.string(),
  endpoint_config: z.string(),
  from: z.string(),
  to: z.string().optional(),
  instances: z.int().optional(),
  stage: z.string().optional(),
  stage_message: z.string().optional(),
});
type Interval = z.infer<typeof Interval>;
const Served = z.object({ intervals: z.array(Interval), deviations: z.array(z.object({ explanation: z.string() })) });
type Served = z.infer<typeof Served>;

export const command = defineCommand({
  name: 'endpoints served',
  parameters: ['ENDPOINT'],
  description: [
    'Shows what an endpoint served since when, a row for each variant with its weight, and what it serves now that nobody approved.',
    'While an update brings traffic over, two fleets serve: each has a row, with its instances, and what SageMaker does with the one that comes.',
    'With --at it shows what answered at that instant: logs, captured data and metrics of SageMaker name variant and time.',
  ].join('\n'),
  example: 'hmda-mortgage --at 2026-11-29T12:00:00.000Z',
  options: {
    at: { type: 'string', value: 'INSTANT', description: 'only what served then: UTC, with milliseconds' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [endpoint = ''] }, around) => {
    const at = values.at === undefined ? undefined : Instant.safeParse(values.at).data;
    if (values.at !== undefined && at === undefined) throw new UsageError('--at takes 2026-11-29T12:00:00.000Z');
    const connection = await connect(around);
    const path = ['endpoints', endpoint, 'served'];
    const answer = await callApi(connection, { method: 'GET', path, role: 'auditor' }, z.unknown());
    const { intervals, deviations } = Served.parse(answer);
    const shown = { intervals: intervals.filter((one) => at === undefined || isServedAt(one, at)), deviations };
    around.out(values.json ? jsonText(shown) : accountOf(shown));
    return EXIT.ok;
  },
});

const accountOf = ({ intervals, deviations }: Served): string =>
  [
    intervals.length === 0
      ? 'nothing is known to have served'
      : columns(
          ['from', 'to', 'variant', 'weight', 'release', 'version', 'configuration', ''],
          intervals.map((one) => [
            one.from,
            one.to ?? 'now',
            one.variant,
            one.weight,
            one.release_id || 'no release',
            one.model_version,
            one.endpoint_config,
            shiftOf(one),
          ]),
        ),
    ...deviations.map(({ explanation }) => `Not what people approved: ${explanation}`),
  ].join('\n');

const shiftOf = ({ instances, stage, stage_message: message }: Interval): string =>
  [
    ...(instances === undefined ? [] : [`${instances} instances`]),
    ...(stage === undefined ? [] : [`${stage}: ${message}`]),
  ].join(', ');
