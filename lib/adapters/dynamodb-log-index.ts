/** Where events are in the log, as the table notes it. That they are there, the log itself proves: `assay audit verify`. */
import * as z from 'zod';
import { eventItemKey } from './dynamodb-keys.ts';
import { readItems } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

const Noted = z.object({ pk: z.string(), sk: z.string(), log_index: z.int().optional() });
const AT_ONCE = 100;

/** The index of each of these events of a chain, by its number; those that are not in the log yet are left out. At most a hundred. */
export const logIndexes = async (
  TableName: string,
  model: string,
  seqs: readonly number[],
  client = documentClient,
): Promise<ReadonlyMap<number, number>> => {
  const keys = new Map([...new Set(seqs)].slice(0, AT_ONCE).map((seq) => [eventItemKey(model, seq).sk, seq]));
  const items = await readItems(
    TableName,
    client,
    [...keys.values()].map((seq) => eventItemKey(model, seq)),
    { ProjectionExpression: 'pk, sk, log_index' },
  );
  return new Map(
    z
      .array(Noted)
      .parse(items)
      .flatMap(({ sk, log_index: index }) => {
        const seq = keys.get(sk);
        return seq === undefined || index === undefined ? [] : [[seq, index] as const];
      }),
  );
};
