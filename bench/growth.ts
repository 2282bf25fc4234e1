/**
 * What grew with the square of what there is, before lists had pages and releases events of their own: a replay of a policy, what was
 * signed in a period, a rotation of the keys; and lists of what was refused. At 1,000 and at 4,000 releases, or other SIZES, and at 220
 * and 22,000 refusals, over a stand-in for DynamoDB that reads by keys as DynamoDB does: the emulator looks through the whole table for
 * each query, which is the square again, and its own. `npm run bench:growth`
 */

import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { entityKey, indexAttributes } from '../lib/adapters/dynamodb-keys.ts';
import { readsTogether } from '../lib/adapters/dynamodb-reads.ts';
import { dynamodbReleaseStore } from '../lib/adapters/dynamodb-release-store.ts';
import { allEventsOf, everyRelease } from '../lib/domain/change/page.ts';
import { plusMilliseconds } from '../lib/domain/instant.ts';
import { sha256 } from '../lib/domain/signing/canonical-json.ts';
import { refuseClaimOf } from '../test/support/a-refusal.ts';
import { claimsOf } from '../test/support/api.ts';
import { NOW } from '../test/support/approval-case.ts';
import { startKeyedTable } from '../test/support/keyed-table/start.ts';
import { doorOver, putMany } from '../test/support/many-releases.ts';
import { countingClient } from './counting-client.ts';

const RELEASES = 20;
const SIZES = (process.env['SIZES'] ?? '1000,4000').split(',').map(Number);
const REFUSALS = [220, 22_000];
const CALLER = claimsOf({ sub: 's', username: 'olga', groups: ['auditor'] });
const BATCH = 25;

const table = await startKeyedTable();
const { client, counted } = countingClient(table.endpoint);

type Answer = { readonly next?: string; readonly releases?: readonly { readonly release_id: string }[] };
const asking = (table: string) => {
  const api = doorOver(client, table);
  return async (path: string): Promise<Answer> => {
    const answer = await api.request(`/v1${path}`, {}, CALLER);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<Answer>;
  };
};

/** Every page of a list, as the command line reads it. */
async function* pages(ask: (path: string) => Promise<Answer>, path: string): AsyncGenerator<Answer> {
  let next: string | undefined;
  do {
    const page = await ask(next === undefined ? path : `${path}&after=${next}`);
    yield page;
    next = page.next;
  } while (next !== undefined);
}

/** What `assay policy replay` asks: the list, and the story of each release. */
const replay = async (table: string): Promise<void> => {
  const ask = asking(table);
  for await (const { releases = [] } of pages(ask, '/releases?order=oldest&limit=100'))
    for (const { release_id: id } of releases) await ask(`/releases/${id}`);
};

/** What `assay keys signed` asks. */
const signed = async (table: string): Promise<void> => {
  for await (const _ of pages(asking(table), '/signatures?from=2026-01-01&until=2026-12-31'));
};

/** What a rotation reads of each release before it signs anything. */
const rotation = async (table: string): Promise<void> => {
  const store = dynamodbReleaseStore(table, client, readsTogether(table, client));
  for await (const release of everyRelease(store)) {
    await Promise.all([store.get('release', release.releaseId), store.list('attestation', release.releaseId)]);
    await allEventsOf(store, release);
  }
};

const putRefusals = async (TableName: string, count: number): Promise<void> => {
  const items = Array.from({ length: count }, (_, index) => {
    const id = `refused-${index}`;
    const entity = {
      ...refuseClaimOf(id),
      refusalId: sha256(id),
      version: 1,
      receivedAt: plusMilliseconds(NOW, index * 1000),
    };
    return { PutRequest: { Item: { ...entityKey(entity), ...indexAttributes(entity), ...entity } } };
  });
  for (let from = 0; from < items.length; from += BATCH)
    await client.send(new BatchWriteCommand({ RequestItems: { [TableName]: items.slice(from, from + BATCH) } }));
};

const timed = async (run: () => Promise<unknown>) => {
  Object.assign(counted, { calls: 0, rows: 0 });
  const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { ...counted, cpuMs: (user + system) / 1000, ms: performance.now() - startedAt };
};
const ROUNDS = 20;
const rounds = async (ask: () => Promise<unknown> | undefined): Promise<void> => {
  for (let round = 0; round < ROUNDS; round += 1) await ask();
};
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);

try {
  for (const size of SIZES) await putMany(client, `releases-${size}`, { models: size / RELEASES, releases: RELEASES });
  row(
    'what',
    `calls at ${SIZES[0]}`,
    `at ${SIZES[1]}`,
    'times',
    `rows at ${SIZES[0]}`,
    `at ${SIZES[1]}`,
    'times',
    'times the CPU',
    'times as long',
  );
  row(...Array.from({ length: 9 }, () => '---'));
  for (const [name, run] of Object.entries({
    'policy replay': replay,
    'keys signed': signed,
    'key rotation': rotation,
  })) {
    const few = await timed(() => run(`releases-${SIZES[0]}`));
    const many = await timed(() => run(`releases-${SIZES[1]}`));
    const times = (of: keyof typeof many) => (many[of] / few[of]).toFixed(2);
    const counts = (['calls', 'rows'] as const).flatMap((of) => [few[of], many[of], times(of)]);
    row(name, ...counts, times('cpuMs'), times('ms'));
  }
  for (const count of REFUSALS) await putRefusals(`refusals-${count}`, count);
  const middle = plusMilliseconds(NOW, 100_000);
  for (const path of ['/refusals', `/refusals?until=${middle}`, `/refusals/${sha256('refused-7')}`]) {
    const [few, many] = REFUSALS.map((count) => asking(`refusals-${count}`));
    for (const ask of [few, many]) await ask?.(path);
    const [ofFew, ofMany] = [
      await timed(() => rounds(() => few?.(path))),
      await timed(() => rounds(() => many?.(path))),
    ];
    row(
      path.slice(0, 40),
      ...(['calls', 'rows'] as const).flatMap((of) => [ofFew[of] / ROUNDS, ofMany[of] / ROUNDS, '']),
      (ofMany.cpuMs / ofFew.cpuMs).toFixed(2),
      (ofMany.ms / ofFew.ms).toFixed(2),
    );
  }
} finally {
  await table.stop();
}
