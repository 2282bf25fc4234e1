import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InternalServerException,
  InvalidRequestException,
} from '@aws-sdk/client-athena';
import { beforeEach, describe, expect, it } from 'vitest';
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
});
