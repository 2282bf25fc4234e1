/** What goes wrong past Assay in the story. It would harm others in an account, so it is for a local AWS only. */
import { GetFunctionCommand, LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { configureByHand, pointByHand } from './by-hand.ts';
import { clientConfig } from './clients.ts';
import { daysLater } from './clock.ts';
import { EXAMPLE_MODEL, type ExampleVersion } from './example.ts';
import { functionNamed, wake } from './functions.ts';
import { onCallTopics, subscriber } from './on-call.ts';
import { EXAMPLE_BUCKET } from './setup.ts';

export type PastAssay = {
  /** Points an endpoint to a model that nobody approved. Answers how its configuration is called. */
  readonly changeEndpoint: (endpointName: string) => Promise<string>;
  /** Is on call from now on. Answers how to ask what was told since. */
  readonly listenToPages: () => Promise<() => Promise<ReadonlySet<string>>>;
  /** Has every check prove itself, as the schedule does every six hours. */
  readonly runCanaries: () => Promise<void>;
  /** Writes another version over the model card of a release, until the function that it answers is called. */
  readonly overwriteCard: (version: ExampleVersion) => Promise<() => Promise<void>>;
  /** Runs while the Lambdas that renew approvals, and prove what that rests on, are so many days ahead. */
  readonly daysLater: <T>(days: number, run: () => Promise<T>) => Promise<T>;
  /** Deploys a stage of which no check fails anything, until the function that it answers is called. */
  readonly exchangeChecks: () => Promise<() => Promise<void>>;
};

type Around = {
  readonly awsEndpoint: string;
  readonly sagemaker: SageMakerClient;
};

const BY_HAND = 'by-hand';
/** The Lambda whose code is exchanged. */
const STAGE = 'EvaluateModelCard';

export const pastAssay = ({ awsEndpoint, sagemaker }: Around): PastAssay => {
  const lambda = new LambdaClient(clientConfig(awsEndpoint));
  const s3 = new S3Client({ ...clientConfig(awsEndpoint), forcePathStyle: true });
  return {
    changeEndpoint: async (endpointName) => {
      await configureByHand(sagemaker, BY_HAND);
      await pointByHand(sagemaker, endpointName, BY_HAND);
      return BY_HAND;
    },
    listenToPages: async () => {
      const { PagesTopicArn = '' } = await onCallTopics(awsEndpoint);
      return subscriber(awsEndpoint, PagesTopicArn, 'pages-of-the-story');
    },
    runCanaries: async () => wake(lambda, await functionNamed(lambda, 'RunCanaries'), 'aws.events'),
    overwriteCard: async (version) => {
      const card = { Bucket: EXAMPLE_BUCKET, Key: `${EXAMPLE_MODEL}/${version}/model-card.yaml` };
      const { VersionId } = await s3.send(new PutObjectCommand({ ...card, Body: 'purpose: another one' }));
      return async () => {
        await s3.send(new DeleteObjectCommand({ ...card, VersionId }));
      };
    },
    daysLater: (days, run) => daysLater(lambda, days, run, /RenewApproval|RunCanaries|SweepEndpoints/),
    exchangeChecks: async () => {
      const FunctionName = await functionNamed(lambda, STAGE);
      const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
      const code = new Uint8Array(await (await fetch(Code?.Location ?? '')).arrayBuffer());
      const deploy = async (ZipFile: Uint8Array) => {
        await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
      };
      await deploy(passingAll(code));
      return () => deploy(code);
    },
  };
};

/** The same code, but for the word by which a check says that a release has failed it. */
const passingAll = (code: Uint8Array): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(unzipSync(code)).map(([name, bytes]) => [
        name,
        /\.m?js$/.test(name) ? strToU8(strFromU8(bytes).replaceAll('"failed"', '"passed"')) : bytes,
      ]),
    ),
    { level: 0 },
  );
