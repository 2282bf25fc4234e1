import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecutionState,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type AthenaTable,
  compareBehaviourOnAthena,
  countOutcomesOnAthena,
} from '../../../lib/adapters/counting/athena-outcome-counts.ts';
import {
  type BehaviourStatement,
  behaviourSql,
  repeatedIdsSql,
} from '../../../lib/domain/evidence/predictions/behaviour-sql.ts';
import { COMBINATIONS_MAX, outcomeCountsSql } from '../../../lib/domain/evidence/predictions/predictions-sql.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { aBehaviourQuestion } from '../../support/a-behaviour-question.ts';
import { compareWhatIsMocked } from '../../support/compare-requests.ts';
import { mockClient } from '../../support/mock-client.ts';

const QUESTION = {
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race'],
};
const TABLE: AthenaTable = { database: 'assay', table: 'predictions' };
const WORKSPACE = { workgroup: 'assay-evidence', resultLocation: 's3://results/fairness/', accountId: '111122223333' };
const NAMES = ['label', 'prediction', 'attribute_0', 'n'];

const athena = mockClient(AthenaClient);
compareWhatIsMocked([athena], 'StopQueryExecution');
const datum = (value: string | null) => (value === null ? {} : { VarCharValue: value });
const page = (rows: readonly (readonly (string | null)[])[], NextToken?: string, names = NAMES) => ({
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: names.map((Name) => ({ Name, Type: 'varchar' })) },
    Rows: rows.map((row) => ({ Data: row.map(datum) })),
  },
  ...(NextToken === undefined ? {} : { NextToken }),
});
const status = (State: QueryExecutionState, StateChangeReason = '') => ({
  QueryExecution: { Status: { State, StateChangeReason } },
});
const count = (table = TABLE, patience = { seconds: 1, pollMilliseconds: 1 }) =>
  countOutcomesOnAthena(table, QUESTION, WORKSPACE, { client: new AthenaClient({ region: 'us-east-1' }), patience });

beforeEach(() => {
  athena.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q-1' });
  athena.on(GetQueryExecutionCommand).resolves(status('SUCCEEDED'));
  athena.on(GetQueryResultsCommand).resolves(page([NAMES, ['1', '1', 'black', '3'], ['0', '1', 'white', '2']]));
});

describe('counting on Athena', () => {
  it('asks the very statement that DuckDB is asked, in the workgroup, for results in the bucket of this account', async () => {
    await count();

    expect(athena.commandCalls(StartQueryExecutionCommand).map(({ args }) => args[0].input)).toEqual([
      {
        QueryString: outcomeCountsSql('"assay"."predictions"', QUESTION),
        WorkGroup: 'assay-evidence',
        QueryExecutionContext: { Catalog: 'AwsDataCatalog' },
        ResultConfiguration: { OutputLocation: 's3://results/fairness/', ExpectedBucketOwner: '111122223333' },
      },
    ]);
  });

  it('waits until the query is done, and reads every page', async () => {
    athena
      .on(GetQueryExecutionCommand)
      .resolvesOnce(status('QUEUED'))
      .resolvesOnce(status('RUNNING'))
      .resolves(status('SUCCEEDED'));
    athena
      .on(GetQueryResultsCommand, { NextToken: undefined })
      .resolves(page([NAMES, ['1', '1', 'black', '3'], ['0', '1.0E0', 'white', '2']], 'more'))
      .on(GetQueryResultsCommand, { NextToken: 'more' })
      .resolves(page([['0', null, null, '4']]));

    const counts = await count();

    expect(counts).toMatchObject({ rows: 9, missing: { predictions: 4, labels: 0, attributes: { race: 4 } } });
    expect(counts.groups.map(({ value, favorable, truePositive }) => [value, favorable, truePositive])).toEqual([
      ['black', 3, 3],
      ['white', 2, 0],
    ]);
  });

  it('reads no further than anybody would', async () => {
    const many = Array.from({ length: COMBINATIONS_MAX / 2 + 1 }, () => ['1', '0.5', 'black', '1']);
    athena.on(GetQueryResultsCommand).resolves(page(many, 'more'));

    await expect(count()).rejects.toThrow('submit decisions, not scores');
    expect(athena.commandCalls(GetQueryResultsCommand)).toHaveLength(2);
  });

  it.each([
    ['COLUMN_NOT_FOUND: line 3:7: Column race cannot be resolved', 'lacks a column'],
    ['HIVE_BAD_DATA: Error parsing field value Jane Roe', 'does not match its table definition'],
    ['HIVE_CURSOR_ERROR: Row is not a valid JSON Object - Jane Roe', 'does not match its table definition'],
    ['EXCEEDED_MEMORY_LIMIT: Query exceeded per-node memory limit', 'too many different values'],
    ['Bytes scanned limit was exceeded', 'more bytes than the workgroup may read'],
  ])('refuses evidence of which Athena says "%s"', async (reason, problem) => {
    athena.on(GetQueryExecutionCommand).resolves(status(reason.startsWith('Bytes') ? 'CANCELLED' : 'FAILED', reason));

    const refused: unknown = await count().catch((cause: unknown) => cause);

    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ name: 'EvidenceUnreadable', message: expect.stringContaining(problem) });
    expect(String(refused)).not.toContain('Jane Roe');
  });

  it.each(['TABLE_NOT_FOUND: line 3:7', 'Insufficient permissions to read s3://bucket/Jane Roe', ''])(
    'takes "%s" for a fault and no word on the evidence',
    async (reason) => {
      athena.on(GetQueryExecutionCommand).resolves(status('FAILED', reason));

      const fault: unknown = await count().catch((cause: unknown) => cause);

      expect(fault).not.toBeInstanceOf(Refusal);
      expect(String(fault)).toContain('Athena query q-1 FAILED');
      expect(String(fault)).not.toContain('Jane Roe');
    },
  );

  it('gives up a query that takes too long, and stops it', async () => {
    athena.on(GetQueryExecutionCommand).resolves(status('RUNNING'));

    await expect(count(TABLE, { seconds: 0.01, pollMilliseconds: 5 })).rejects.toThrow('takes more than 0.01 seconds');
    expect(athena.commandCalls(StopQueryExecutionCommand).map(({ args }) => args[0].input)).toEqual([
      { QueryExecutionId: 'q-1' },
    ]);
  });

  it('is a fault when Athena names no query', async () => {
    athena.on(StartQueryExecutionCommand).resolves({});

    await expect(count()).rejects.toThrow('named no query');
  });
});

