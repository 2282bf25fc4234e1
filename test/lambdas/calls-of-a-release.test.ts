/** How many calls to AWS a release takes from its event to production (bench/README.md). One that is added shows here. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReleaseId } from '../../lib/domain/identifiers.ts';
import { type Calls, countedCalls } from '../support/counted-calls.ts';
import { type CallsOfLambdas, countRelease, totalOf } from '../support/counted-release.ts';
import { type Product, startProduct } from '../support/product.ts';
import { packageUpdated } from '../support/sagemaker.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct('calls-of-a-release');
});
afterAll(() => product.stop());

/** From the event until the verdict is in the log. */
const TO_VERDICT: Readonly<Record<string, number>> = {
  'receive-release': 13,
  'pin-evidence': 20,
  'register-model-package': 6,
  'evaluate-data-provenance': 7,
  'evaluate-model-card': 7,
  'evaluate-bias-and-fairness': 9,
  'evaluate-safety-evaluation': 9,
  'evaluate-security-review': 8,
  'evaluate-custom-checks': 1,
  'evaluate-risk-classification': 11,
  'evaluate-gate': 10,
  'extend-log': 9,
};
/** From there to production. The log is extended twice: with what was told of the verdict, and when the pointer was flipped. */
const TO_PRODUCTION: Readonly<Record<string, number>> = {
  'store-approval-token': 4,
  'sign-record': 7,
  'verify-promotion': 6,
  'deploy-endpoint': 11,
  'verify-endpoint': 2,
  'promote-release': 4,
  'extend-log': 18,
};

/**
 * The dispatcher's, without its reads of the table: what several intents ask for at one moment is one call, and which do is up
 * to the clock.
 */
const DISPATCHED = { verdict: 28, production: 54 };
/** So many reads at most, though none were together. */
const READS_MAX = 60;

/** All but the dispatcher's. */
const countsOf = ({ 'dispatch-outbox': _, ...steps }: CallsOfLambdas) =>
  Object.fromEntries(Object.entries(steps).map(([lambda, calls]) => [lambda, totalOf({ [lambda]: calls })]));
const dispatched = ({ 'dispatch-outbox': calls = {} }: CallsOfLambdas) => {
  const { 'DynamoDB BatchGet': rows = 0, 'DynamoDB ExecuteStatement': lists = 0, ...rest } = calls;
  return { reads: rows + lists, rest: totalOf({ rest }) };
};

/** One run of each schedule of a minute that finds nothing to do (docs/deploying.md). */
const IDLE: Readonly<Record<string, Calls>> = {
  'dispatch-outbox': { 'DynamoDB Query': 4 },
  'extend-log': { 'DynamoDB BatchGet': 2, 'DynamoDB Query': 1 },
  'sweep-endpoints': { 'DynamoDB Put': 1, 'DynamoDB Query': 2, 'SageMaker ListEndpoints': 1 },
};

it('are few in a minute in which there is nothing to do', async () => {
  const count = countedCalls();
  const minute = async () => {
    const runs: Record<string, Calls> = {};
    for (const lambda of Object.keys(IDLE)) {
      runs[lambda] = (await count(() => product.invoke(lambda, { source: 'sweep' }))).calls;
    }
    return runs;
  };
  // The first minutes publish the key of decisions, and the first sign of life.
  for (let begun = 0; begun < 3; begun += 1) await minute();

  expect(await minute()).toEqual(IDLE);
});

/** SageMaker tells of each update that Assay itself makes to a package. What it shows is what the table says, so that is all. */
const OWN_UPDATE: Calls = {
  'DynamoDB BatchGet': 4,
  'DynamoDB ExecuteStatement': 1,
  'SageMaker DescribeModelPackage': 1,
};

const heard = async (version: string, count: ReturnType<typeof countedCalls>): Promise<Calls> => {
  const { modelPackageArn = '' } =
    (await product.store.get('release', ReleaseId.parse(`hmda-mortgage-${version}`))) ?? {};
  const { answer, calls } = await count(() => product.invoke('review-registry', packageUpdated(modelPackageArn)));
  expect(answer).toMatchObject({ outcome: 'in_agreement', served: 'unchanged' });
  return calls;
};

it('are counted, for the second release of a model', async () => {
  const count = countedCalls();
  await countRelease(product, '1.1.0', count);

  const { verdict, production } = await countRelease(product, '1.2.0', count);

  expect(countsOf(verdict)).toEqual(TO_VERDICT);
  expect(countsOf(production)).toEqual(TO_PRODUCTION);
  const [toVerdict, toProduction] = [dispatched(verdict), dispatched(production)];
  expect(toVerdict.rest).toBeLessThanOrEqual(DISPATCHED.verdict);
  expect(toProduction.rest).toBeLessThanOrEqual(DISPATCHED.production);
  expect(toVerdict.reads + toProduction.reads).toBeLessThanOrEqual(READS_MAX);
  expect(await heard('1.2.0', count)).toEqual(OWN_UPDATE);
});
