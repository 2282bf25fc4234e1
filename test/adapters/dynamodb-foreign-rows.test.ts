/** Any role that writes rows of its own can give them the attributes of an index. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { entityKey, indexAttributes } from '../../lib/adapters/dynamodb-keys.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { waitingReleases } from '../../lib/adapters/dynamodb-waiting.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import type { ListPlace, PageOf, ReleaseFilter, ReleasePlace } from '../../lib/domain/change/page.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { sayingWhatIsLeftOut } from '../../lib/runtime/left-out.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { clientConfig } from '../../local/clients.ts';
import { at } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { everyKind } from '../support/every-kind.ts';
import { aChange, newRelease } from '../support/release-store.contract.ts';

let aws: Aws;
let client: DynamoDBDocumentClient;
let table: string;
let store: ReleaseStore;
let tables = 0;
beforeAll(async () => {
  aws = await startAws('foreign-rows');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });
});
afterAll(() => aws.stop());
beforeEach(async () => {
  tables += 1;
  table = await aws.makeTable(`foreign-${tables}`);
  store = dynamodbReleaseStore(table, client);
});

const put = async (items: readonly object[]) => {
  for (const Item of items) await client.send(new PutCommand({ TableName: table, Item }));
};
const keep = (record: Entity) => ({ ...entityKey(record), ...indexAttributes(record), ...record, version: 1 });
/** Rows of others, before and after any of ours in every order. */
const foreign = (attributes: object, count: number, partition = 'ROLLBACK#') =>
  ['0', '~'].flatMap((instant) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ pk: `${partition}${instant}${index}`, sk: 'META', updatedAt: instant, gsi_state_sk: instant },
      ...attributes,
    })),
  );

/** Every page, of one item each. */
const read = async <T, P>(page: (asked: { limit: number; after: P | undefined }) => Promise<PageOf<T, P>>) => {
  const all: T[] = [];
  let leftOut = 0;
  let after: P | undefined;
  do {
    const found: PageOf<T, P> = await page({ limit: 1, after });
    all.push(...found.items);
    leftOut += found.leftOut ?? 0;
    after = found.next;
  } while (after !== undefined);
  return { all, leftOut };
};

const readReleases = (filter: ReleaseFilter) =>
  read<{ readonly releaseId: string }, ReleasePlace>((asked) => store.releasePage(filter, asked));

describe('rows of others in the list of a model', () => {
  const releases = [1, 2, 3].map((day) =>
    newRelease({ modelName: 'listed' as never, state: 'production', updatedAt: at(`2026-11-2${day}T00:00:00.000Z`) }),
  );
  const ids = releases.map(({ releaseId }) => releaseId);

  it.each(['ROLLBACK#', 'RELEASE#'])('hide no release, and end no page: %s', async (partition) => {
    await put([...releases.map(keep), ...foreign({ listed_model: 'listed' }, 3, partition)]);

    const first = await store.releasePage({ model: 'listed' }, { limit: 1 });
    const { all, leftOut } = await readReleases({ model: 'listed', order: 'oldest' });

    expect(first.items.map(({ releaseId }) => releaseId)).toEqual(ids.slice(-1));
    expect(all.map(({ releaseId }) => releaseId)).toEqual(ids);
    expect(leftOut).toBeGreaterThanOrEqual(6);
  });

  it('hide no release that a filter asks for, or of a state', async () => {
    const others = foreign({ listed_model: 'listed', gsi_state_pk: 'STATE#production', state: 'production' }, 3);
    await put([...releases.map(keep), ...others]);

    const ofModel = await readReleases({ model: 'listed', states: ['production'] });
    const ofState = await readReleases({ states: ['production'], order: 'oldest' });

    expect(ofModel.all.map(({ releaseId }) => releaseId)).toEqual(ids.toReversed());
    expect(ofState.all.map(({ releaseId }) => releaseId)).toEqual(ids);
    expect((await store.releasesInProduction()).found).toHaveLength(3);
  });

  it('are not taken for releases that are of another model, or in another state', async () => {
    const [one] = releases.map(keep);
    await put([{ ...one, listed_model: 'other', gsi_state_pk: 'STATE#validated' }]);

    expect((await readReleases({ model: 'other' })).all).toEqual([]);
    expect((await readReleases({ states: ['validated'] })).all).toEqual([]);
  });

  it('are many, and the list goes on behind them', async () => {
    await put([...releases.map(keep), ...foreign({ listed_model: 'listed' }, 40)]);

    const page = await store.releasePage({ model: 'listed', order: 'oldest' }, { limit: 2 });

    expect(page.items.map(({ releaseId }) => releaseId)).toEqual(ids.slice(0, 2));
    const { items } = await store.releasePage({ model: 'listed', order: 'oldest' }, { limit: 2, after: page.next });
    expect(items.map(({ releaseId }) => releaseId)).toEqual(ids.slice(2));
  });

  it('are of no state where none is asked for', async () => {
    await put(releases.map(keep));

    expect(await store.releasePage({ states: [] }, { limit: 1 })).toEqual({ items: [], next: undefined });
    expect(await store.releasePage({ model: 'listed', states: [] }, { limit: 1 })).toEqual({
      items: [],
      next: undefined,
    });
  });
});

describe('rows of others in the other lists', () => {
  const release = newRelease({ state: 'validated' });
  const { refusal } = everyKind(release);

  it('hide no refusal, and end no page, whatever they say', async () => {
    const refusals = ['b', 'c'].map((id) => ({ ...refusal.record, refusalId: sha256(id) }));
    const list = { gsi_state_pk: 'REFUSALS' };
    await put([
      ...refusals.map(keep),
      ...foreign(list, 3),
      ...foreign(list, 1, 'REFUSAL#'),
      { ...refusals.map(keep)[0], pk: 'REFUSAL#another' },
    ]);

    const { all, leftOut } = await read<{ readonly refusalId: string }, ListPlace>((asked) =>
      store.page('refusal', asked),
    );

    expect(all.map(({ refusalId }) => refusalId).toSorted()).toEqual(['b', 'c'].map(sha256).toSorted());
    expect(leftOut).toBeGreaterThanOrEqual(7);
  });

  it('hide no model', async () => {
    await store.commit(aChange('credit', []), at('2026-11-20T00:00:00.000Z'));
    await put(foreign({ gsi_state_pk: 'MODELS' }, 3));

    expect((await read<string, string>((asked) => store.models(asked))).all).toEqual(['credit']);
  });

  it('hide nothing that waits, and are no place in that list', async () => {
    await put([keep(release), ...foreign({ gsi_state_pk: 'STATE#validated' }, 30)]);

    const page = await waitingReleases(table, undefined, 'validated', client);

    expect(page.releases.map(({ releaseId }) => releaseId)).toEqual([release.releaseId]);
    expect(page.next).toBeUndefined();
  });

  it('are said in the log', async () => {
    const said = vi.spyOn(logger, 'warn').mockReturnValue();
    await put(foreign({ gsi_state_pk: 'MODELS', listed_model: 'credit' }, 1));
    const lists = sayingWhatIsLeftOut(store);

    await lists.models({ limit: 5 });
    await lists.releasePage({ model: 'credit' }, { limit: 5 });
    await lists.page('hold', { limit: 5 });

    expect(said.mock.calls).toEqual([
      ['rows left out of a list', { list: 'model', count: 2 }],
      ['rows left out of a list', { list: 'release', count: 2 }],
    ]);
  });
});
