/** A process that answers as DynamoDB does, from memory. It prints its address, and ends when its input does. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { Row } from './expression.ts';
import { keyedTable, type Query } from './table.ts';

const tables = new Map<string, ReturnType<typeof keyedTable>>();
const tableOf = (name: string): ReturnType<typeof keyedTable> => {
  const found = tables.get(name) ?? keyedTable();
  tables.set(name, found);
  return found;
};

type Asked = { readonly TableName: string } & Record<string, never>;
type Batch<T> = { readonly RequestItems: Readonly<Record<string, T>> };
type Keys = { readonly Keys: readonly Row[]; readonly ProjectionExpression?: string };
type Puts = readonly { readonly PutRequest: { readonly Item: Row } }[];
type Statement = {
  readonly Statement: string;
  readonly Parameters: readonly { S: string }[];
  readonly NextToken?: string;
};

const ANSWERS: Readonly<Record<string, (asked: never) => object>> = {
  GetItem: ({ TableName, Key, ...asked }: Asked & { readonly Key: Row }) => {
    const Item = tableOf(TableName).get(Key, asked);
    return { ...(Item && { Item }) };
  },
  BatchGetItem: ({ RequestItems }: Batch<Keys>) => ({
    Responses: Object.fromEntries(
      Object.entries(RequestItems).map(([name, { Keys, ...asked }]) => [
        name,
        Keys.flatMap((key) => tableOf(name).get(key, asked) ?? []),
      ]),
    ),
    UnprocessedKeys: {},
  }),
  Query: (asked: Query) => tableOf(asked.TableName).query(asked),
  PutItem: ({ TableName, Item }: Asked & { readonly Item: Row }) => {
    tableOf(TableName).put(Item);
    return {};
  },
  BatchWriteItem: ({ RequestItems }: Batch<Puts>) => {
    for (const [name, puts] of Object.entries(RequestItems))
      for (const { PutRequest } of puts) tableOf(name).put(PutRequest.Item);
    return { UnprocessedItems: {} };
  },
  ExecuteStatement: ({ Statement, Parameters, NextToken = '0' }: Statement) => {
    const [, table] = /^SELECT \* FROM "([^"]+)" WHERE "pk" IN \[[?, ]+\]$/.exec(Statement) ?? [];
    if (table === undefined) throw new Error(`${Statement} is not known here`);
    return tableOf(table).partitions(
      Parameters.map(({ S }) => S),
      Number(NextToken),
    );
  },
};

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const [, act = ''] = String(request.headers['x-amz-target']).split('.');
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  try {
    const answer = ANSWERS[act];
    if (answer === undefined) throw new Error(`${act} is not known here`);
    // As the SDK made it.
    response.end(JSON.stringify(answer(z.custom<never>().parse(JSON.parse(Buffer.concat(parts).toString('utf8'))))));
  } catch (error) {
    response.statusCode = 400;
    response.end(JSON.stringify({ __type: 'ValidationException', message: String(error) }));
  }
});
server.listen(0, '127.0.0.1', () => {
  // The type of `address()` has what a socket of a file answers, too.
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
