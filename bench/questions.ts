/**
 * Each question, asked of one model among many, on local Parquet: how long it takes, and whether more other models make it slower.
 * QUESTION_ROWS says how many rows the large table has. With `--mlflow`, some are asked of an MLflow server beside it, at a thousand releases.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type HistoryPaths, PACKED, withHistory } from '../lib/adapters/history/duckdb-history.ts';
import { questionSql } from '../lib/adapters/history/question-sql.ts';
import { QUESTIONS } from '../lib/domain/questions/catalogue.ts';
import { HISTORY_COLUMNS } from '../lib/domain/questions/history-row.ts';
import { ORIGIN_COLUMNS } from '../lib/domain/questions/origin-row.ts';
import { type Given, statementOf } from '../lib/domain/questions/question.ts';
import { mlflowPeers, withMlflow } from './mlflow.ts';
import { printTimes, rounds, roundsAsked, timing } from './rounds.ts';

const FOLDER = join(import.meta.dirname, '..', '.local', 'bench', 'questions');
const PER_MODEL = 1000;
const SMALL = 100_000;
const LARGE = Number(process.env['QUESTION_ROWS'] ?? 10_000_000);

/** A release of ten events, and a rollback for each tenth of them. */
const TYPES = [
  'release_requested',
  'evidence_pinned',
  'stage_evaluated',
  'evaluation_completed',
  'approval_requested',
  'approval_granted',
  'release_approved',
  'deployment_promoted',
  'serving_changed',
  'rollback_requested',
];
const HOUR_MS = 3_600_000;
const VALUES: Readonly<Record<string, string>> = {
  leaf_index: 'i',
  model: `'model-' || lpad(CAST(i // ${PER_MODEL} AS VARCHAR), 6, '0')`,
  seq: `i % ${PER_MODEL} + 1`,
  event_type: `[${TYPES.map((type) => `'${type}'`).join(', ')}][CAST(i % 10 AS INTEGER) + 1]`,
  occurred_at: `strftime(to_timestamp((1735689600000 + (i % ${PER_MODEL}) * ${HOUR_MS}) / 1000.0), '%Y-%m-%dT%H:%M:%S.000Z')`,
  at_epoch: `1735689600 + (i % ${PER_MODEL}) * 3600`,
  at_ms: `1735689600000 + (i % ${PER_MODEL}) * ${HOUR_MS}`,
  release_id: `'release-' || CAST(i // 10 AS VARCHAR)`,
  model_version: `'1.' || CAST(i % ${PER_MODEL} // 10 AS VARCHAR) || '.0'`,
  actor_id: `'person-' || CAST(i % 50 AS VARCHAR)`,
  reason: `'read and found right ' || CAST(i % 1000 AS VARCHAR)`,
  linked_incident: `CASE WHEN i % 10 = 9 THEN 'INC-' || CAST(i // 100000 AS VARCHAR) ELSE '' END`,
  superseded: `CASE WHEN i % 10 = 7 THEN 'release-' || CAST(i // 10 - 1 AS VARCHAR) ELSE '' END`,
  serves_since: `CASE WHEN i % 10 = 8 THEN strftime(to_timestamp(1735689600 + (i % ${PER_MODEL}) * 3600), '%Y-%m-%dT%H:%M:%S.000Z') ELSE '' END`,
  variants: `CASE WHEN i % 10 = 8 THEN '[{"variant":"v1","weight":"1","release_id":"release-' || CAST(i // 10 AS VARCHAR) || '","model_version":"1"}]' ELSE '' END`,
  training_dataset_sha256: `CASE WHEN i % 10 = 0 THEN sha256(CAST(i // 30 AS VARCHAR)) ELSE '' END`,
  trained_from: `CASE WHEN i % 10 = 2 THEN '{"data":[{"name":"train.parquet","sha256":"' || sha256(CAST(i // 30 AS VARCHAR)) || '"}],"builder":"sagemaker"}' ELSE '' END`,
  pinned: `CASE WHEN i % 10 = 1 THEN '{"model_card":"' || sha256('card ' || CAST(i AS VARCHAR)) || '","evaluation_report":"' || sha256('report ' || CAST(i AS VARCHAR)) || '"}' ELSE '' END`,
  details: `'{"member":"' || repeat(CAST(hash(i) AS VARCHAR), 10) || '"}'`,
  event_hash: 'sha256(CAST(i AS VARCHAR))',
  event_key: `'events/v1/dt=2026-01-01/model=model-' || CAST(i // ${PER_MODEL} AS VARCHAR) || '/' || CAST(i AS VARCHAR)`,
  bundle_key: `'bundles/v1/' || CAST(i // 90 AS VARCHAR)`,
  dt: `strftime(to_timestamp(1735689600 + (i % ${PER_MODEL}) * 3600), '%Y-%m-%d')`,
};

/** The same model in each table, in the middle of the small one. */
const MODEL_NUMBER = 50;
const nameOf = (model: number): string => `model-${String(model).padStart(6, '0')}`;

/** Where the entries of others are of few models, they have a million each, beside the same model with the same entries. */
const PER_LARGE_MODEL = 1_000_000;
const FEW_MODELS = `CASE WHEN i < ${MODEL_NUMBER * PER_MODEL} THEN '${nameOf(0)}'
  WHEN i < ${(MODEL_NUMBER + 1) * PER_MODEL} THEN '${nameOf(MODEL_NUMBER)}'
  ELSE 'model-' || lpad(CAST(${MODEL_NUMBER} + 1 + i // ${PER_LARGE_MODEL} AS VARCHAR), 6, '0') END`;

