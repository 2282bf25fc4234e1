import { describe, expect, it } from 'vitest';
import { LINEAGE } from '../../../lib/domain/questions/lineage.ts';
import { lineageTree } from '../../../lib/domain/questions/lineage-tree.ts';
import { answerFrom, type RawRow } from '../../../lib/domain/questions/question.ts';

const lineageOf = (rows: readonly RawRow[], release = 'b') =>
  answerFrom(LINEAGE, { release }, rows, { entries: 99, until: '' }).rows;

const requested = (release_id: string, more: RawRow = {}): RawRow => ({
  ...{ event_type: 'release_requested', release_id, model: 'm', model_version: '1', approval_state: 'draft' },
  ...{ training_dataset_sha256: 'ddd', leaf_index: 1 },
  ...more,
});
const promoted = (release_id: string, superseded: string, leaf_index: number, model = 'm'): RawRow => ({
  ...{ event_type: 'deployment_promoted', release_id, superseded, leaf_index, model, endpoint: 'e' },
  approval_state: 'production',
});
const of = (branch: string, rows: ReturnType<typeof lineageOf>) =>
  rows.filter((row) => row['branch'] === branch).map(({ part, value }) => `${part}: ${value}`);

describe('the lineage of a release (RR-5)', () => {
  it('is its owner, code, data, hyperparameters and training, each by the entry that says so', () => {
    const trained = {
      data: [{ name: 'applicants', sha256: 'ddd', uri: 's3://b/k' }, { name: 'prices', sha256: 'eee' }, 'nonsense'],
      data_total: 5,
      hyperparameters: [{ name: 'depth', value: '6' }],
      hyperparameters_total: 2,
      ...{ repository: 'git+https://example.com/r', builder: 'https://builder', run: 'job-7' },
    };
    const rows = lineageOf([
      requested('b', {
        ...{
          requested_by: 'rita',
          trained_by: 'tom',
          commit_author: 'tom',
          git_commit: 'abc',
          git_ref: 'refs/tags/v1',
        },
        ...{ training_dataset_ref: 's3://b/k', config_version: '7', feature_schema_version: '3', image: 'i@sha256' },
      }),
      {
        ...{ event_type: 'evidence_pinned', release_id: 'b', artifact_sha256: 'aaa', leaf_index: 2 },
        pinned: '{"training_config":"ccc","model_card":"mmm"}',
      },
      { event_type: 'stage_evaluated', release_id: 'b', trained_from: JSON.stringify(trained), leaf_index: 3 },
      { event_type: 'model_registered', release_id: 'b', model_package_arn: 'arn', leaf_index: 4 },
      promoted('b', '', 5),
      promoted('b', '', 6),
    ]);

    expect(of('owner', rows)).toEqual(['owner: rita', 'trained by: tom']);
    expect(of('code', rows)).toEqual([
      ...['git commit: abc', 'branch or tag: refs/tags/v1', 'author of the commit: tom'],
      'repository: git+https://example.com/r',
    ]);
    expect(of('data', rows)).toEqual([
      ...['training snapshot: ddd', 'where it lies: s3://b/k', 'schema of its features: 3'],
      ...['data set applicants: ddd s3://b/k', 'data set prices: eee', 'more: 3 in the evidence'],
    ]);
    expect(of('hyperparameters', rows)).toEqual([
      ...['version of the configuration: 7', 'file training_config: ccc', 'depth: 6', 'more: 1 in the evidence'],
    ]);
    expect(of('training', rows)).toEqual(['image that serves: i@sha256', 'made by: https://builder', 'run: job-7']);
    expect(of('became', rows)).toEqual(['artifact: aaa', 'model package: arn', 'endpoint: e']);
    expect(rows.find(({ part }) => part === 'depth')).toMatchObject({ leaf_index: 3, model: '', serves: '' });
    expect(rows[0]).toMatchObject({ branch: 'release', value: 'b', state: 'production', serves: 'yes', leaf_index: 6 });
  });

  it('has nothing of what an event of another version does not say', () => {
    const rows = lineageOf([
      requested('b', { training_dataset_sha256: '' }),
      { event_type: 'stage_evaluated', release_id: 'b', trained_from: '{}' },
      requested('c', { training_dataset_sha256: '' }),
    ]);

    expect(rows.map(({ branch }) => branch)).toEqual(['release']);
    expect(lineageOf([])).toEqual([]);
  });

  it('has every release of any model that has the snapshot, with its state and whether it serves', () => {
    const rows = lineageOf([
      requested('a', { leaf_index: 1 }),
      requested('b', { leaf_index: 2 }),
      promoted('a', '', 3),
      promoted('b', 'a', 4),
      requested('x', { model: 'other', leaf_index: 5, training_dataset_sha256: 'eee' }),
      {
        event_type: 'stage_evaluated',
        release_id: 'x',
        trained_from: '{"data":[{"sha256":"ddd"}]}',
        approval_state: 'draft',
      },
      requested('y', { model: 'other', leaf_index: 7, training_dataset_sha256: 'eee' }),
      promoted('z', '', 8, 'other'),
    ]);
    const shared = rows.filter(({ branch }) => branch === 'same data');

    expect(shared).toMatchObject([
      { part: 'trained on the same snapshot', value: 'a', state: 'superseded', serves: 'no', leaf_index: 4 },
      { part: 'names the snapshot among its data', value: 'x', model: 'other', state: 'draft', serves: 'no' },
    ]);
  });

  it('knows what a rollback puts back and what it leaves', () => {
    const back = {
      ...{ event_type: 'rollback_executed', release_id: 'b', from_id: 'b', to_id: 'a', model: 'm', leaf_index: 5 },
      approval_state: 'rolled_back',
    };
    const rows = lineageOf([requested('a'), requested('b'), promoted('a', '', 3), promoted('b', 'a', 4), back]);

    expect(rows.filter(({ branch }) => branch !== 'data')).toMatchObject([
      { branch: 'release', state: 'rolled_back', serves: 'no', leaf_index: 5 },
      { branch: 'became', part: 'endpoint' },
      { branch: 'same data', value: 'a', state: 'production', serves: 'yes', leaf_index: 5 },
    ]);
  });

  it('names the releases that one was made after, and those that were made after it', () => {
    const other = { training_dataset_sha256: 'eee' };
    const rows = lineageOf([
      requested('a', other),
      requested('n', other),
      requested('b', { former_release: 'a', answers: 'n' }),
      requested('c', { ...other, former_release: 'b', answers: 'b' }),
    ]);

    expect(of('came from', rows)).toEqual(['the same content before: a', 'answers what was asked of: n']);
    expect(of('became', rows)).toEqual(['the same content again: c', 'answered by: c']);
  });
});

describe('the picture of a lineage', () => {
  it('is a tree with the release at its root', () => {
    const rows = lineageOf([requested('a'), requested('b', { git_commit: 'abc' }), promoted('a', '', 3)]);

    expect(lineageTree(rows)).toEqual([
      {
        says: 'b (m 1): draft',
        entry: 1,
        below: [
          { says: 'code', below: [{ says: 'git commit: abc', entry: 1, below: [] }] },
          { says: 'data', below: [{ says: 'training snapshot: ddd', entry: 1, below: [] }] },
          {
            says: 'what else has its data',
            below: [{ says: 'trained on the same snapshot: a (m 1): production, serves now', entry: 3, below: [] }],
          },
        ],
      },
    ]);
    expect(lineageTree([])).toEqual([]);
  });
});
