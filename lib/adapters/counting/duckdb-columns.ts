/** Whether a local table has each column that is asked for: once, whatever its letter case, and of a type that is counted. */
import type { DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';
import { columnTimes, distinctColumns, isSameColumn } from '../../domain/evidence/predictions/column-names.ts';
import { athenaType, ID_TYPES, SchemaElement, typeInFile } from '../../domain/evidence/predictions/column-types.ts';
import type { TableSchema } from '../../domain/evidence/predictions/predictions.ts';
import { sqlLiteral } from '../../domain/evidence/predictions/sql.ts';
import type { Violation } from '../../domain/refusal.ts';
import { csvOf, jsonLinesOf, type OpenedTable, rowsOf, unreadable } from './duckdb-table.ts';

/** A column as it is asked for and as the file spells it; in Parquet with the name that Athena has for its type. */
export type FoundColumn = { readonly name: string; readonly spelt: string; readonly type?: string };

/**
 * Finds the columns of a table. Engines would take the first of several columns of one name, and other programs the
 * last, so such a table is refused; DuckDB ignores case in the names of Parquet and CSV, so we do in JSON lines too.
 */
export const findColumns = async (connection: DuckDBConnection, table: OpenedTable): Promise<FoundColumn[]> => {
  if (table.format === 'CSV') return findIn(table, await headerOf(connection, table));
  if (table.format === 'JSON lines') return findIn(table, await keysOf(connection, table));
  const elements = await topLevelElements(connection, table);
  const found = findIn(
    table,
    elements.map(({ name }) => name),
  );
  return withTypes(table, found, elements);
};

/** What a table says of its columns. A cell of CSV is text, and one of JSON lines any value of JSON. */
export const schemaOf = (format: OpenedTable['format'], found: readonly FoundColumn[]): TableSchema => ({
  format,
  columns: found.map(({ name, type }) => ({ name, type: type ?? (format === 'CSV' ? 'text' : 'JSON value') })),
});

/** How many further columns of a table are looked at. */
export const FURTHER_MAX = 8;
/** Lines may have any number of keys. */
const KEYS_MAX = 1000;

/** The first further columns of a table that could be categories or numbers. None of them is refused: they are left out. */
export const findFurther = async (connection: DuckDBConnection, table: OpenedTable): Promise<FoundColumn[]> => {
  const isElse = (name: string) => COLUMN_NAME.test(name) && !table.columns.some((other) => isSameColumn(other, name));
  // A file may have hundreds of thousands of columns: none is compared with all others.
  const once = (names: readonly string[]) => {
    const times = columnTimes(names);
    return names.filter((name) => times(name) === 1 && isElse(name));
  };
  if (table.format === 'CSV')
    return once(await headerOf(connection, table))
      .slice(0, FURTHER_MAX)
      .map(untyped);
  if (table.format === 'JSON lines') {
    const keys = await rowsOf(
      connection,
      `SELECT DISTINCT unnest(json_keys(json)) AS name FROM ${jsonLinesOf(table)} ORDER BY name LIMIT ${KEYS_MAX}`,
    );
    return once(keys.map(({ name }) => String(name)))
      .slice(0, FURTHER_MAX)
      .map(untyped);
  }
  const elements = await topLevelElements(connection, table);
  const names = once(elements.map(({ name }) => name));
  return elements
    .flatMap((element) => {
      const type = names.includes(element.name) ? athenaType(element) : undefined;
      return type === undefined ? [] : [{ ...untyped(element.name), type }];
    })
    .slice(0, FURTHER_MAX);
};

const COLUMN_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const untyped = (name: string): FoundColumn => ({ name, spelt: name });

/** Refuses a table that lacks a column. */
export const refuseMissing = ({ columns, format, field }: OpenedTable, found: readonly FoundColumn[]): void => {
  const missing = columns.filter((name) => !found.some((column) => column.name === name));
  refuse(missing.map((name) => ({ field, problem: `lacks column ${name} (read as ${format})` })));
};

/** The names of all columns of a table, as the file spells them. */
export const columnNames = async (connection: DuckDBConnection, table: OpenedTable): Promise<string[]> => {
  if (table.format === 'CSV') return headerOf(connection, table);
  if (table.format === 'Parquet') return (await topLevelElements(connection, table)).map(({ name }) => name);
  const keys = `SELECT DISTINCT unnest(json_keys(json)) AS name FROM ${jsonLinesOf(table)} ORDER BY name`;
  return (await rowsOf(connection, keys)).map(({ name }) => String(name));
};

/** What a policy asks for, it may name twice, or a manifest may ask for it too. */
const askedOf = ({ columns, optional = [] }: OpenedTable): string[] => [
  ...columns,
  ...distinctColumns(optional).filter((name) => !columns.some((other) => isSameColumn(other, name))),
];

const findIn = (table: OpenedTable, names: readonly string[]): FoundColumn[] => {
  const { format, field } = table;
  const columns = askedOf(table);
  const spellings = columns.map((name) => names.filter((other) => isSameColumn(other, name)));
  refuse(
    columns.flatMap((name, index) => {
      const spelt = spellings[index] ?? [];
      // Lines may differ in how they spell a key, and each of them looks right.
      const as = format === 'JSON lines' && new Set(spelt).size > 1 ? `, as ${spelt.join(' and ')}` : '';
      const problem = `has column ${name} more than once${as} (read as ${format})`;
      return spelt.length > 1 ? [{ field, problem }] : [];
    }),
  );
  return columns.flatMap((name, index) => (spellings[index] ?? []).map((spelt) => ({ name, spelt })));
};

const headerOf = async (connection: DuckDBConnection, table: OpenedTable): Promise<string[]> => {
  const [header = {}] = await rowsOf(connection, `SELECT * FROM ${csvOf(table, false)} LIMIT 1`);
  // DuckDB trims the names in a header.
  return Object.values(header).map((name) => String(name).trim());
};

/** Each line may have other keys, so all are read. A key that a line repeats is listed as often as it is there. */
const keysOf = async (connection: DuckDBConnection, table: OpenedTable): Promise<string[]> => {
  const asked = askedOf(table)
    .map((name) => sqlLiteral(name.toLowerCase()))
    .join(', ');
  const rows = await rowsOf(
    connection,
    `WITH line AS (SELECT DISTINCT json_keys(json) AS keys FROM ${jsonLinesOf(table)}),
      named AS (SELECT unnest(keys) AS name, row_number() OVER () AS line FROM line)
    SELECT name, max(copies) AS copies FROM (SELECT name, count(*) AS copies FROM named GROUP BY line, name)
    WHERE lower(name) IN (${asked}) GROUP BY name`,
  );
  return z
    .array(z.looseObject({ name: z.string(), copies: z.union([z.bigint(), z.number()]).transform(Number) }))
    .parse(rows)
    .flatMap(({ name, copies }) => Array.from({ length: Math.min(copies, 2) }, () => name));
};

/** A schema is its elements depth first, each with the number of its children; the first is the table itself. The engine keeps the order of the file. */
const topLevelElements = async (connection: DuckDBConnection, table: OpenedTable): Promise<SchemaElement[]> => {
  const names = Object.keys(SchemaElement.shape).join(', ');
  const rows = await rowsOf(connection, `SELECT ${names} FROM parquet_schema(${sqlLiteral(table.path)})`);
  const elements: SchemaElement[] = [];
  let nested = 0;
  for (const element of z.array(SchemaElement).parse(rows, ONCE).slice(1)) {
    if (nested > 0) nested -= 1;
    else elements.push(element);
    nested += Number(element.num_children ?? 0);
  }
  return elements;
};

/** What is parsed once in the life of most processes is not worth a parser compiled for it. */
const ONCE = { jitless: true };

const withTypes = (
  { field, ids = [] }: OpenedTable,
  found: readonly FoundColumn[],
  elements: readonly SchemaElement[],
): FoundColumn[] => {
  const typed = found.flatMap((column) =>
    elements.filter(({ name }) => name === column.spelt).map((element) => ({ ...column, element })),
  );
  const problem = (name: string, element: SchemaElement) =>
    `has column ${name} as ${typeInFile(element)}: write it as text, a boolean, a signed number or a decimal of at most 38 digits`;
  refuse(
    typed
      .filter(({ name, element }) => {
        const isId = ids.includes(name) && ID_TYPES.includes(typeInFile(element));
        return athenaType(element) === undefined && !isId;
      })
      .map(({ name, element }) => ({ field, problem: problem(name, element) })),
  );
  return typed.map(({ element, ...column }) => ({ ...column, type: athenaType(element) ?? '' }));
};

const refuse = (violations: readonly Violation[]): void => {
  if (violations.length > 0) throw unreadable(violations);
};