/** What a release comes from: itself, the snapshot that its request names, and the data that its evidence names. */
const originsFrom = (rows: number): string => {
  const of = (relation: string, source: string, entry: string, snapshot: string): string => {
    const values: Readonly<Record<string, string>> = {
      source,
      relation: `'${relation}'`,
      release_id: `'release-' || CAST(r AS VARCHAR)`,
      model: `'model-' || lpad(CAST(r * 10 // ${PER_MODEL} AS VARCHAR), 6, '0')`,
      training_dataset_sha256: snapshot,
      leaf_index: `r * 10 + ${entry}`,
    };
    const cells = ORIGIN_COLUMNS.map(({ name }) => `${values[name] ?? "''"} AS "${name}"`);
    return `SELECT ${cells.join(', ')} FROM range(${rows / 10}) AS t(r)`;
  };
  const snapshot = `sha256(CAST(r * 10 // 30 AS VARCHAR))`;
  return [
    of('release', `'release-' || CAST(r AS VARCHAR)`, '0', snapshot),
    of('training_dataset', snapshot, '0', snapshot),
    of('data', `sha256(CAST((r * 10 + 2) // 30 AS VARCHAR))`, '2', "''"),
  ].join(' UNION ALL ');
};

const makeFile = async (name: keyof HistoryPaths, rows: number, select: string): Promise<string> => {
  const statement = (to: string) => `COPY (${select}) TO '${to}' (${PACKED.onDisk[name]})`;
  const made = createHash('sha256').update(statement('')).digest('hex').slice(0, 8);
  const path = join(FOLDER, `${name}-${rows}-${made}.parquet`);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const started = Date.now();
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '2GB' });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run(statement(path));
  instance.closeSync();
  console.log(`made the ${name} of ${rows} entries in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return path;
};

const makeTables = async (rows: number, values = VALUES): Promise<HistoryPaths> => {
  const cells = HISTORY_COLUMNS.map(
    ({ name, type }) => `${values[name] ?? (type === 'bigint' ? '0' : "''")} AS "${name}"`,
  );
  const history = await makeFile('history', rows, `SELECT ${cells.join(', ')} FROM range(${rows}) AS t(i)`);
  const origins = await makeFile('origins', rows, `SELECT * FROM (${originsFrom(rows)}) ORDER BY source, leaf_index`);
  return { history: [history], origins: [origins] };
};

const FIRST_RELEASE = (MODEL_NUMBER * PER_MODEL) / 10;
const ASKED: Readonly<Record<string, string>> = {
  model: nameOf(MODEL_NUMBER),
  release: `release-${FIRST_RELEASE + 7}`,
  before: `release-${FIRST_RELEASE + 7}`,
  after: `release-${FIRST_RELEASE + 8}`,
  at: '2025-01-20T00:00:00.000Z',
};

const givenFor = (names: readonly string[], asked = ASKED): Given =>
  Object.fromEntries(names.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])));

const statements = QUESTIONS.map((question) => ({
  name: question.name,
  sql: statementOf(question, questionSql(question.sql), givenFor(question.parameters.map(({ name }) => name))),
}));

const [small, large] = [await makeTables(SMALL), await makeTables(LARGE)];
const count = roundsAsked(7);
const timesOf = (tables: HistoryPaths) =>
  withHistory(tables, async (ask) => {
    const times = await rounds(
      count,
      statements.map(({ name, sql }) => ({
        name,
        run: async () => {
          const found = await ask(sql);
          if (name === 'approvals' && found.length !== PER_MODEL / 10)
            throw new Error(`found ${found.length} approvals`);
          return undefined;
        },
      })),
    );
    printTimes(times);
    return times;
  });

console.log(`\n${SMALL} rows, ${SMALL / PER_MODEL} models`);
const few = await timesOf(small);
console.log(`\n${LARGE} rows, ${LARGE / PER_MODEL} models; target: a median of at most 50 ms`);
const many = await timesOf(large);
const fewModels = await makeTables(LARGE, { ...VALUES, model: FEW_MODELS });
console.log(
  `\n${LARGE} rows, ${Math.ceil(LARGE / PER_LARGE_MODEL) + 2} models, of which the one that is asked about has the same entries`,
);
const asMany = await timesOf(fewModels);
console.log(
  '\nby the best rounds: many models : few models of as many entries, target 1; and a hundred times the entries',
);
for (const { name } of statements) {
  const best = (times: typeof many) => timing(times[name] ?? []).min;
  console.log(`${name}: ${(best(many) / best(asMany)).toFixed(2)}, ${(best(many) / best(few)).toFixed(2)}`);
}

if (process.argv.includes('--mlflow')) {
  const [models, releases] = [10, PER_MODEL / 10];
  const tables = await makeTables(models * PER_MODEL);
  const among = { ...ASKED, model: 'model-000005', release: 'release-507' };
  await withHistory(tables, (ask) =>
    withMlflow(models, releases, async (call) => {
      console.log(`\n${models * releases} releases, MLflow over HTTP and Assay in the process that asks`);
      const ours = QUESTIONS.filter(({ name }) => ['approvals', 'live', 'lineage'].includes(name)).map((question) => ({
        name: `assay ${question.name}`,
        run: async () => {
          const given = givenFor(
            question.parameters.map(({ name }) => name),
            among,
          );
          const found = await ask(statementOf(question, questionSql(question.sql), given));
          if (found.length === 0) throw new Error(`${question.name} found nothing`);
          return undefined;
        },
      }));
      const theirs = mlflowPeers(call, releases).map((peer) => ({ ...peer, name: `mlflow ${peer.name}` }));
      printTimes(await rounds(count * 3, [...ours, ...theirs]));
    }),
  );
}
