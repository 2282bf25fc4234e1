/** A table of predictions that is too large for a Lambda is counted on Athena, with the same verdicts. */

import { AthenaClient, GetQueryExecutionCommand, ListQueryExecutionsCommand } from '@aws-sdk/client-athena';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readChecks } from '../../../lib/domain/change/read-checks.ts';
import { clientConfig } from '../../../local/clients.ts';
import { setEnvironment } from '../support/functions.ts';
import { validated } from '../support/life.ts';
import { variant } from '../support/variant.ts';
import { endpoints, store } from '../support/world.ts';

const athena = new AthenaClient(clientConfig(endpoints.awsEndpoint));
const statements = async (): Promise<string[]> => {
  const { QueryExecutionIds = [] } = await athena.send(
    new ListQueryExecutionsCommand({ WorkGroup: 'assay-local-counting' }),
  );
  const executions = await Promise.all(
    QueryExecutionIds.map((QueryExecutionId) => athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))),
  );
  return executions.map(({ QueryExecution }) => QueryExecution?.Query ?? '');
};

const fairness = async (releaseId: string) =>
  (await readChecks(store, releaseId))
    .filter(({ stage }) => stage === 'bias_and_fairness')
    .map(({ name, status, measured, explanation }) => ({ name, status, measured, explanation }));

let former: { readonly COUNTED_HERE_MAX_BYTES?: string | undefined };
let counted: string;
beforeAll(async () => {
  const { release_id } = await validated(await variant('counted-here', '1.1.0'));
  counted = release_id;
  // A table of two gigabytes would prove the same, but take minutes.
  former = await setEnvironment(/EvaluateBias/, { COUNTED_HERE_MAX_BYTES: '1000' });
});
afterAll(() => setEnvironment(/EvaluateBias/, former));

it('a release with a large table has the verdicts that it would have with a small one', async () => {
  const before = await statements();

  const { release_id } = await validated(await variant('counted-there', '1.1.0'));

  expect(await fairness(release_id)).toEqual(await fairness(counted));
  expect((await store.get('outcomes', release_id))?.groups).toEqual((await store.get('outcomes', counted))?.groups);
  const asked = (await statements()).filter((statement) => !before.includes(statement));
  expect(asked.map((statement) => statement.split(' ')[0]).toSorted()).toEqual(['CREATE', 'SELECT']);
});
