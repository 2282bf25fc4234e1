/** The rows of a model as the table has them, and as the ledger alone has them. */
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { stateAt } from '../../../lib/domain/audit/state-at.ts';
import { wroteIn } from '../../../lib/domain/audit/wrote.ts';
import type { Change, Write } from '../../../lib/domain/change/change.ts';
import { type Entity, type EntityName, kinds } from '../../../lib/domain/change/kinds.ts';
import { recordChange } from '../../../lib/domain/change/recorded.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import type { LedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { eventually } from './eventually.ts';
import { type Item, scan } from './table.ts';
import { endpoints, read, s3, store } from './world.ts';

const END = Instant.parse('9999-12-31T00:00:00.000Z');

const ledgerFiles = async (): Promise<LedgerFile[]> => {
  const files: LedgerFile[] = [];
  for (const Prefix of ['bundles/', 'rows/']) {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: s3 },
      { Bucket: endpoints.buckets.audit, Prefix },
    ))
      for (const { Key: key = '' } of Contents) files.push({ key, bytes: await read(endpoints.buckets.audit, key) });
  }
  return files;
};

/** Both, once every event of the model is in the log and none came while the table was read. */
export const bothOf = async (model: string) =>
  eventually(`every event of ${model} to be in the log`, async () => {
    const before = (await store.events(model)).length;
    const items = await scan();
    const after = (await store.events(model)).length;
    const wrote = wroteIn(await ledgerFiles());
    const logged = wrote.filter(({ event }) => event.model === model).length;
    return before === after && logged === after
      ? { inTable: versionsIn(items, model), inLedger: ledgerOf(wrote, model) }
      : undefined;
  });

const isOf =
  (model: string) =>
  ({ pk }: { readonly pk: string }) =>
    pk.includes(`#${model}`) || pk.includes(`-${model}`);

/** The rows as the ledger would have them, had they been written just now: without tokens, nonces and values of environments. */
const versionsIn = (items: readonly Item[], model: string): object[] => {
  const writes = items.filter(isOf(model)).flatMap(({ pk: _pk, sk: _sk, ...item }): Write[] => {
    const kind = kinds[item['entity'] as EntityName]; // undefined for what is no record
    if (kind === undefined) return [];
    const entity: Entity = kind.schema.parse(item);
    return [{ kind: 'replace', entity: { ...entity, version: entity.version - 1 } }];
  });
  const { line } = recordChange({ event: { details: {} }, writes, intents: [] } as unknown as Change); // no event is sealed
  return inOrder(JSON.parse(Buffer.from(line).toString('utf8')).rows);
};

const ledgerOf = (wrote: Parameters<typeof stateAt>[0], model: string): object[] =>
  inOrder(stateAt(wrote, END).rows.filter(isOf(model)));

/** Attributes of indexes follow from the record, and are in no ledger. */
const withoutPlaces = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).filter(([name]) => !/^(gsi_state_[ps]k|model_package_arn|listed_model)$/.test(name)),
  );

const inOrder = (rows: readonly { readonly pk: string; readonly sk: string }[]): object[] =>
  rows.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)).map(withoutPlaces);

const keyOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): string => JSON.stringify([pk, sk]);
