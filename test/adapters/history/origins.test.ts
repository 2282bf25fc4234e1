/** What the statements find by way of `origins`, which name no model: a release, its relatives in any model, and nothing of others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withHistory } from '../../../lib/adapters/history/duckdb-history.ts';
import { questionSql } from '../../../lib/adapters/history/question-sql.ts';
import { CHANGED } from '../../../lib/domain/questions/changed.ts';
import { HISTORY_COLUMNS, type HistoryRow } from '../../../lib/domain/questions/history-row.ts';
import { LINEAGE } from '../../../lib/domain/questions/lineage.ts';
import { answerFrom, type Given, type Question, statementOf } from '../../../lib/domain/questions/question.ts';
import { writeTables } from '../../support/history-paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-origins-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EMPTY = Object.fromEntries(HISTORY_COLUMNS.map(({ name, type }) => [name, type === 'bigint' ? 0 : '']));
const rows: HistoryRow[] = [];
const say = (model: string, event_type: string, release_id: string, more: Partial<HistoryRow> = {}): void => {
  const leaf_index = rows.length;
  const seq = rows.filter((row) => row.model === model).length + 1;
  // The cast holds: every column has a value of its type.
  rows.push({ ...EMPTY, model, event_type, release_id, leaf_index, seq, ...more } as HistoryRow);
};
const request = (model: string, release_id: string, more: Partial<HistoryRow> = {}): void =>
  say(model, 'release_requested', release_id, { approval_state: 'draft', model_version: release_id, ...more });

const SNAPSHOT = { training_dataset_sha256: 'ddd' };
const OTHER = { training_dataset_sha256: 'eee' };
request('m', 'former', OTHER);
request('m', 'asked-for-changes', OTHER);
request('m', 'sibling', { ...OTHER, former_release: 'former' });
request('m', 'own', { ...SNAPSHOT, former_release: 'former', answers: 'asked-for-changes', git_commit: 'abc' });
say('m', 'evidence_pinned', 'own', { pinned: '{"training_config":"ccc"}', artifact_sha256: 'aaa' });
request('m', 'again', { ...OTHER, former_release: 'own' });
request('other', 'answer', { ...OTHER, answers: 'own' });
request('other', 'same', SNAPSHOT);
request('third', 'names', OTHER);
say('third', 'stage_evaluated', 'names', { trained_from: '{"data":[{"name":"n","sha256":"ddd"}]}', stage: 'data' });
request('fourth', 'stranger', OTHER);
say('fourth', 'stage_evaluated', 'stranger', { trained_from: '{"data":[{"name":"ddd","sha256":"fff"}]}' });
say('m', 'deployment_promoted', 'own', { superseded: 'former', endpoint: 'e', approval_state: 'production' });
say('m', 'deployment_promoted', 'again', { superseded: 'own', endpoint: 'e', approval_state: 'production' });
say('m', 'rollback_executed', 'again', { from_id: 'again', to_id: 'own', approval_state: 'rolled_back' });
say('other', 'deployment_promoted', 'elsewhere', { endpoint: 'o', approval_state: 'production' });
say('other', 'release_approved', 'same', { approval_state: 'approved' });

const tables = await writeTables(rows, folder);
const ask = async (question: Question, given: Given) => {
  const sql = statementOf(question, questionSql(question.sql), given);
  const found = await withHistory(tables, (query) => query(sql));
  return answerFrom(question, given, found, { entries: rows.length, until: '' }).rows;
};

describe('the lineage, from the rows', () => {
  it('has the release with its state, and every relative in any model, by the entry that says so', async () => {
    const found = await ask(LINEAGE, { release: 'own' });
    const relatives = found.filter(({ model }) => model !== '');

    expect(relatives.map((row) => [row['part'], row['value'], row['model'], row['state'], row['serves']])).toEqual([
      ['release', 'own', 'm', 'production', 'yes'],
      ['the same content before', 'former', 'm', 'superseded', 'no'],
      ['answers what was asked of', 'asked-for-changes', 'm', 'draft', 'no'],
      ['the same content again', 'again', 'm', 'rolled_back', 'no'],
      ['answered by', 'answer', 'other', 'draft', 'no'],
      ['trained on the same snapshot', 'same', 'other', 'approved', 'no'],
      ['names the snapshot among its data', 'names', 'third', 'draft', 'no'],
    ]);
    const rollback = rows.findIndex(({ event_type }) => event_type === 'rollback_executed');
    expect(relatives[0]).toMatchObject({ leaf_index: rollback });
    expect(found.filter(({ part }) => String(part).startsWith('file')).map(({ value }) => value)).toEqual(['ccc']);
  });

  it('of a release without any is that release, and of none nothing', async () => {
    const found = await ask(LINEAGE, { release: 'stranger' });

    expect(found.filter(({ branch }) => branch === 'release')).toMatchObject([{ value: 'stranger', serves: 'no' }]);
    expect(found.filter(({ branch }) => branch === 'same data').map(({ value }) => value)).toEqual([
      ...['former', 'asked-for-changes', 'sibling', 'again', 'answer', 'names'],
    ]);
    expect(await ask(LINEAGE, { release: 'nobody' })).toEqual([]);
  });
});

describe('what changed, from the rows', () => {
  it('compares releases of two models, and a release with itself', async () => {
    const found = await ask(CHANGED, { before: 'own', after: 'names' });

    expect(found.find(({ part }) => part === 'model')).toMatchObject({ before: 'm', after: 'third' });
    expect(found.find(({ part }) => part === 'training data')).toMatchObject({ before: 'ddd', after: 'eee' });
    expect(await ask(CHANGED, { before: 'own', after: 'own' })).toEqual([]);
  });

  it.each([
    [
      { before: 'own', after: 'nobody' },
      { before: 'on record', after: 'not on record', leaf_index: 3 },
    ],
    [
      { before: 'nobody', after: 'own' },
      { before: 'not on record', after: 'on record', leaf_index: 3 },
    ],
  ])('says which of two is not on record: %j', async (given, says) => {
    expect(await ask(CHANGED, given)).toMatchObject([says]);
  });

  it('of two that nobody knows is nothing', async () => {
    expect(await ask(CHANGED, { before: 'nobody', after: 'none' })).toEqual([]);
  });
});
