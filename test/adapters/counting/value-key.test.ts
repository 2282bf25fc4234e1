import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellValue } from '../../../lib/domain/evidence/predictions/same-value.ts';
import { keyedRows, speltCell, sqlLiteral, valueKey } from '../../../lib/domain/evidence/predictions/sql.ts';
import { DIFFERENT, MISSING, SAME } from '../../domain/evidence/predictions/same-values.ts';

/** Which cells share a key: for each, the first cell that has the same one. */
const firstsBy = (cells: readonly string[], keys: readonly (string | null | undefined)[]) =>
  keys.map((key) => (key === null || key === undefined ? undefined : cells[keys.indexOf(key)]));

const VALUE_KEYS = (cells: string) =>
  `SELECT ${valueKey('spelt')} AS key FROM (SELECT i, ${speltCell('cell')} AS spelt FROM ${cells}) ORDER BY i`;
const ID_KEYS = (cells: string) => `SELECT id AS key FROM (${keyedRows(`SELECT * FROM ${cells}`, ['i'])}) ORDER BY i`;

const keysInSql = async (cells: readonly string[], keysOf: (cells: string) => string): Promise<(string | null)[]> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const rows = cells.map((cell, index) => `(${index}, ${sqlLiteral(cell)})`).join(', ');
  const result = await connection.runAndReadAll(keysOf(`(VALUES ${rows}) AS t(i, cell)`));
  connection.closeSync();
  instance.closeSync();
  return result.getRowObjectsJS().map(({ key }) => (typeof key === 'string' ? key : null));
};

/** As engines write them, and as they do not. */
const NUMBERS = [
  '0',
  '-0',
  '00',
  '100',
  '-100',
  '1e2',
  '100.0',
  '9007199254740993',
  '9223372036854775808',
  'a-1',
  'a-1 ',
];
/** Longer than any word that means something else than itself, and as long as the longest. */
const WORDS = ['customer-0001', 'Infinity', 'infinity', 'nullable', 'TRUE', 'falsehood'];
const BLANKS = [' ', '\t', '\n', '\v', '\f', '\r', '\u00a0'];
const IDS = WORDS.flatMap((word) => [word, ...BLANKS.flatMap((blank) => [`${word}${blank}`, `${blank}${word}`])]);

describe('the key of a cell in SQL', () => {
  it.each([
    ['value', VALUE_KEYS],
    ['id', ID_KEYS],
  ])('of a %s is the same for two cells if and only if the domain says that they say the same', async (_, keysOf) => {
    const digits = fc.stringMatching(/^[ +-]?[0-9]{0,4}[.]?[0-9]{0,4}([eE][+-]?[0-9]{1,3})?[ \t]?$/);
    const words = fc.constantFrom(...SAME.flat(), ...DIFFERENT.flat(), ...MISSING);
    // Engines have no null character in a text, and a table with one is refused.
    const anything = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\0'));
    const sample = fc.sample(fc.oneof(digits, digits, words, anything), { numRuns: 4000, seed: 11 });
    const cells = [...new Set([...NUMBERS, ...IDS, ...SAME.flat(), ...DIFFERENT.flat(), ...MISSING, ...sample])];

    const keys = await keysInSql(cells, keysOf);

    expect(firstsBy(cells, keys)).toEqual(firstsBy(cells, cells.map(cellValue)));
  });

  it('is found without a join, which all rows would go through for the words that few cells are', async () => {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    const keyed = keyedRows("SELECT 'row-' || range AS cell FROM range(1000)", []);

    const plan = await connection.runAndReadAll(`EXPLAIN SELECT count(id) FROM (${keyed}) AS keyed`);

    expect(JSON.stringify(plan.getRowsJS())).toContain('PROJECTION');
    expect(JSON.stringify(plan.getRowsJS())).not.toContain('JOIN');
    connection.closeSync();
    instance.closeSync();
  });
});
