/**
 * Writes down every request that a process sends to AWS, with the members that the model of the service has. Lambdas
 * of the emulator load it by NODE_OPTIONS, and the worker of the tests, where the command line runs, by an import.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The folder that requests are recorded in; without it, none is. */
const FOLDER = 'ASSAY_RECORDED_REQUESTS';

type Context = { readonly clientName?: string; readonly commandName?: string };
type Args = { readonly input: object };
type Next = (args: Args) => Promise<unknown>;
type Client = {
  readonly middlewareStack: {
    add(middleware: (next: Next, context: Context) => Next, options: object): void;
  };
  send(...given: unknown[]): unknown;
};

export type RecordedRequest = { readonly service: string; readonly operation: string; readonly input: unknown };

/** Every client of the SDK sends by this one method, which is not its own. */
const base: Client = Object.getPrototypeOf(DynamoDBClient.prototype);

/** Where the requests of a deployment are recorded, in its home. */
export const requestsOf = (home: string): string => join(home, 'requests');

/** For the environment of a process that is to be recorded. */
export const recordedIn = (folder: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import=${import.meta.url}`,
  [FOLDER]: folder,
});

/** Records what this process sends from now on, until the function that it answers is called. */
export const recordRequests = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true });
  // Lambdas run side by side, each in a process of its own.
  const file = join(folder, `${process.pid}.jsonl`);
  const { send } = base;
  base.send = function (this: Client, ...given) {
    // At this step the input is whole, has what lib-dynamodb makes of it, and no wire format yet.
    this.middlewareStack.add(
      (next, context) => (args) => {
        appendFileSync(file, `${JSON.stringify(requestOf(context, args.input))}\n`);
        return next(args);
      },
      { step: 'build', name: 'recordRequests', override: true },
    );
    return send.apply(this, given);
  };
  return () => {
    base.send = send;
  };
};

export const requestOf = ({ clientName = '', commandName = '' }: Context, input: object): RecordedRequest => ({
  service: clientName.replace(/Client$/, ''),
  operation: commandName.replace(/Command$/, ''),
  input: JSON.parse(JSON.stringify(input, asModelled)),
});

/** Dates become seconds, and bytes only how many they are. A stream is as long as the request says. */
function asModelled(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const given = this[name];
  if (given instanceof Date) return given.getTime() / 1000;
  if (given instanceof Uint8Array) return { sizeBytes: given.length };
  if (given instanceof Readable) return { sizeBytes: this['ContentLength'] ?? 0 };
  return value;
}

const folder = process.env[FOLDER];
if (folder !== undefined) recordRequests(folder);
