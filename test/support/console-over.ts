/** The console as its Lambda makes it over a table, for somebody who is signed in, but for what is no row of the table. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { serveConsole } from '../../lambdas/serve-console/app.ts';
import { readLook } from '../../lib/adapters/dynamodb-fleet.ts';
import { latestEvents } from '../../lib/adapters/dynamodb-latest-events.ts';
import { logIndexes } from '../../lib/adapters/dynamodb-log-index.ts';
import { readLogState } from '../../lib/adapters/dynamodb-log-state.ts';
import { parkedPage } from '../../lib/adapters/dynamodb-parked.ts';
import { readsTogether } from '../../lib/adapters/dynamodb-reads.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { waitingReleases } from '../../lib/adapters/dynamodb-waiting.ts';
import { APPROVALS } from '../../lib/domain/questions/approvals.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aDirectory, PEOPLE } from './approval-case.ts';
import { consoleWorld } from './console.ts';
import { A_RUN } from './console-pages.ts';
import { ASSAY_BASE } from './console-scene.ts';
import type { startIssuer } from './oidc-issuer.ts';

/** Every page, over the fleet that `putMany` makes. */
export const PAGES_OVER = [
  '/console/now',
  '/console/inventory',
  '/console/posture',
  '/console/policy',
  '/console/approvals',
  '/console/refusals',
  '/console/outbox',
  '/console/models/model-0000',
  '/console/models/model-0000/rollback',
  '/console/models/model-0000/hold',
  '/console/models/model-0000/rollbacks/2?still=1',
  '/console/releases/model-0000-3',
  '/console/releases/model-0000-3/verify',
  '/console/releases/model-0000-3/evidence',
  '/console/questions',
  '/console/questions/approvals?model=model-0000',
  `/console/questions/runs/${A_RUN}`,
  '/console/me',
  '/console/session/signed-out',
] as const;

/** As many rows as a page of an answer has, from the Lambda that answers: what Athena takes for them is its own. */
const anAnswer = {
  ...{ state: 'answered' as const, run: A_RUN, columns: [...APPROVALS.selects], total: 100 },
  rows: Array.from({ length: 100 }, () => Object.fromEntries(APPROVALS.selects.map(({ name }) => [name, name]))),
  covers: { entries: 100, until: '2026-11-21T09:00:00.000Z' },
};

export const consoleOver = async (
  client: DynamoDBDocumentClient,
  table: string,
  issuer: Awaited<ReturnType<typeof startIssuer>>,
) => {
  const directory = aDirectory([...PEOPLE]);
  const reads = readsTogether(table, client);
  const store = dynamodbReleaseStore(table, client, reads);
  const app = serveConsole({
    ...consoleWorld(issuer, { store: store as never, directory }),
    store: withinRights('ServeConsole', store),
    fleet: {
      lastLook: () => readLook(table, client),
      waiting: (state, after) => waitingReleases(table, after, state, client),
      log: () => readLogState(table, reads),
      latestEvents: (model, most) => latestEvents(table, model, most, client),
      logIndexes: (model, seqs) => logIndexes(table, model, seqs, client),
      parkedPage: (page) => parkedPage(table, page, client),
      alarmsOn: async () => [],
    },
    questions: { ask: async () => ({ state: 'running', run: A_RUN }), answer: async () => anAnswer },
    publicBaseUrl: ASSAY_BASE,
  });
  const cookie = `__Host-assay-session=${await issuer.signed({ sub: 'omar', groups: ['operator', 'auditor'], nonce: 'of the sign-in' })}`;
  return (path: string) => Promise.resolve(app.request(`${ASSAY_BASE}${path}`, { headers: { cookie } }));
};
