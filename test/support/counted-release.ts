/** Takes one release from its event to production in this process, and counts what each Lambda calls on the way. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { WOKEN_BY_STREAM } from '../../lib/domain/change/carried-out.ts';
import { now } from '../../lib/runtime/clock.ts';
import type { Calls, countedCalls } from './counted-calls.ts';
import { exampleManifest, type Product, TABLE } from './product.ts';
import { walk } from './walk.ts';

const MODEL = 'hmda-mortgage';

/** The calls of a Lambda, over all its invocations. */
export type CallsOfLambdas = Readonly<Record<string, Calls>>;

export type Phases = { readonly verdict: CallsOfLambdas; readonly production: CallsOfLambdas };

/**
 * From the event until the verdict is on record, shipped and in the log, and from there to production, with all that is told meanwhile.
 * The page on which people decide is counted in calls-of-approval.test.ts.
 */
export const countRelease = async (
  product: Product,
  version: string,
  count: ReturnType<typeof countedCalls>,
): Promise<Phases> => {
  const releaseId = `${MODEL}-${version}`;
  const [verdict, production] = [tally(), tally()];
  let phase = verdict;
  let before: Promise<unknown> = Promise.resolve();
  // One after the other: stages that meet on the chain of the model try again, and how often is up to the clock.
  const invoke = (lambda: string, event: unknown): Promise<unknown> => {
    const counted = before.then(async () => {
      const { answer, calls } = await count(() => product.invoke(lambda, event));
      phase.add(lambda, calls);
      return answer;
    });
    before = counted;
    return counted;
  };
  const settle = async (): Promise<void> => {
    await dispatchLikeStream(invoke);
    await invoke('extend-log', {});
  };
  const step = async (lambda: string, event: unknown): Promise<unknown> => {
    if (lambda === 'store-approval-token' && phase === verdict) {
      await settle();
      phase = production;
    }
    return invoke(lambda, event);
  };
  const people = async () => {
    await settle();
    for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(releaseId, person);
    return 'approved';
  };
  const detail = await exampleManifest(version);
  await invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
  const walking = { invoke: once(step), meanwhile: () => dispatchLikeStream(invoke) };
  await walk('release', { ...walking, input: { releaseId }, people });
  await dispatchLikeStream(invoke);
  const end = await walk('promotion', { ...walking, input: { releaseId, attempt: 1 } });
  if (end !== 'ReleasePromoted') throw new Error(`the promotion of ${releaseId} ended in ${end}`);
  await settle();
  return { verdict: verdict.calls(), production: production.calls() };
};

/** All calls of some Lambdas. */
export const totalOf = (calls: CallsOfLambdas): number =>
  Object.values(calls)
    .flatMap((one) => Object.values(one))
    .reduce((sum, some) => sum + some, 0);

/** The walk calls each step twice, as after a crash. Nothing crashes here, so the second call is spared. */
const once = (invoke: Product['invoke']): Product['invoke'] => {
  const answers = new Map<string, unknown>();
  return async (lambda, event) => {
    // A step that answers `pending` is called again, and that call is one.
    if (answers.has(lambda)) {
      const answer = answers.get(lambda);
      answers.delete(lambda);
      return answer;
    }
    const answer = await invoke(lambda, event);
    answers.set(lambda, answer);
    return answer;
  };
};

/** The stream brings the rows of one transaction together, but for those that wait for the next event of their chain. */
const dispatchLikeStream = async (invoke: Product['invoke']): Promise<void> => {
  for (let due = await rowsOfStream(); due.length > 0; due = await rowsOfStream()) {
    for (const keys of byCommit(due)) await invoke('dispatch-outbox', { Records: keys.map(recordOf) });
  }
};

const rowsOfStream = async (): Promise<OutboxKey[]> => {
  const { dynamodbOutbox } = await import('../../lib/adapters/dynamodb-outbox.ts');
  const { documentClient } = await import('../../lib/adapters/dynamodb-release-store.ts');
  const due = await dynamodbOutbox(TABLE).due(now());
  const rows = await Promise.all(
    due.map(async (Key) => (await documentClient.send(new GetCommand({ TableName: TABLE, Key }))).Item),
  );
  return due.filter((_, index) => rows[index]?.['woken_by'] === WOKEN_BY_STREAM);
};

const byCommit = (keys: readonly OutboxKey[]): OutboxKey[][] =>
  [...Map.groupBy(keys, ({ sk }) => sk.split('#').slice(0, 2).join('#'))]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, of]) => of);

const recordOf = ({ pk, sk }: OutboxKey) => ({ dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } } } });

const tally = () => {
  const lambdas = new Map<string, Map<string, number>>();
  return {
    add: (lambda: string, calls: Calls): void => {
      const of = lambdas.get(lambda) ?? new Map<string, number>();
      for (const [name, times] of Object.entries(calls)) of.set(name, (of.get(name) ?? 0) + times);
      lambdas.set(lambda, of);
    },
    calls: (): CallsOfLambdas =>
      Object.fromEntries([...lambdas].map(([lambda, of]) => [lambda, Object.fromEntries([...of].sort())])),
  };
};
