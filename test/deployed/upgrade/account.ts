/** A local account of its own, in which one version of Assay is deployed over another, with the doors of either. */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { approvalLink, approveInBrowser } from '../../../local/approver.ts';
import { startLocalAws } from '../../../local/aws.ts';
import { clientConfig } from '../../../local/clients.ts';
import { initiateAuth } from '../../../local/cognito.ts';
import { addPeople, deployApp, recordEndpoints } from '../../../local/deployment.ts';
import { type ExampleVersion, prepareAccount } from '../../../local/example.ts';
import { readMails } from '../../../local/mailbox.ts';
import { renamedExample } from '../../../local/renamed-example.ts';
import { type Assemble, assembleIn, LOCAL_CONTEXT } from '../../../local/synth.ts';
import { assay as runAssay } from '../../cli/assay.ts';
import { eventually } from '../support/eventually.ts';

type Manifest = Readonly<Record<string, unknown>>;

/** Who approves: an ml_lead and a risk_owner. */
const QUORUM = ['ana.silva', 'ruth.meyer'];

/**
 * Starts the account and deploys the app of this checkout to it. The examples that are released are that checkout's.
 */
export const startAccount = async (root: string, project: string) => {
  const home = join(root, '.local', `test-upgrade-${process.pid}`);
  const progress: string[] = [];
  const onProgress = (line: string) => progress.push(line);
  const aws = await startLocalAws({
    root,
    home,
    port: 0,
    sagemakerPort: 0,
    slackPort: 0,
    publicPort: 0,
    // As in the other tests, machines wait a tenth of their time, and endpoints come into service soon.
    environment: { SFN_WAIT_SCALE: '0.1' },
    sagemaker: { delayMs: 200 },
    onProgress,
  });
  const stop = async (): Promise<void> => {
    await aws.stop();
    // The home is removed, but the emulator's log is kept.
    await copyFile(aws.logFile, join(root, '.local', 'test-upgrade.log'));
    await rm(home, { recursive: true, force: true });
  };
  try {
    await prepareAccount(project, aws.awsEndpoint);
    // The former version may not know Slack.
    const outputs = await deployApp({ ...aws, slack: undefined }, { assemble: assembleIn(project, home), onProgress });
    const users = await addPeople(aws.awsEndpoint, outputs['UserPoolId'] ?? '');
    await aws.openDoors({ apiId: outputs['ApiId'] ?? '', doors: [] });
    const doors = doorsOf({ ...aws, project, outputs, users });
    /** Deploys another version of the app over it, and lets the command line know. */
    const upgradeTo = async (assemble: Assemble): Promise<Readonly<Record<string, string>>> => {
      const after = await deployApp(aws, { assemble, onProgress });
      await recordEndpoints(aws, { home, outputs: after, users });
      return after;
    };
    const assay = (...words: string[]) => runAssay(root, words, { ASSAY_HOME: home });
    return { ...doors, home, aws, outputs, upgradeTo, assay, stop };
  } catch (error) {
    await stop();
    throw new Error(`could not deploy for the test, after:\n${progress.join('\n')}`, { cause: error });
  }
};

type Account = {
  readonly awsEndpoint: string;
  readonly sagemakerEndpoint: string;
  readonly publicBaseUrl: string;
  readonly project: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly users: readonly { readonly username: string; readonly password: string }[];
};

/** What pipelines and people do, in words that every version understands. */
const doorsOf = ({ awsEndpoint, sagemakerEndpoint, publicBaseUrl, project, outputs, users }: Account) => {
  const eventBridge = new EventBridgeClient(clientConfig(awsEndpoint));
  const sagemaker = new SageMakerClient(clientConfig(sagemakerEndpoint));
  const s3 = new S3Client({ ...clientConfig(awsEndpoint), forcePathStyle: true });

  /** dana.kim, who may request releases. */
  const [{ username, password } = { username: '', password: '' }] = users;
  const signIn = { userPoolClientId: outputs['UserPoolClientId'] ?? '', username, password };
  const signedIn = initiateAuth(clientConfig(awsEndpoint), signIn);

  const call = async (path: string, body?: unknown): Promise<{ status: number; body: Manifest }> => {
    const { accessToken } = await signedIn;
    const answer = await fetch(`${publicBaseUrl}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const release = async (releaseId: string): Promise<Manifest> => {
    const { status, body } = await call(`/v1/releases/${releaseId}`);
    // It does not exist yet, or all functions of the account are busy.
    if (status === 404 || status === 429) return {};
    if (status !== 200) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
    return body['release'] as Manifest; // the API's answer, of whatever version is there
  };
  const releaseIn = (releaseId: string, state: string): Promise<Manifest> => {
    let last: Manifest = {};
    return eventually(
      `${releaseId} to be ${state}`,
      async () => {
        last = await release(releaseId);
        return last['state'] === state ? last : undefined;
      },
      () => JSON.stringify([last['state'], last['reasons']]),
    );
  };
  const linkOf = async (releaseId: string, person: string): Promise<string> => {
    await releaseIn(releaseId, 'validated');
    return eventually(`the link of ${person} for ${releaseId}`, async () => {
      const mails = await readMails(awsEndpoint);
      const mine = mails.find(
        (mail) =>
          mail.to[0] === `${person}@example.com` &&
          mail.text.includes(`Release: ${releaseId}\n`) &&
          approvalLink(mail) !== undefined,
      );
      return mine === undefined ? undefined : approvalLink(mine);
    });
  };

  return {
    call,
    release,
    releaseIn,
    /** The example as a release of this model, its files in the model bucket. */
    prepare: async (version: ExampleVersion, modelName: string): Promise<Manifest> => {
      const { manifest, files } = await renamedExample(project, version, modelName);
      const Bucket = LOCAL_CONTEXT.modelBuckets;
      await Promise.all(files.map(({ key, body }) => s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }))));
      return manifest;
    },
    putOnBus: async (manifest: Manifest): Promise<void> => {
      const entry = {
        EventBusName: outputs['BusName'],
        Source: 'example.pipeline',
        DetailType: 'Release Requested',
        Detail: JSON.stringify({ manifest }),
      };
      const { FailedEntryCount } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount !== 0) throw new Error('the bus did not take the event');
    },
    post: async (manifest: Manifest): Promise<void> => {
      const answer = await eventually('the API to take a request', async () => {
        const answered = await call('/v1/releases', manifest);
        return answered.status === 429 ? undefined : answered;
      });
      if (answer.status !== 201) throw new Error(`the API answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    },
    /** The links of the mails that a release's approvers were sent. */
    linksOf: (releaseId: string): Promise<string[]> => Promise.all(QUORUM.map((person) => linkOf(releaseId, person))),
    /** The configuration that an endpoint serves. */
    servedConfig: async (EndpointName: string): Promise<string | undefined> =>
      (await sagemaker.send(new DescribeEndpointCommand({ EndpointName }))).EndpointConfigName,
  };
};

/** Opens these links one after the other, and approves. */
export const approveBy = async (links: readonly string[], modelVersion: string): Promise<void> => {
  for (const link of links) {
    const { status, page } = await approveInBrowser(link, modelVersion);
    if (status !== 200) throw new Error(`the page answered ${status}: ${page.slice(0, 2000)}`);
  }
};
