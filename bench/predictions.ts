/** A table of predictions that is the same on every machine: the values of a row are a hash of its number. */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const FOLDER = join(import.meta.dirname, '..', '.local', 'bench');

export const QUESTION = {
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race', 'sex'],
};

const SELECT = `SELECT i AS id,
  CASE WHEN part(0) < 130 THEN 'asian' WHEN part(0) < 400 THEN 'black' WHEN part(0) < 950 THEN 'white' ELSE 'other' END AS race,
  CASE WHEN part(1) < 480 THEN 'female' ELSE 'male' END AS sex,
  CAST(part(2) < 550 AS INTEGER) AS label,
  CAST(part(3) < CASE WHEN part(2) < 550 THEN 650 ELSE 450 END AS INTEGER) AS prediction,
  CAST(part(4) + 500 AS DOUBLE) / 1000 AS weight`;

export type FileFormat = 'parquet' | 'csv';

/** The file with this many rows, made once. */
export const predictionsFile = (rows: number, format: FileFormat = 'parquet'): Promise<string> =>
  fileOf(`predictions-${rows}.${format}`, format, `${SELECT} FROM range(${rows}) AS t(i)`);

/** Fifty groups of each of so many attributes. */
export const manyGroupsFile = (rows: number, attributes: number, format: FileFormat): Promise<string> => {
  const groups = attributesOf(attributes).map((name, index) => `'g' || part(${index + 4}) % 50 AS ${name}`);
  const select = `SELECT ${groups.join(', ')}, CAST(part(2) < 550 AS INTEGER) AS label, CAST(part(3) < 500 AS INTEGER) AS prediction`;
  return fileOf(`groups-${attributes}-${rows}.${format}`, format, `${select} FROM range(${rows}) AS t(i)`);
};

export const manyGroupsQuestion = (attributes: number) => ({
  ...QUESTION,
  protected_attributes: attributesOf(attributes),
});

const attributesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `attribute_${index}`);

/** The minimum that any engine has to do: the same group-by on the same columns, with the same threads and memory. */
export const bareGroupBy = async (file: string, { protected_attributes } = QUESTION): Promise<void> => {
  const { connection, close } = await anEngine();
  const columns = `label, prediction, ${protected_attributes.join(', ')}`;
  const statement = `SELECT ${columns}, count(*) FROM ${sourceOf(file)} GROUP BY ALL`;
  (await connection.runAndReadAll(statement)).getRowObjectsJS();
  close();
};

const BEHAVIOUR_ROWS = 1_000_000;
export const ROW_ID = 'id';

/** The decisions of two releases about the same rows, in orders of their own; a text numbers them. */
export const behaviourFiles = async (format: FileFormat) => {
  const of = (name: string, share: number) =>
    fileOf(
      `behaviour-${name}-${BEHAVIOUR_ROWS}.${format}`,
      format,
      `SELECT 'row-' || i AS id, * EXCLUDE (id, prediction, weight), CAST(part(5) < ${share} AS INTEGER) AS prediction
      FROM (${SELECT}, i FROM range(${BEHAVIOUR_ROWS}) AS t(i)) ORDER BY part(6) + ${share}, i`,
    );
  return { now: await of('now', 600), former: await of('former', 560) };
};

/** The minimum that any engine has to do: to see that each id is there once, and to join the rows and count what they say. */
export const bareJoin = async (files: { readonly now: string; readonly former: string }): Promise<void> => {
  const { connection, close } = await anEngine();
  const cells = ['label', 'prediction', ...QUESTION.protected_attributes];
  const [now, former] = [sourceOf(files.now), sourceOf(files.former)];
  for (const source of [now, former])
    await connection.runAndReadAll(`SELECT id, count(*) FROM ${source} GROUP BY id HAVING count(*) > 1`);
  const columns = ['now', 'former'].flatMap((side) => cells.map((cell) => `${side}.${cell}`));
  const joined = `${now} AS now FULL OUTER JOIN ${former} AS former ON now.id = former.id`;
  await connection.runAndReadAll(`SELECT ${columns.join(', ')}, count(*) FROM ${joined} GROUP BY ALL`);
  close();
};

const sourceOf = (file: string): string =>
  file.endsWith('.csv') ? `read_csv('${file}', all_varchar = true)` : `read_parquet('${file}')`;

const anEngine = async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1024MB' });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
};

const fileOf = async (name: string, format: FileFormat, select: string): Promise<string> => {
  const file = join(FOLDER, name);
  if (existsSync(file)) return file;
  await mkdir(FOLDER, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const statement = select.replaceAll(/part\((\d)\)/g, '(hash(i * 8 + $1) % 1000)');
  await connection.run(`COPY (${statement}) TO '${file}.part' (FORMAT ${format})`);
  connection.closeSync();
  instance.closeSync();
  await rename(`${file}.part`, file);
  return file;
};
