import { basename, relative, resolve, sep } from 'node:path';
import type * as z from 'zod';
import { draftDataProvenance } from '../../domain/evidence/drafts/data-provenance.ts';
import { draftEvaluationReport } from '../../domain/evidence/drafts/evaluation-report.ts';
import { draftModelCard } from '../../domain/evidence/drafts/model-card.ts';
import { PredictionsReference } from '../../domain/evidence/predictions/reference.ts';
import { ModelName } from '../../domain/identifiers.ts';
import { draftManifest } from '../../domain/release/draft-manifest.ts';
import { ModelVersion } from '../../domain/release/model-version.ts';
import { IN_OUR_WORDS, wordIssues } from '../../domain/wording.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { assertAbsent, draftText, reportText, writeDrafts } from '../files/draft-files.ts';
import { gitFacts } from '../files/git-facts.ts';
import { DEFAULT_POLICY, isFile } from '../files/policy-file.ts';
import { whileWorking } from '../terminal/progress.ts';
import { plain } from '../terminal/text.ts';
import { measure, thresholdOf } from './init-measurement.ts';

const FILES = {
  manifest: 'release-manifest.yaml',
  evaluationReport: 'evaluation.json',
  modelCard: 'model-card.yaml',
  dataProvenance: 'data-provenance.yaml',
} as const;

export const command = defineCommand({
  name: 'init',
  parameters: [],
  description: [
    'Drafts a release from a model, its predictions on held-out data, and its training data: a manifest, an evaluation',
    'report that is computed from the predictions, and the skeletons of a model card and of a record of data provenance.',
    'What only a person can say is left as a TODO, or without a value. No manifest is taken with a TODO in it, and no',
    'check passes because of one. Needs no AWS, and writes over no file.',
  ].join('\n'),
  example:
    '--model credit --version 1.0.0 --artifact model.onnx --predictions predictions.csv --training-data train.csv --label label --prediction prediction --score score --by race,sex',
  options: {
    model: { type: 'string', isRequired: true, description: 'the name of the model' },
    version: { type: 'string', isRequired: true, description: 'its version, such as 1.0.0' },
    artifact: { type: 'string', value: 'FILE', isRequired: true, description: 'the model itself' },
    predictions: {
      type: 'string',
      value: 'FILE',
      isRequired: true,
      description: 'its answers on the held-out data (Parquet, CSV or JSON Lines)',
    },
    'training-data': { type: 'string', value: 'FILE', isRequired: true, description: 'what it was trained on' },
    label: { type: 'string', isRequired: true, description: 'column of the true outcome' },
    prediction: { type: 'string', isRequired: true, description: "column of the model's decision" },
    by: { type: 'string', isRequired: true, description: 'columns of the protected attributes, comma-separated' },
    score: { type: 'string', description: 'column of the score that the decision was made from' },
    weights: { type: 'string', description: 'column of sample weights' },
    'row-id': { type: 'string', description: 'column that tells rows apart' },
    favorable: { type: 'string', description: 'the favorable value (1)' },
    threshold: { type: 'string', description: 'the score from which the decision is favorable (found in the scores)' },
    features: { type: 'string', description: 'the inputs that the model reads, comma-separated' },
    'test-split': { type: 'string', value: 'TEXT', description: 'how the test data were held out' },
    'training-rows': { type: 'string', description: 'rows of training data that are no table (else counted)' },
    'requested-by': { type: 'string', value: 'ID', description: 'who requests the release, by the directory' },
    out: { type: 'string', value: 'DIR', description: 'where to write (the current directory)' },
  },
  run: async ({ values }, around) => {
    const reference = referenceOf(values);
    const subject = {
      modelName: parsed('model', ModelName, values.model),
      modelVersion: parsed('version', ModelVersion, values.version),
    };
    const folder = resolve(around.directory, values.out ?? '.');
    await assertAbsent(folder, Object.values(FILES));
    const given = {
      artifact: resolve(around.directory, values.artifact),
      predictions: resolve(around.directory, values.predictions),
      trainingData: resolve(around.directory, values['training-data']),
    };
    const measuring = measure(given, reference, values['training-rows']);
    const found = await whileWorking(around.err, `measuring ${plain(values.predictions)}`, measuring);
    const dataset = {
      name: plain(basename(given.trainingData)),
      sha256: found.sha256.trainingData,
      rows: found.training.rows,
    };
    const report = draftEvaluationReport(
      {
        ...subject,
        artifactSha256: found.sha256.artifact,
        predictionsSha256: found.sha256.predictions,
        dataset,
        threshold: thresholdOf(values.threshold, found.outputs, reference.favorable_value),
        features: values.features === undefined ? undefined : listOf('features', values.features),
        splitMethod: values['test-split'],
      },
      { favorable: reference.favorable_value, ...found },
    );
    const manifest = draftManifest({
      ...subject,
      git: await gitFacts(around.directory),
      paths: {
        artifact: pathFrom(folder, given.artifact),
        // Where `assay sign` writes it.
        signature: `${pathFrom(folder, given.artifact)}.sig`,
        predictions: pathFrom(folder, given.predictions),
        trainingData: pathFrom(folder, given.trainingData),
        evaluationReport: FILES.evaluationReport,
        modelCard: FILES.modelCard,
        dataProvenance: FILES.dataProvenance,
      },
      sha256: found.sha256,
      predictions: reference,
      requestedBy: values['requested-by'],
    });
    const columns = [...found.training.names, ...found.columns];
    const card = draftModelCard({ ...subject, artifactSha256: found.sha256.artifact, metrics: report.metrics });
    await writeDrafts(folder, {
      [FILES.manifest]: draftText(manifest, 'docs/formats/release-manifest.md'),
      [FILES.evaluationReport]: reportText(report),
      [FILES.modelCard]: draftText(card, 'docs/formats/model-card.md'),
      [FILES.dataProvenance]: draftText(draftDataProvenance({ dataset, columns }), 'docs/formats/data-provenance.md'),
    });
    for (const name of Object.values(FILES)) around.out(plain(relative(around.directory, resolve(folder, name))));
    const next = plain(relative(around.directory, resolve(folder, FILES.manifest)));
    around.err(
      `write what says TODO and what has no value, and sign the model: assay sign ${plain(values.artifact)} --key FILE`,
    );
    around.err(`then: assay check ${next}${await policyHint(around)}`);
    return EXIT.ok;
  },
});

