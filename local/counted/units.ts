/** What DynamoDB, the bus and the mails are charged by: how much of a call there is. */
import * as z from 'zod';

export const RecordedCall = z.strictObject({
  /** Milliseconds since the Unix epoch. */
  at: z.number(),
  /** The name of the function that called. */
  lambda: z.string(),
  service: z.string(),
  operation: z.string(),
  /** Units of DynamoDB. */
  read: z.number(),
  write: z.number(),
  /** Events of the bus in one call. */
  entries: z.number(),
});
export type RecordedCall = z.infer<typeof RecordedCall>;

type Units = Pick<RecordedCall, 'read' | 'write' | 'entries'>;

const NONE: Units = { read: 0, write: 0, entries: 1 };
/** What is read is not known before the answer: of a row 4 KB, which is a unit, and of a partition four times that. */
const OF_A_PARTITION = 4;

const Item = z.record(z.string(), z.unknown());
const Written = z.looseObject({ Item: Item.optional() });
const Input = z.looseObject({
  Item: Item.optional(),
  TransactItems: z.array(z.record(z.string(), Written)).optional(),
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(z.unknown()).optional() })).optional(),
  Parameters: z.array(z.unknown()).optional(),
  Entries: z.array(z.unknown()).optional(),
});

/** How many units a call has. Those of DynamoDB are of the rows that it writes, with their places in indexes, and of the keys that it names. */
export const unitsOf = (operation: string, given: object): Units => {
  const input = Input.parse(given);
  switch (operation) {
    case 'GetItem':
    case 'Query':
      return { ...NONE, read: 1 };
    case 'BatchGetItem':
      return { ...NONE, read: Object.values(input.RequestItems ?? {}).flatMap(({ Keys = [] }) => Keys).length };
    case 'ExecuteStatement':
      return { ...NONE, read: OF_A_PARTITION * (input.Parameters ?? []).length };
    case 'PutItem':
    case 'UpdateItem':
      return { ...NONE, write: unitsOfRow(input.Item) };
    case 'TransactWriteItems':
      return {
        ...NONE,
        write: 2 * sum((input.TransactItems ?? []).flatMap((one) => Object.values(one).map(unitsOfOne))),
      };
    default:
      return { ...NONE, entries: input.Entries?.length ?? 1 };
  }
};

const unitsOfOne = ({ Item: item }: z.infer<typeof Written>): number => unitsOfRow(item);

/** The attributes that put a row into an index, which has all of it again. */
const INDEXES = ['gsi_state_pk', 'due_shard', 'model_package_arn', 'listed_model'];

/** What is changed in place is small, and so is a condition. */
const unitsOfRow = (item: z.infer<typeof Item> | undefined): number => {
  if (item === undefined) return 1;
  const kilobytes = Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 1024);
  return kilobytes * (1 + INDEXES.filter((name) => name in item).length);
};

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
