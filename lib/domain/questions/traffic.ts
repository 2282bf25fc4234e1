import * as z from 'zod';
import { listedIn } from './listed.ts';
import { FIRST_INSTANT, instantText, LAST_INSTANT, MODEL, PROOF, type Question, type Row, shown } from './question.ts';

const Variant = z.object({
  variant: z.string(),
  weight: z.string(),
  release_id: z.string(),
  model_version: z.string(),
  endpoint_config: z.string().optional(),
  instances: z.int().optional(),
  stage: z.string().optional(),
  stage_message: z.string().optional(),
});
type Variant = z.infer<typeof Variant>;

/** A row for each variant of each period, with its share of the traffic; one without a release where nothing was found to serve. */
const intervalsIn = (rows: readonly Row[]): Row[] =>
  rows.flatMap((row): Row[] => {
    const variants = listedIn(row['variants'], Variant);
    if (variants.length === 0) return [{ ...row, variant: '', share: '', release_id: '', model_version: '' }];
    const total = variants.reduce((sum, { weight }) => sum + Number(weight), 0);
    const isShifting = variants.some(({ stage }) => stage !== undefined);
    return variants.map((variant) => ({
      ...row,
      ...{ variant: variant.variant, release_id: variant.release_id, model_version: variant.model_version },
      ...(variant.endpoint_config !== undefined && { endpoint_config: variant.endpoint_config }),
      share: isShifting ? shiftOf(variant) : shareOf(Number(variant.weight), total),
    }));
  });

/** SageMaker tells no share of the whole while traffic goes from one fleet to another: only how many instances there are, and have it. */
const shiftOf = ({ weight, instances, stage, stage_message: message }: Variant): string =>
  [
    `weight ${weight} of its fleet`,
    ...(instances === undefined ? [] : [`${instances} instances`]),
    ...(stage === undefined ? [] : [`${stage}: ${message}`]),
  ].join(', ');

const shareOf = (weight: number, total: number): string =>
  total > 0 ? `${Number(((100 * weight) / total).toFixed(2))} %` : '0 %';

/** Q-8 and TR-2: which version served which traffic, as it was found at the endpoints. */
export const TRAFFIC: Question = {
  name: 'traffic',
  title: 'Which version served which share of the traffic, on which endpoint, from when until when?',
  parameters: [
    MODEL,
    instantText('from', 'the first instant', FIRST_INSTANT),
    instantText('to', 'the last instant', LAST_INSTANT),
  ],
  subjects: ['model'],
  sql: 'traffic.sql',
  // Of one of the variants.
  inferred: ['release_id', 'model_version'],
  selects: [
    shown('served_from', 'from'),
    shown('served_until', 'until'),
    shown('endpoint', 'endpoint'),
    shown('endpoint_config', 'configuration'),
    shown('variants', 'variants'),
    shown('deviations', 'deviations'),
    ...PROOF,
  ],
  shows: [
    shown('served_from', 'from'),
    shown('served_until', 'until'),
    shown('endpoint', 'endpoint'),
    shown('variant', 'variant'),
    shown('share', 'share'),
    shown('model_version', 'version'),
    shown('release_id', 'release'),
    shown('endpoint_config', 'configuration'),
    ...PROOF,
  ],
  answer: intervalsIn,
};
