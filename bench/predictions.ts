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
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1024MB' });
  const connection = await instance.connect();
  const source = file.endsWith('.csv') ? `read_csv('${file}', all_varchar = true)` : `read_parquet('${file}')`;
  const statement = `SELECT label, prediction, ${protected_attributes.join(', ')}, count(*) FROM ${source} GROUP BY ALL`;
  (await connection.runAndReadAll(statement)).getRowObjectsJS();
  connection.closeSync();
  instance.closeSync();
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
