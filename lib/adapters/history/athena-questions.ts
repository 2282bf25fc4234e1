/** Asks the questions of Athena, in their own workgroup, which says where results go and how much a query may read. */
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  type QueryExecutionStatus,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { RawRow } from '../../domain/questions/question.ts';

const athena = new AthenaClient({});

/** How a query is, or how it ended: it was stopped, it would have read more than one may, or it failed, for which Athena has a code. */
export type QueryState =
  | { readonly state: 'running' | 'done' | 'too_wide' | 'cancelled' }
  | { readonly state: 'failed'; readonly why: string };

/** A query that was started, and the statement that it runs. */
export type Execution = { readonly statement: string } & QueryState;

export type QuestionEngine = {
  /** Starts a statement, and answers the id of the query. */
  readonly start: (statement: string) => Promise<string>;
  /** Undefined if there is no such query. */
  readonly look: (id: string) => Promise<Execution | undefined>;
  /** The rows that a query found, and one more than `most` at the most. Undefined if they are not kept any more. */
  readonly rows: (id: string, most: number) => Promise<RawRow[] | undefined>;
};

type Place = { readonly workgroup: string; readonly database: string };

export const athenaQuestions = (
  { workgroup: WorkGroup, database: Database }: Place,
  client: AthenaClient = athena,
): QuestionEngine => ({
  start: async (statement) => {
    const { QueryExecutionId: id } = await client.send(
      new StartQueryExecutionCommand({
        QueryString: statement,
        WorkGroup,
        QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database },
      }),
    );
    if (id === undefined) throw new Error('could not ask: Athena named no query');
    return id;
  },
  look: async (id) => {
    const { QueryExecution: found } = await look(client, id);
    // Another workgroup is another right: IAM refuses its queries, and so do we.
    if (found?.WorkGroup !== WorkGroup || found.Status?.State === undefined) return undefined;
    return { statement: found.Query ?? '', ...stateOf(found.Status) };
  },
  rows: async (id, most) => {
    const rows: RawRow[] = [];
    let token: string | undefined;
    do {
      const page = await resultsOf(client, id, token);
      if (page === undefined) return undefined;
      const names = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = '' }) => Name);
      // The first row of the first page repeats the names of the columns.
      for (const { Data = [] } of (page.ResultSet?.Rows ?? []).slice(token === undefined ? 1 : 0)) {
        rows.push(Object.fromEntries(names.map((name, index) => [name, Data[index]?.VarCharValue ?? null])));
      }
      token = page.NextToken;
    } while (token !== undefined && rows.length <= most);
    return rows.slice(0, most + 1);
  },
});

const look = async (client: AthenaClient, id: string) => {
  try {
    return await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
  } catch (cause) {
    if (cause instanceof InvalidRequestException) return { QueryExecution: undefined };
    throw cause;
  }
};

/** Athena remembers a query for weeks, and its results lie in a bucket that keeps them for a day. */
const resultsOf = async (client: AthenaClient, id: string, token: string | undefined) => {
  try {
    return await client.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token }));
  } catch (cause) {
    if (cause instanceof InvalidRequestException) return undefined;
    throw cause;
  }
};

const SCAN_LIMIT = /^(?:Query cancelled! : )?Bytes scanned limit was exceeded/;

const stateOf = ({ State, StateChangeReason: reason = '' }: QueryExecutionStatus): QueryState => {
  if (State === 'SUCCEEDED') return { state: 'done' };
  if (State !== 'FAILED' && State !== 'CANCELLED') return { state: 'running' };
  if (SCAN_LIMIT.test(reason)) return { state: 'too_wide' };
  if (State === 'CANCELLED') return { state: 'cancelled' };
  // Only the code: the rest can quote what somebody asked.
  const [why = 'no code'] = /^[A-Z_]{3,}(?=:)/.exec(reason) ?? [];
  return { state: 'failed', why };
};
