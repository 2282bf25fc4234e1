import { LOG } from '../domain/change/partitions.ts';
import { LogState } from '../domain/ledger/extend-log.ts';
import { readsAlone, type TableReads } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

export const LOG_STATE_KEY = { pk: LOG, sk: 'TREE' };

/** The state of the log, for whoever only reads it; undefined before its first entry. */
export const readLogState = async (
  tableName: string,
  { item }: Pick<TableReads, 'item'> = readsAlone(tableName, documentClient),
): Promise<LogState | undefined> => {
  const Item = await item(LOG_STATE_KEY);
  if (Item === undefined) return undefined;
  const { pk: _pk, sk: _sk, ...state } = Item;
  return LogState.parse(state);
};
