/**
 * The export of an MLflow run: the response of `runs/get`, or what `Run.to_dictionary()` of its Python client writes.
 */
import * as z from 'zod';
import { Sha256 } from '../../identifiers.ts';
import { readShape, recordByName } from '../documents/document.ts';
import { tiesOfTags } from '../documents/report-ties.ts';
import type { EvaluationReport } from '../evaluation-report.ts';
import { Measurement, metricsOf } from '../metrics.ts';
import type { TrainingFacts } from '../training-provenance.ts';

const NAME = 'MLflow run';
/** The service writes values as text; the client may write numbers and booleans. */
const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

type Pair<V> = { readonly key: string; readonly value: V };

/** The service writes lists of keys and values; the client writes maps. */
const pairs = <V>(value: z.ZodType<V>) =>
  z
    .union([z.array(z.object({ key: z.string(), value })), z.record(z.string(), value)])
    .default([])
    .transform((either): Pair<V>[] =>
      Array.isArray(either) ? either : Object.entries(either).map(([key, item]) => ({ key, value: item })),
    );

const Run = z.object({
  info: z.object({
    run_id: z.string().optional(),
    /** A run that is still going, or that failed, has measured nothing yet. */
    status: z.literal('FINISHED', 'is not FINISHED: only a finished run is evidence'),
    lifecycle_stage: z.literal('active', 'is not active: a deleted run is no evidence').default('active'),
  }),
  data: z.object({ metrics: pairs(Measurement), params: pairs(Text), tags: pairs(Text) }),
});

/** Reads the run as our evaluation report: ties from its tags `gov.*`, hyperparameters from its params. */
export const readMlflowReport = (document: unknown): EvaluationReport => {
  const { metrics, params, tags } = readRun(document);
  const algorithm = params['algorithm'];
  return {
    ...tiesOfTags(NAME, tags),
    metrics: metricsOf(NAME, metrics),
    training: { ...(algorithm === undefined ? {} : { algorithm }), hyperparameters: params },
  };
};

/**
 * What the run says about the training: the commit that MLflow recorded itself, who ran it, and the digests in its
 * tags.
 */
export const readMlflowTraining = (document: unknown): TrainingFacts => {
  const { runId, params, tags } = readRun(document);
  const digest = (tag: string, name: string) =>
    tags[tag] === undefined ? [] : [{ name, sha256: readShape(Sha256, tags[tag], `tag ${tag} of the ${NAME}`) }];
  const commit = tags['mlflow.source.git.commit'];
  const user = tags['mlflow.user'];
  const repository = tags['mlflow.source.git.repoURL'];
  return {
    format: 'an MLflow run',
    subjects: digest('gov.artifact_sha256', runId ?? 'model'),
    gitCommits: commit === undefined ? [] : [commit],
    materials: digest('gov.training_dataset_sha256', 'training dataset'),
    parameters: params,
    ...(user === undefined ? {} : { trainedBy: user }),
    ...(repository === undefined ? {} : { repository }),
    ...(runId === undefined ? {} : { run: runId }),
  };
};

const readRun = (document: unknown) => {
  const run = readShape(Run, unwrap(document), NAME);
  const { metrics, params, tags } = run.data;
  const within = <V>(field: string, all: readonly Pair<V>[]) => all.map((pair) => ({ ...pair, field }));
  return {
    runId: run.info.run_id,
    metrics: within('data.metrics', metrics),
    params: recordByName(NAME, within('data.params', params)),
    tags: recordByName(NAME, within('data.tags', tags)),
  };
};

/** The service wraps the run in an object with the single key `run`. */
const unwrap = (document: unknown): unknown =>
  typeof document === 'object' && document !== null && 'run' in document ? document.run : document;
