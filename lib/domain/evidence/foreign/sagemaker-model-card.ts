/**
 * The model card of Amazon SageMaker, schema 0.1.0, stand-alone or as part of a model package. It has no slot for what
 * a model is not for, how it fails, what protects it and what it needs; these are in `custom_details` (gov-card.ts).
 */
import * as z from 'zod';
import { readShape } from '../documents/document.ts';
import { Measurement, metricsOf } from '../metrics.ts';
import type { ModelCard } from '../model-card.ts';
import { cardOf } from './gov-card.ts';

const NAME = 'SageMaker model card';
const Text = z.string();
const Texts = z.array(Text).default([]);

const Metric = z.discriminatedUnion('type', [
  z.object({ name: Text, type: z.literal('number'), value: Measurement }),
  z.object({ name: Text, type: z.enum(['string', 'boolean', 'linear_graph', 'bar_chart', 'matrix']) }),
]);
const Evaluation = z.object({
  name: Text,
  evaluation_observation: Text.optional(),
  datasets: Texts,
  metric_groups: z.array(z.object({ name: Text, metric_data: z.array(Metric) })).default([]),
});
type Evaluation = z.infer<typeof Evaluation>;

/** Every section may be absent, as in our own card. The card of a package lacks sections that it may not have. */
const SageMakerModelCard = z.object({
  model_overview: z
    .object({
      model_name: Text.optional(),
      model_version: z.union([Text, z.int().transform(String)]).optional(),
      model_description: Text.optional(),
      model_owner: Text.optional(),
      model_creator: Text.optional(),
    })
    .default({}),
  intended_uses: z.object({ purpose_of_model: Text.optional(), intended_uses: Text.optional() }).default({}),
  training_details: z
    .object({ training_job_details: z.object({ training_datasets: Texts }).default({ training_datasets: [] }) })
    .default({ training_job_details: { training_datasets: [] } }),
  evaluation_details: z.array(Evaluation).default([]),
  additional_information: z
    .object({ caveats_and_recommendations: Text.optional(), custom_details: z.record(z.string(), Text).default({}) })
    .default({ custom_details: {} }),
});

/** Reads the card as our model card. Only metrics that are numbers count; graphs and matrices are for people. */
export const readSageMakerCard = (document: unknown): ModelCard => {
  const card = readShape(SageMakerModelCard, document, NAME);
  const { model_overview: overview, intended_uses: uses, additional_information: additional } = card;
  const evaluations = card.evaluation_details;
  const native = {
    model_name: overview.model_name,
    version: overview.model_version,
    owner: overview.model_owner ?? overview.model_creator,
    overview: overview.model_description,
    intended_use: dropAbsent([uses.purpose_of_model, uses.intended_uses]),
    training_data: { source: joined(card.training_details.training_job_details.training_datasets) },
    metrics: metricsOf(NAME, measured(evaluations)),
    evaluation: {
      test_data: joined(evaluations.flatMap(({ datasets }) => datasets)),
      conditions: joined(dropAbsent(evaluations.map((evaluation) => evaluation.evaluation_observation))),
    },
    known_limitations: dropAbsent([additional.caveats_and_recommendations]),
  };
  return cardOf(NAME, native, additional.custom_details);
};

/** A name that occurs in several groups, such as a metric per group of people, is prefixed with its group. */
const measured = (evaluations: readonly Evaluation[]) => {
  const all = evaluations.flatMap((evaluation, e) =>
    evaluation.metric_groups.flatMap((group, g) =>
      group.metric_data.flatMap((metric, m) =>
        metric.type === 'number'
          ? [{ field: `evaluation_details.${e}.metric_groups.${g}.metric_data.${m}`, group: group.name, metric }]
          : [],
      ),
    ),
  );
  const isRepeated = (name: string) => all.filter(({ metric }) => metric.name === name).length > 1;
  return all.map(({ field, group, metric }) => ({
    field,
    key: isRepeated(metric.name) ? `${group}.${metric.name}` : metric.name,
    value: metric.value,
  }));
};

const dropAbsent = (texts: readonly (string | undefined)[]): string[] => texts.filter((text) => text !== undefined);

const joined = (texts: readonly string[]): string | undefined => (texts.length === 0 ? undefined : texts.join('; '));
