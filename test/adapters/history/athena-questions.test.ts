import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InternalServerException,
  InvalidRequestException,
  StartQueryExecutionCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-athena';
import { beforeEach, describe, expect, it } from 'vitest';
import { isPassing } from '../../../lib/adapters/aws-error.ts';
import { athenaQuestions } from '../../../lib/adapters/history/athena-questions.ts';
import { mockClient } from '../../support/mock-client.ts';

const athena = mockClient(AthenaClient);
const engine = athenaQuestions({ workgroup: 'questions', database: 'history' }, new AthenaClient({}));
const problem = { message: 'Could not find results', $metadata: {} };
beforeEach(() => void athena.reset());

describe('a query of Athena', () => {
  it('that there is not, or that is of another workgroup, is none', async () => {
    athena.on(GetQueryExecutionCommand).rejects(new InvalidRequestException(problem));
    expect(await engine.look('q')).toBeUndefined();

    const Status = { State: 'SUCCEEDED' as const };
    athena
      .on(GetQueryExecutionCommand)
      .resolves({ QueryExecution: { WorkGroup: 'another', Query: 'SELECT 1', Status } });
    expect(await engine.look('q')).toBeUndefined();
  });

  it('whose results are gone has no rows, and a fault of Athena is one', async () => {
    athena.on(GetQueryResultsCommand).rejects(new InvalidRequestException(problem));
    expect(await engine.rows('q', 10)).toBeUndefined();

    athena.on(GetQueryResultsCommand).rejects(new InternalServerException(problem));
    await expect(engine.rows('q', 10)).rejects.toThrow(InternalServerException);
  });

  it.each([
    ['SUCCEEDED', '', { state: 'done' }],
    ['QUEUED', '', { state: 'running' }],
    ['RUNNING', '', { state: 'running' }],
    ['CANCELLED', 'Query cancelled by user', { state: 'cancelled' }],
    ['CANCELLED', undefined, { state: 'cancelled' }],
    ['CANCELLED', 'Bytes scanned limit was exceeded', { state: 'too_wide' }],
    ['FAILED', 'Query cancelled! : Bytes scanned limit was exceeded', { state: 'too_wide' }],
    ['FAILED', 'SYNTAX_ERROR: line 1:8: Column ada does not exist', { state: 'failed', why: 'SYNTAX_ERROR' }],
    ['FAILED', 'Query exhausted resources at this scale factor', { state: 'failed', why: 'no code' }],
  ] as const)('that is %s (%s) says how it ended, and quotes nothing that was asked', async (State, reason, ended) => {
    const Status = { State, StateChangeReason: reason };
    athena
      .on(GetQueryExecutionCommand)
      .resolves({ QueryExecution: { WorkGroup: 'questions', Query: 'SELECT 1', Status } });

    expect(await engine.look('q')).toEqual({ statement: 'SELECT 1', ...ended });
  });

  it('that Athena has no place for was not started', async () => {
    const throttled = new TooManyRequestsException(problem);
    athena.on(StartQueryExecutionCommand).rejects(throttled);
    await expect(engine.start('SELECT 1')).rejects.toThrow(TooManyRequestsException);
    expect(isPassing(throttled)).toBe(true);
  });
});
