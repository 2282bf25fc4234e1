import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aDirectory, assay } from '../assay.ts';

const TABLE = [
  'id,label,prediction,score,race',
  ...Array.from({ length: 80 }, (_, index) => {
    const label = index % 4 === 0 ? 0 : 1;
    const score = (index % 20) / 20;
    return `${index},${label},${score >= 0.25 ? 1 : 0},${score},${index % 2 === 0 ? 'a' : 'b'}`;
  }),
  '',
].join('\n');
const FILES = {
  'model.onnx': 'the model',
  'predictions.csv': TABLE,
  'train.csv': 'income,label\n1,0\n2,1\n3,1\n',
};
const GIVEN = [
  ...['--model', 'credit', '--version', '1.0.0', '--artifact', 'model.onnx', '--predictions', 'predictions.csv'],
  ...['--training-data', 'train.csv', '--label', 'label', '--prediction', 'prediction', '--by', 'race'],
];
const init = (directory: string, ...args: string[]) => assay(directory, ['init', ...GIVEN, ...args]);
const readIn = (directory: string, file: string) => parse(readFileSync(join(directory, file), 'utf8'));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('assay init', () => {
  it('drafts a release in which every digest is filled and every number is counted', async () => {
    const directory = aDirectory(FILES);

    const { code, out, err } = await init(directory, '--score', 'score', '--row-id', 'id', '--features', 'income');

    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('assay check release-manifest.yaml') });
    expect(out).toBe('release-manifest.yaml\nevaluation.json\nmodel-card.yaml\ndata-provenance.yaml\n');
    expect(readIn(directory, 'release-manifest.yaml')).toMatchObject({
      artifact_uri: 'model.onnx',
      artifact_sha256: sha256('the model'),
      training_dataset_sha256: sha256(FILES['train.csv']),
      evidence_sha256: { predictions: sha256(TABLE) },
      further_evidence: { artifact_signature: 'model.onnx.sig' },
      predictions: { uri: 'predictions.csv', columns: { row_id: 'id' }, score_column: 'score' },
    });
    expect(readIn(directory, 'evaluation.json')).toMatchObject({
      artifact_sha256: sha256('the model'),
      predictions_sha256: sha256(TABLE),
      dataset: { name: 'train.csv', sha256: sha256(FILES['train.csv']), rows: 3 },
      test_split: { rows: 80 },
      features: ['income'],
      operating_threshold: 0.25,
      metrics: { accuracy: 0.7, auc: 0.6, selection_rate: 0.75 },
      group_metrics: { race: { a: { count: 40 }, b: { count: 40 } } },
    });
    const { metrics } = readIn(directory, 'evaluation.json');
    expect(readIn(directory, 'model-card.yaml').metrics).toEqual(metrics);
    const { columns } = readIn(directory, 'data-provenance.yaml');
    expect(columns.map(({ name }: { name: string }) => name)).toEqual([
      ...['income', 'label', 'id', 'prediction', 'score', 'race'],
    ]);
  });

  it('is no release until people have written it: assay check names every field', async () => {
    const directory = aDirectory({ ...FILES, 'policies/governance-policy.yaml': policy() });
    await init(directory, '--score', 'score');

    const { code, err } = await assay(directory, ['check', 'release-manifest.yaml']);

    expect(code).toBe(1);
    expect(err).toMatch(/ManifestInvalid.*config_version +is still to be written/s);
    expect(err).toMatch(/deployment\.image_uri +is still to be written/);
  });

  it('ends with commands that work where there is a policy, and where there is none', async () => {
    const [bare, whole] = [aDirectory(FILES), aDirectory({ ...FILES, 'policies/governance-policy.yaml': policy() })];

    expect((await init(bare, '--score', 'score')).err).toMatch(/check release-manifest\.yaml --policy FILE\n$/);
    expect((await init(whole, '--score', 'score')).err).toMatch(/check release-manifest\.yaml\n$/);
    expect(await assay(bare, ['check', 'release-manifest.yaml'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no policies/governance-policy.yaml here: name yours with --policy FILE'),
    });
  });

  it('leaves what was not given to be written, with the option that gives it', async () => {
    const directory = aDirectory(FILES);

    await init(directory, '--score', 'score');

    const { test_split, features } = readIn(directory, 'evaluation.json');
    expect(test_split.method).toContain('assay init --test-split');
    expect(features).toEqual([expect.stringContaining('assay init --features')]);
  });

  it('takes the commit and its author from git', async () => {
    const directory = aDirectory(FILES);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, encoding: 'utf8' });
    git('init', '-q');
    git('-c', 'user.name=d', '-c', 'user.email=d@example.com', 'commit', '-q', '--allow-empty', '-m', 'm');

    await init(directory, '--threshold', '0.25');

    expect(readIn(directory, 'release-manifest.yaml')).toMatchObject({
      git_commit: git('rev-parse', 'HEAD').trim(),
      commit_author: 'd@example.com',
    });
  });

  it('counts tables of every format', async () => {
    const lines = '{"income":1,"label":0}\n{"income":2,"label":1,"note":"n"}\n';
    const directory = aDirectory({ ...FILES, 'train.jsonl': lines });

    await init(directory, '--threshold', '0.25', '--training-data', 'train.jsonl', '--out', 'jsonl');
    const parquet = join(import.meta.dirname, '../../../examples/hmda-mortgage/1.1.0/predictions.parquet');
    await init(directory, '--threshold', '0.25', '--training-data', parquet, '--out', 'parquet');

    const datasets = ['jsonl', 'parquet'].map((folder) => readIn(directory, `${folder}/data-provenance.yaml`));
    expect(datasets.map(({ datasets: [dataset] }) => dataset.records)).toEqual([2, 1190]);
    expect(datasets[0].columns.slice(0, 3)).toMatchObject([{ name: 'income' }, { name: 'label' }, { name: 'note' }]);
  });

  it('takes the number of rows of training data that are no table', async () => {
    const directory = aDirectory({ ...FILES, 'images.zip': Buffer.from([0x50, 0x4b, 3, 4, 0, 0xff, 0xfe, 10, 0]) });
    const images = ['--threshold', '0.25', '--training-data', 'images.zip', '--training-rows'];

    expect(await init(directory, ...images, '12')).toMatchObject({ code: 0 });
    expect(readIn(directory, 'evaluation.json')).toMatchObject({ dataset: { name: 'images.zip', rows: 12 } });
  });

  it.each([
    ['a table with scores that do not say where the decision turns', ['--score', 'id'], 'give it with --threshold'],
    ['no score and no threshold', [], 'give it with --threshold'],
    ['a threshold that is no number', ['--threshold', 'high'], '--threshold needs a number'],
    ['rows that are no number', ['--training-rows', 'many'], '--training-rows needs a whole number'],
    ['a name that no model may have', ['--model', 'a b'], 'init: model must be letters'],
    ['a version that is none', ['--version', 'v1'], 'init: version must be a semantic version'],
    ['a column that is none', ['--score', 'a b'], 'init: columns score_column must be a column name'],
    [
      'columns that are not there, by their options,',
      ['--prediction', 'predicted', '--by', 'sex', '--row-id', 'key'],
      'predictions.csv has no column for --prediction predicted (did you mean prediction?), --by sex, --row-id key; its columns are id, label, prediction, score, race',
    ],
    ['an empty attribute', ['--by', 'race,'], '--by needs comma-separated names'],
    ['a file that is not there', ['--artifact', 'gone.onnx'], 'there is no file'],
  ])('refuses %s', async (_, args, message) => {
    const { code, err } = await init(aDirectory(FILES), ...args);

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });

  it('writes over no file', async () => {
    const directory = aDirectory({ ...FILES, 'model-card.yaml': 'written by Dana' });

    const { code, err } = await init(directory, '--threshold', '0.25');

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('has model-card.yaml') });
    expect(readFileSync(join(directory, 'model-card.yaml'), 'utf8')).toBe('written by Dana');
  });
});

const policy = (): string =>
  readFileSync(join(import.meta.dirname, '../../../policies/governance-policy.yaml'), 'utf8');
