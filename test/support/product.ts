/** The product in this process: its own Lambdas with their own adapters, against an emulator that holds the example. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { parse } from 'yaml';
import * as z from 'zod';
import { checklistOf } from '../../lib/domain/approval/checklist-of.ts';
import { payloadFor } from '../../lib/domain/approval/link.ts';
import { sealOpening } from '../../lib/domain/approval/opened.ts';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import type { Decision } from '../../lib/domain/records/approval.ts';
import { evidenceFilesOf } from '../../lib/domain/release/evidence-files.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { OPENAPI, QUESTIONS_SQL } from '../../lib/infra/bundling.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { clientConfig, localRegion } from '../../local/clients.ts';
import { EXAMPLE, prepareAccount } from '../../local/example.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { role, root } from '../local/support/emulator.ts';
import { ACCOUNT_ID, type Aws, startAws } from './aws.ts';
import { deployedBytes, SHIPPED_DIRECTORY, SHIPPED_POLICY } from './deployed-files.ts';

export const EVIDENCE_BUCKET = 'evidence';
export const AUDIT_BUCKET = 'audit';
export const HISTORY_BUCKET = 'history';
export const TABLE = 'releases';
/** No law changes while a test runs. */
const REGIMES = Buffer.from('[]');

export interface Product {
  readonly aws: Aws;
  readonly store: ReleaseStore;
  readonly logKeyId: string;
  readonly recordKeyId: string;
  readonly attestationKeyId: string;
  readonly decisionKeyId: string;
  /** Calls a Lambda by the name of its folder. */
  invoke(lambda: string, event: unknown): Promise<unknown>;
  /** Carries out everything that is due, until nothing is. */
  drain(): Promise<void>;
  /** The attempts at the promotion of a release whose execution was started, in order. */
  attempts(releaseId: string): Promise<number[]>;
  /** One person opens every document and decides, by the domain's own rules. */
  decide(releaseId: string, personId: string, decision?: Decision): Promise<void>;
  /** Changes attributes of an item behind the product's back, as anybody with write access to the table could. */
  doctor(key: { readonly pk: string; readonly sk: string }, changes: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'in-process',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:in-process',
  memoryLimitInMB: '128',
  awsRequestId: 'request',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 60_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

const Handler = z.object({ handler: z.custom<(event: unknown, context: Context) => Promise<unknown>>() });
const invoke = async (lambda: string, event: unknown): Promise<unknown> => {
  const { handler } = Handler.parse(await import(join(root, 'lambdas', lambda, 'handler.ts')));
  return handler(event, CONTEXT);
};

export const startProduct = async (
  name: string,
  policy = deployedBytes(SHIPPED_POLICY),
  approvers = deployedBytes(SHIPPED_DIRECTORY),
): Promise<Product> => {
  const aws = await startAws(name);
  await prepareAccount(root, aws.awsEndpoint);
  await aws.makeTable(TABLE);
  for (const bucket of [EVIDENCE_BUCKET, AUDIT_BUCKET]) await aws.makeBucket(bucket, 'locked');
  await aws.makeBucket('configuration', 'versioned');
  await aws.makeBucket(HISTORY_BUCKET, 'plain');
  await aws.put('configuration', 'policy.json', policy);
  await aws.put('configuration', 'approvers.json', approvers);
  await aws.put('configuration', 'regimes.json', REGIMES);
  const modelBuckets = JSON.stringify([LOCAL_CONTEXT.modelBuckets]);
  await aws.put('configuration', 'model-buckets.json', modelBuckets);
  const [recordKeyId, attestationKeyId, decisionKeyId, logKeyId, linkKeyId, namesKeyId] = await Promise.all([
    aws.makeKey('ECC_NIST_P256', 'SIGN_VERIFY'),
    aws.makeKey('ECC_NIST_P256', 'SIGN_VERIFY'),
    aws.makeKey('ECC_NIST_P256', 'SIGN_VERIFY'),
    aws.makeKey('ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'),
    aws.makeKey('HMAC_256', 'GENERATE_VERIFY_MAC'),
    aws.makeKey('HMAC_256', 'GENERATE_VERIFY_MAC'),
  ]);
  const targets = await targetsOf(aws);
  Object.assign(process.env, {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    TABLE_NAME: TABLE,
    EVIDENCE_BUCKET,
    EVIDENCE_RETENTION_DAYS: '1',
    EVIDENCE_ROWS_RETENTION_DAYS: '30',
    AUDIT_BUCKET,
    AUDIT_RETENTION_DAYS: '1',
    AUDIT_RETENTION_CLASSES: '',
    LOCK_MODE: 'GOVERNANCE',
    ACCOUNT_ID,
    DOOR_PATIENCE_MS: String(LOCAL_CONTEXT.doorPatienceMs),
    CANARIES_FUNCTION: 'canaries',
    RENEWAL_FUNCTION: 'renewal',
    RECORD_KEY_ID: recordKeyId,
    ATTESTATION_KEY_ID: attestationKeyId,
    DECISION_KEY_ID: decisionKeyId,
    RECORD_KEY_IDS: recordKeyId,
    DECISION_KEY_IDS: decisionKeyId,
    WATCHED_ENDPOINTS: 'watched-*',
    LOG_KEY_ID: logKeyId,
    LINK_KEY_ID: linkKeyId,
    NAMES_KEY_ID: namesKeyId,
    HISTORY_BUCKET,
    QUESTIONS_WORKGROUP: 'questions',
    QUESTIONS_DATABASE: 'questions_test',
    DERIVE_FUNCTION: 'derive-history',
    SQL_FOLDER: `../../${QUESTIONS_SQL}`,
    OPENAPI_FOLDER: `../../${OPENAPI}`,
    COUNTED_HERE_MAX_BYTES: String(2 * 1024 ** 3),
    COUNTING_WORKGROUP: 'primary',
    COUNTING_DATABASE: 'assay_test',
    COUNTING_BUCKET: 'counting',
    LOG_ORIGIN: 'assay.dev/log/test',
    MODEL_PACKAGES_ARN: `arn:aws:sagemaker:${localRegion}:${ACCOUNT_ID}:model-package`,
    SERVING_DEFAULTS: '{}',
    ENVIRONMENT: LOCAL_CONTEXT.environment,
    PACKAGE_GROUPS: '',
    MODEL_BUCKETS_BUCKET: 'configuration',
    MODEL_BUCKETS_KEY: 'model-buckets.json',
    MODEL_BUCKETS_SHA256: sha256(Buffer.from(modelBuckets)),
    POLICY_BUCKET: 'configuration',
    POLICY_KEY: 'policy.json',
    POLICY_SHA256: sha256(policy),
    APPROVERS_BUCKET: 'configuration',
    APPROVERS_KEY: 'approvers.json',
    APPROVERS_SHA256: sha256(approvers),
    REGIMES_BUCKET: 'configuration',
    REGIMES_KEY: 'regimes.json',
    REGIMES_SHA256: sha256(REGIMES),
    MODEL_EXECUTION_ROLE_ARN: 'arn:aws:iam::000000000000:role/model-execution',
    PUBLIC_BASE_URL: 'https://approve.example.com',
    MAIL_FROM: LOCAL_CONTEXT.mailFrom,
    SLACK_TOKEN_ARN: '',
    SLACK_SIGNING_SECRET_ARN: '',
    CONFIGURATION_SET: 'assay-test',
    ...targets,
  });
  const { dynamodbReleaseStore } = await import('../../lib/adapters/dynamodb-release-store.ts');
  const store = dynamodbReleaseStore(TABLE);
  return {
    aws,
    store,
    logKeyId,
    recordKeyId,
    attestationKeyId,
    decisionKeyId,
    invoke,
    drain: () => drain(),
    attempts: (releaseId) => attempts(aws, targets.PROMOTION_MACHINE_ARN, releaseId),
    decide: (releaseId, personId, decision = 'approve') =>
      decide({ store, decisionKeyId }, releaseId, personId, decision),
    doctor: async (Key, changes) => {
      const { documentClient } = await import('../../lib/adapters/dynamodb-release-store.ts');
      const { Item } = await documentClient.send(new GetCommand({ TableName: TABLE, Key }));
      await documentClient.send(new PutCommand({ TableName: TABLE, Item: { ...Item, ...changes } }));
    },
    stop: () => aws.stop(),
  };
};

/** Targets of the side effects: a bus without listeners, machines that do nothing. The tests walk the real ones. */
const targetsOf = async ({ awsEndpoint }: Aws) => {
  const eventBridge = new EventBridgeClient(clientConfig(awsEndpoint));
  const sfn = new SFNClient(clientConfig(awsEndpoint));
  await eventBridge.send(new CreateEventBusCommand({ Name: 'assay' }));
  const definition = JSON.stringify({ StartAt: 'Nothing', States: { Nothing: { Type: 'Pass', End: true } } });
  const makeMachine = async (name: string) => {
    const made = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn: role }));
    return made.stateMachineArn ?? '';
  };
  return {
    EVENT_BUS_NAME: 'assay',
    RELEASE_MACHINE_ARN: await makeMachine('release'),
    PROMOTION_MACHINE_ARN: await makeMachine('promotion'),
    ROLLBACK_MACHINE_ARN: await makeMachine('rollback'),
    MOVE_MACHINE_ARN: await makeMachine('move'),
    ROTATION_MACHINE_ARN: await makeMachine('rotation'),
  };
};

