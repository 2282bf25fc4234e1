/** How many calls to AWS a release took, of which Lambdas, and what they cost at list prices. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WRITERS } from '../../lib/rights/writers.ts';
import prices from '../prices.json' with { type: 'json' };
import { RecordedCall } from './units.ts';

const { dollars: price } = prices;

/** What one call costs. Calls of SageMaker, ECR and Step Functions cost nothing: transitions do. */
export const priceOf = ({ service, operation, read, write, entries }: RecordedCall): number => {
  if (service.startsWith('DynamoDB')) return read * price.dynamodbReadUnit + write * price.dynamodbWriteUnit;
  if (service === 'S3') return /^(Put|Copy|List|Create)/.test(operation) ? price.s3Put : price.s3Get;
  if (service === 'KMS') return /Mac$/.test(operation) ? price.kmsSymmetric : price.kmsAsymmetric;
  if (service === 'EventBridge') return entries * price.busEvent;
  if (service === 'SESv2') return price.mail;
  if (service === 'CloudWatch') return price.metricData;
  return service === 'SQS' ? price.sqsRequest : 0;
};

/** A part of the story, in milliseconds since the Unix epoch. */
export type Window = { readonly from: number; readonly until: number };

export type CallsAccount = {
  readonly calls: number;
  readonly dollars: number;
  readonly transitions: number;
  /** By Lambda and operation. */
  readonly of: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By operation: how much one costs on average. */
  readonly dollars_each: Readonly<Record<string, number>>;
};

/** The Lambdas of the idle month, and those whose doors the story itself uses to see how far it is. */
const NOT_OF_A_RELEASE = [
  'SweepEndpoints',
  'MeasureFleet',
  'RunCanaries',
  'ServeApi',
  'ServeApproval',
  'ServeConsole',
  'ServeGate',
  'ServeSlack',
];
const NAMES: readonly string[] = [...NOT_OF_A_RELEASE, ...Object.keys(WRITERS)];

/** CloudFormation names a function after its place, cut to fit, and a few letters: as much of its own name is always left. */
const LEFT_OF_A_NAME = 17;

const nameOf = ({ lambda }: RecordedCall): string =>
  NAMES.find((name) => lambda.includes(name.slice(0, LEFT_OF_A_NAME))) ?? lambda;

/** Counts what was called in a part of the story. Each transition of a machine has its price, too. */
export const accountOf = (
  recorded: readonly RecordedCall[],
  { from, until }: Window,
  entered: readonly number[],
): CallsAccount => {
  const calls = recorded.filter(
    (call) => call.at >= from && call.at < until && !NOT_OF_A_RELEASE.includes(nameOf(call)),
  );
  const transitions = entered.filter((at) => at >= from && at < until).length;
  const dollars = calls.reduce((total, call) => total + priceOf(call), transitions * price.stateTransition);
  const operations = Map.groupBy(calls, ({ service, operation }) => `${service} ${operation}`);
  return {
    calls: calls.length,
    dollars: rounded(dollars),
    transitions,
    of: Object.fromEntries(
      [...Map.groupBy(calls, nameOf)].map(([lambda, of]) => [
        lambda,
        countBy(of, ({ service, operation }) => `${service} ${operation}`),
      ]),
    ),
    dollars_each: Object.fromEntries(
      [...operations].map(([name, of]) => [
        name,
        rounded(of.reduce((sum, call) => sum + priceOf(call), 0) / of.length),
      ]),
    ),
  };
};

const countBy = <T>(all: readonly T[], keyOf: (one: T) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(all, keyOf)].map(([key, some]) => [key, some.length]));

const rounded = (dollars: number): number => Math.round(dollars * 1e8) / 1e8;

/** Everything that was recorded in a folder; nothing if no Lambda called anything. */
export const readCalls = async (folder: string): Promise<RecordedCall[]> => {
  const files = await readdir(folder).catch(() => []);
  const lines = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).flatMap((text) =>
    text.trimEnd().split('\n'),
  );
  return lines.map((line) => RecordedCall.parse(JSON.parse(line)));
};
