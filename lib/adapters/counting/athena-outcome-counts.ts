import { setTimeout as pause } from 'node:timers/promises';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecutionStatus,
  type ResultSet,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { BehaviourCounts } from '../../domain/evidence/predictions/behaviour.ts';
import { behaviourOf } from '../../domain/evidence/predictions/behaviour-counts.ts';
import {
  type BehaviourStatement,
  behaviourSql,
  repeatedIdsSql,
} from '../../domain/evidence/predictions/behaviour-sql.ts';
import type { OutcomeCounts } from '../../domain/evidence/predictions/predictions.ts';
import { outcomeCountsOf } from '../../domain/evidence/predictions/predictions-counts.ts';
import { COMBINATIONS_MAX, outcomeCountsSql } from '../../domain/evidence/predictions/predictions-sql.ts';
import { type OutcomeQuestion, unreadable } from '../../domain/evidence/predictions/predictions-tally.ts';
import { sqlIdentifier } from '../../domain/evidence/predictions/sql.ts';

/** Where queries run, and where their results go: a workgroup with a scan limit, and a bucket of this account. */
export type AthenaWorkspace = {
  readonly workgroup: string;
  readonly resultLocation: string;
  readonly accountId: string;
};

/** A table of the Glue catalogue. */
export type AthenaTable = { readonly database: string; readonly table: string };

export type AthenaPatience = { readonly seconds: number; readonly pollMilliseconds: number };
/** A check is ended after 300 seconds; giving up earlier, it can still say why. */
const PATIENCE: AthenaPatience = { seconds: 240, pollMilliseconds: 500 };

export type AthenaOptions = { readonly client?: AthenaClient; readonly patience?: AthenaPatience };

const athena = new AthenaClient({});

/** Counts outcomes with the statement that DuckDB runs too, and reads the answer with the same function. */
export const countOutcomesOnAthena = async (
  table: AthenaTable,
  question: OutcomeQuestion,
  workspace: AthenaWorkspace,
  { client = athena, patience = PATIENCE }: AthenaOptions = {},
): Promise<OutcomeCounts> => {
  const id = await queryAthena(outcomeCountsSql(sourceOf(table), question), workspace, { client, patience });
  return outcomeCountsOf(await rowsOf(client, id), question);
};

/** Compares two tables with the statements that DuckDB runs too, and reads the answers with the same functions. */
export const compareBehaviourOnAthena = async (
  { now, former }: { readonly now: AthenaTable; readonly former: AthenaTable },
  statement: BehaviourStatement,
  workspace: AthenaWorkspace,
  { client = athena, patience = PATIENCE }: AthenaOptions = {},
): Promise<BehaviourCounts> => {
  const ask = async (make: typeof behaviourSql) =>
    rowsOf(
      client,
      await queryAthena(make(sourceOf(now), sourceOf(former), statement), workspace, { client, patience }),
    );
  return behaviourOf(await ask(behaviourSql), statement, () => ask(repeatedIdsSql));
};

const sourceOf = ({ database, table }: AthenaTable): string => `${sqlIdentifier(database)}.${sqlIdentifier(table)}`;

/** Runs one statement to its end, and answers the id under which its result is found. */
export const queryAthena = async (
  statement: string,
  workspace: AthenaWorkspace,
  { client = athena, patience = PATIENCE }: AthenaOptions = {},
): Promise<string> => {
  const started = await client.send(
    new StartQueryExecutionCommand({
      QueryString: statement,
      WorkGroup: workspace.workgroup,
      QueryExecutionContext: { Catalog: 'AwsDataCatalog' },
      ResultConfiguration: { OutputLocation: workspace.resultLocation, ExpectedBucketOwner: workspace.accountId },
    }),
  );
  const id = started.QueryExecutionId;
  if (id === undefined) throw new Error('could not count outcomes: Athena named no query');
  await untilDone(client, id, patience);
  return id;
};

const untilDone = async (client: AthenaClient, id: string, { seconds, pollMilliseconds }: AthenaPatience) => {
  for (let waited = 0; waited <= seconds * 1000; waited += pollMilliseconds) {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const status = QueryExecution?.Status;
    if (status?.State === 'SUCCEEDED') return;
    if (status?.State === 'FAILED' || status?.State === 'CANCELLED') throw failureOf(id, status);
    await pause(pollMilliseconds);
  }
  // Otherwise the query would run on, and be paid for, although nobody waits for it.
  await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
  throw unreadable('predictions.uri', `takes more than ${seconds} seconds to count: submit fewer rows`);
};

/** By the first word of Athena's reason. The rest is never repeated, because it can quote rows with personal data. */
const PROBLEMS: Readonly<Record<string, string>> = {
  COLUMN_NOT_FOUND: 'lacks a column that the manifest names',
  HIVE_BAD_DATA: 'does not match its table definition',
  HIVE_CURSOR_ERROR: 'does not match its table definition',
  NUMERIC_VALUE_OUT_OF_RANGE: 'has weights whose sum is out of range',
  EXCEEDED_MEMORY_LIMIT: 'has too many different values to count: submit decisions, not scores',
};
const SCAN_LIMIT = /^Bytes scanned limit was exceeded/;

const failureOf = (id: string, { State, StateChangeReason: reason = '' }: QueryExecutionStatus): Error => {
  const [code = ''] = /^[A-Z_]+/.exec(reason) ?? [];
  const problem = SCAN_LIMIT.test(reason) ? 'has more bytes than the workgroup may read' : PROBLEMS[code];
  if (problem !== undefined) return unreadable('predictions.uri', problem);
  return new Error(`could not count outcomes: Athena query ${id} ${State}${code === '' ? '' : `: ${code}`}`);
};

/** The rows of the answer, page by page, stopping once there are more than any answer may have. */
const rowsOf = async (client: AthenaClient, id: string): Promise<Record<string, string | null>[]> => {
  const rows: Record<string, string | null>[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token }));
    // The first row of the first page repeats the names of the columns.
    rows.push(...recordsOf(page.ResultSet).slice(token === undefined ? 1 : 0));
    token = page.NextToken;
  } while (token !== undefined && rows.length <= COMBINATIONS_MAX);
  return rows;
};

const recordsOf = (result: ResultSet | undefined): Record<string, string | null>[] => {
  const names = (result?.ResultSetMetadata?.ColumnInfo ?? []).map((column) => column.Name ?? '');
  return (result?.Rows ?? []).map(({ Data = [] }) =>
    Object.fromEntries(names.map((name, index) => [name, Data[index]?.VarCharValue ?? null])),
  );
};