const drain = async (): Promise<void> => {
  const { dynamodbOutbox } = await import('../../lib/adapters/dynamodb-outbox.ts');
  const outbox = dynamodbOutbox(TABLE);
  for (let round = 0; round < 20; round += 1) {
    if ((await outbox.due(rightNow())).length === 0) return;
    await invoke('dispatch-outbox', { source: 'sweep' });
  }
  throw new Error('the outbox does not get empty');
};

const PromotionInput = z.strictObject({ releaseId: z.string(), attempt: z.int() });

const attempts = async ({ awsEndpoint }: Aws, stateMachineArn: string, releaseId: string): Promise<number[]> => {
  const sfn = new SFNClient(clientConfig(awsEndpoint));
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const described = await Promise.all(
    executions.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
  );
  return described
    .map(({ input = '' }) => PromotionInput.parse(JSON.parse(input)))
    .flatMap((started) => (started.releaseId === releaseId ? [started.attempt] : []))
    .toSorted((a, b) => a - b);
};

const rightNow = (): Instant => Instant.parse(new Date().toISOString());

type Decider = { readonly store: ReleaseStore; readonly decisionKeyId: string };

const decide = async (
  { store, decisionKeyId }: Decider,
  releaseId: string,
  personId: string,
  decision: Decision,
): Promise<void> => {
  const { kmsPublicKey, kmsSigner } = await import('../../lib/adapters/kms-signer.ts');
  const release = await store.get('release', releaseId);
  const request = await store.get('request', `apr-${releaseId}`);
  const found = release && (await store.get('policy', release.policySha256));
  if (release === undefined || request === undefined || found === undefined)
    throw new Error(`${releaseId} is not put to people`);
  const payload = payloadFor(request, personId);
  const answer = {
    decision,
    checklist: new Map(checklistOf(found.policy, release, payload.o).map(({ id }) => [id, 'yes' as const])),
    typedConfirmation: request.modelVersion,
    comment: decision === 'deny' ? 'not like this' : '',
  };
  const documents = evidenceFilesOf(release).filter(({ kind }) => kind === 'document');
  const openings = new Map(documents.map((file) => [file.name, sealOpening(file, rightNow(), { request, payload })]));
  await takeDecision(
    { payload, answer, openings, authMethod: 'signed_link' },
    {
      store: withinRights('ServeApproval', store),
      directory: async () => SHIPPED_DIRECTORY,
      signer: { ...kmsSigner(decisionKeyId), ...kmsPublicKey(decisionKeyId) },
      now: rightNow,
    },
  );
};

/** The manifest of a version of the example. */
export const exampleManifest = async (version: string): Promise<Record<string, unknown>> =>
  z
    .record(z.string(), z.unknown())
    .parse(parse(await readFile(join(root, EXAMPLE, version, 'release-manifest.yaml'), 'utf8')));