describe('comparing on Athena', () => {
  const names = ['part', 'here', 'there', 'differs', 'label', 'prediction', 'former_label', 'former_prediction'].concat(
    [...['attribute_0', 'former_attribute_0', 'cell', 'n']],
  );
  const pair = (prediction: string, n: string) => [
    ...['-1', '1', '1', '0', '1', prediction, '1', '1.0', 'a', 'a'],
    null,
    n,
  ];
  const liveIds = (rows: string) => ['-2', '6', '0', '0', ...Array.from({ length: 7 }, () => null), rows];
  const statement: BehaviourStatement = {
    ...aBehaviourQuestion(),
    liveColumns: [],
    further: [],
    ids: { as: 'numbers' },
  };
  const compare = () =>
    compareBehaviourOnAthena({ now: TABLE, former: { ...TABLE, table: 'former"predictions' } }, statement, WORKSPACE, {
      client: new AthenaClient({ region: 'us-east-1' }),
    });
  const asked = () => athena.commandCalls(StartQueryExecutionCommand).map(({ args }) => args[0].input.QueryString);
  const [now, former] = ['"assay"."predictions"', '"assay"."former""predictions"'];

  it('asks the very statement that DuckDB is asked about two tables, and reads every page of the answer', async () => {
    athena
      .on(GetQueryResultsCommand, { NextToken: undefined })
      .resolves(page([names, pair('1', '4')], 'more', names))
      .on(GetQueryResultsCommand, { NextToken: 'more' })
      .resolves(page([pair('0.0E0', '2'), liveIds('6')], undefined, names));

    const counts = await compare();

    expect(athena.commandCalls(StartQueryExecutionCommand).map(({ args }) => args[0].input)).toMatchObject([
      {
        QueryString: behaviourSql(now, former, statement),
        WorkGroup: 'assay-evidence',
        ResultConfiguration: { OutputLocation: 's3://results/fairness/', ExpectedBucketOwner: '111122223333' },
      },
    ]);
    expect(counts).toMatchObject({ common: 6, all: { stayedYes: 4, stayedNo: 0, yesToNo: 2, noToYes: 0 } });
  });

  it('asks for the ids that are repeated where the pairs leave it open, and refuses them', async () => {
    const ids = ['side', 'id', 'copies'];
    athena
      .on(GetQueryResultsCommand)
      .resolvesOnce(page([names, pair('1', '6'), liveIds('7')], undefined, names))
      .resolvesOnce(page([ids, ['0', 'a-9', '2']], undefined, ids));

    await expect(compare()).rejects.toThrow('a-9 2 times in column id of the live release');
    expect(asked()).toEqual([behaviourSql(now, former, statement), repeatedIdsSql(now, former, statement)]);
  });
});
