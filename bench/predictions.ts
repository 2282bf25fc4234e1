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

/** The Parquet file with this many rows, made once. */
export const predictionsFile = async (rows: number): Promise<string> => {
  const file = join(FOLDER, `predictions-${rows}.parquet`);
  if (existsSync(file)) return file;
  await mkdir(FOLDER, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const select = SELECT.replaceAll(/part\((\d)\)/g, '(hash(i * 8 + $1) % 1000)');
  await connection.run(`COPY (${select} FROM range(${rows}) AS t(i)) TO '${file}.part' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  await rename(`${file}.part`, file);
  return file;
};
