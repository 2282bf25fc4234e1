/** What a deployment has told so far, by the requests that its functions sent. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestsOf } from '../../support/record-requests.ts';
import { home } from './world.ts';

type Sent = { readonly operation: string; readonly input: unknown };
type Entries = { readonly Entries: readonly { readonly DetailType: string; readonly Detail: string }[] };
type Data = { readonly MetricData: readonly { readonly MetricName: string }[] };

/** What each process published on the bus, and which metrics it counted, in the order in which it did. */
export const told = (): { name: string; about: string }[][] =>
  readdirSync(requestsOf(home)).map((file) =>
    readFileSync(join(requestsOf(home), file), 'utf8')
      .split('\n')
      .filter((line) => /"operation":"(PutEvents|PutMetricData)"/.test(line))
      .map((line): Sent => JSON.parse(line))
      .flatMap(({ operation, input }) =>
        operation === 'PutEvents'
          ? (input as Entries).Entries.map(({ DetailType, Detail }) => ({ name: DetailType, about: Detail }))
          : (input as Data).MetricData.map(({ MetricName }) => ({ name: MetricName, about: '' })),
      ),
  );

/** The kinds of domain events that were published about an endpoint so far. */
export const publishedAbout = (endpoint: string): string[] => [
  ...new Set(
    told()
      .flat()
      .filter(({ about }) => about.includes(`"endpointName":"${endpoint}"`))
      .map(({ name }) => name),
  ),
];