/** A folder of one's own has no policy at the default place. */
const policyHint = async ({ directory }: Surroundings): Promise<string> =>
  (await isFile(resolve(directory, DEFAULT_POLICY))) ? '' : ' --policy FILE';

type Values = Readonly<Record<'predictions' | 'label' | 'prediction' | 'by', string>> &
  Readonly<Partial<Record<'score' | 'weights' | 'row-id' | 'favorable', string>>>;

/** What the manifest will say of the predictions. Its schema wants a URI, which they get when they are pushed. */
const referenceOf = (values: Values) => {
  const { score, weights, favorable = '1', 'row-id': rowId } = values;
  const { uri: _, ...reference } = parsed('columns', PredictionsReference, {
    uri: 's3://on-this-machine/predictions',
    label_column: values.label,
    prediction_column: values.prediction,
    ...(rowId === undefined ? {} : { columns: { row_id: rowId } }),
    ...(score === undefined ? {} : { score_column: score }),
    ...(weights === undefined ? {} : { weight_column: weights }),
    favorable_value: favorable,
    protected_attributes: listOf('by', values.by),
  });
  return reference;
};

const parsed = <T>(what: string, schema: z.ZodType<T>, value: unknown): T => {
  const { success, data, error } = schema.safeParse(value, IN_OUR_WORDS);
  if (success) return data;
  throw new UsageError(`init: ${what} ${plain(wordIssues(error))}`);
};

const listOf = (option: string, text: string): string[] => {
  const list = text.split(',').map((one) => one.trim());
  if (list.includes('')) throw new UsageError(`init: --${option} needs comma-separated names`);
  return list;
};

/** As manifests name files: relative to their own folder, with slashes. */
const pathFrom = (folder: string, file: string): string => relative(folder, file).split(sep).join('/');
