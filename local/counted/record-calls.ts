/** Writes down every call of a process to AWS, for what a release costs. Lambdas of the emulator load it by NODE_OPTIONS. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type RecordedCall, unitsOf } from './units.ts';

/** The folder that calls are recorded in; without it, none is. */
const FOLDER = 'ASSAY_COUNTED_CALLS';

type Context = { readonly clientName?: string; readonly commandName?: string };
type Args = { readonly input: object };
type Next = (args: Args) => Promise<unknown>;
type Client = {
  readonly middlewareStack: { add(middleware: (next: Next, context: Context) => Next, options: object): void };
  send(...given: unknown[]): unknown;
};

/** For the environment of the emulator whose Lambdas are counted. */
export const countedIn = (folder: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import=${import.meta.url}`,
  [FOLDER]: folder,
});

const record = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  // Lambdas run side by side, each in a process of its own.
  const file = join(folder, `${process.pid}.jsonl`);
  const lambda = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? '';
  /** Every client of the SDK sends by this one method, which is not its own. */
  const base: Client = Object.getPrototypeOf(DynamoDBClient.prototype);
  const { send } = base;
  base.send = function (this: Client, ...given) {
    // At this step the input is whole, and has what lib-dynamodb makes of it.
    this.middlewareStack.add(
      (next, { clientName = '', commandName = '' }) =>
        (args) => {
          const operation = commandName.replace(/Command$/, '');
          const service = clientName.replace(/Client$/, '');
          const call: RecordedCall = { at: Date.now(), lambda, service, operation, ...unitsOf(operation, args.input) };
          appendFileSync(file, `${JSON.stringify(call)}\n`);
          return next(args);
        },
      { step: 'build', name: 'countCalls', override: true },
    );
    return send.apply(this, given);
  };
};

const folder = process.env[FOLDER];
if (folder !== undefined) record(folder);
