import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './aws.ts';
import { clientConfig } from './clients.ts';
import { createUsers, type LocalUser } from './cognito.ts';
import { deploy } from './deploy.ts';
import { type LocalEndpoints, removeEndpoints, writeEndpoints } from './endpoints.ts';
import { prepareAccount, prepareEmptyAccount } from './example.ts';
import { EXAMPLE_USERS, membersOf, usersOf, withPasswords } from './people.ts';
import { publicKeyPem } from './public-key.ts';
import { readGovernance, type Setup, storySetup } from './setup.ts';
import { type Assemble, assembleIn, LOCAL_CONTEXT } from './synth.ts';

const Outputs = z.object({
  ApiId: z.string(),
  BusName: z.string(),
  TableName: z.string(),
  AuditBucketName: z.string(),
  EvidenceBucketName: z.string(),
  HistoryBucketName: z.string().optional(),
  ReleaseMachineArn: z.string(),
  PromotionMachineArn: z.string(),
  RollbackMachineArn: z.string(),
  RecordKeyArn: z.string(),
  AttestationKeyArn: z.string(),
  LogKeyArn: z.string(),
  UserPoolId: z.string(),
  UserPoolClientId: z.string(),
});

/** Assay, deployed on a local AWS, with everything that the example needs in its account. */
export type Deployment = {
  /** Where its files are, `endpoints.json` among them. */
  readonly home: string;
  readonly aws: LocalAws;
  readonly endpoints: LocalEndpoints;
  stop(): Promise<void>;
};

type DeploymentOptions = LocalAwsOptions & {
  /** By default the example lies in the account, and policy and people are those of the checkout. */
  readonly setup?: Setup;
  /** By default the app of the project is synthesized. */
  readonly assemble?: Assemble;
  readonly onProgress: (line: string) => void;
};

/** Starts local AWS, deploys the app to it, opens its doors, and writes all addresses and names to a file. */
export async function startDeployment(options: DeploymentOptions) {
  const { root, onProgress, setup, home = join(root, '.local') } = options;
  const { assemble = assembleIn(root, home, setup) } = options;
  const aws = await startLocalAws(options);
  try {
    if (setup?.isEmpty === true) await prepareEmptyAccount(aws.awsEndpoint, setup.modelBucket);
    else await prepareAccount(root, aws.awsEndpoint);
    const outputs = Outputs.parse(await deployApp(aws, { assemble, onProgress }));
    const { directory } = await readGovernance(setup ?? storySetup(root));
    aws.slack.join(membersOf(directory));
    const people = setup?.isEmpty === true ? usersOf(directory) : EXAMPLE_USERS;
    const users = await addPeople(aws.awsEndpoint, outputs.UserPoolId, withPasswords(people));
    const endpoints = await recordEndpoints(aws, { home, outputs, users, setup });
    await aws.openDoors({
      apiId: outputs.ApiId,
      people: signInsOf(users),
      doors: [
        {
          href: '/as',
          name: 'Console',
          what: 'Whether anything is wrong, and whether anybody waits: sign in as one of its people.',
        },
        { href: '/mailbox', name: 'Mailbox', what: 'Mails sent to approvers, with their links.' },
        { href: '/slack', name: 'Slack', what: 'Where people with an account in Slack are asked as well, and decide.' },
      ],
    });
    return { home, aws, endpoints, stop: () => aws.stop() } satisfies Deployment;
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

type Where = Pick<LocalAws, 'awsEndpoint' | 'publicBaseUrl'> & {
  readonly slack?: Pick<LocalAws['slack'], 'secrets'> | undefined;
};

type App = { readonly assemble: Assemble; readonly onProgress: (line: string) => void };

/** Deploys an app, over any earlier deployment. Answers the outputs of its stack. */
export async function deployApp(
  { awsEndpoint, publicBaseUrl, slack }: Where,
  { assemble, onProgress }: App,
): Promise<Readonly<Record<string, string>>> {
  onProgress('synthesizing the app');
  const directory = await assemble({ publicBaseUrl, slack: slack?.secrets });
  const core = `assay-${LOCAL_CONTEXT.environment}`;
  // The emulator knows no policies of event buses, and no saved queries: their stacks are left out.
  const leftOut = ['event-policy', 'analytics-queries'].map((stack) => `${core}-${stack}`);
  const wants = ({ stackName }: { readonly stackName: string }) => !leftOut.includes(stackName);
  const stacks = await deploy({ directory, endpoint: awsEndpoint, onProgress, wants });
  return stacks[core] ?? {};
}

/** Lets people sign in. Those who can already get the password that is given here. */
export async function addPeople(
  endpoint: string,
  userPoolId: string,
  users: readonly LocalUser[] = withPasswords(EXAMPLE_USERS),
): Promise<readonly LocalUser[]> {
  await createUsers(clientConfig(endpoint), userPoolId, users);
  return users;
}

type Deployed = {
  readonly home: string;
  /** What `deployApp` answered. */
  readonly outputs: unknown;
  readonly users: readonly LocalUser[];
  readonly setup?: Setup | undefined;
};

/** Writes all addresses and names to the file that the command line reads, and that is there while local AWS runs. */
export async function recordEndpoints(
  aws: LocalAws,
  { home, outputs, users, setup }: Deployed,
): Promise<LocalEndpoints> {
  const endpoints = {
    ...(await describe(aws, Outputs.parse(outputs), users)),
    ...(setup === undefined ? {} : { setup }),
  };
  aws.beforeStop(() => removeEndpoints(home));
  await writeEndpoints(home, endpoints);
  return endpoints;
}

export const signInsOf = (users: readonly LocalUser[]): NonNullable<LocalEndpoints['auth']['users']> =>
  Object.fromEntries(users.map(({ username, password, groups }) => [username, { password, groups: [...groups] }]));

async function describe(
  aws: LocalAws,
  outputs: z.infer<typeof Outputs>,
  users: readonly LocalUser[],
): Promise<LocalEndpoints> {
  const kms = new KMSClient(clientConfig(aws.awsEndpoint));
  const publicKey = (keyId: string): Promise<string> => publicKeyPem(kms, keyId);
  return {
    schemaVersion: 1,
    publicBaseUrl: aws.publicBaseUrl,
    awsEndpoint: aws.awsEndpoint,
    sagemakerEndpoint: aws.sagemakerEndpoint,
    slack: { endpoint: aws.slack.endpoint, secrets: aws.slack.secrets },
    region: aws.region,
    accountId: aws.accountId,
    bus: outputs.BusName,
    table: outputs.TableName,
    buckets: {
      audit: outputs.AuditBucketName,
      evidence: outputs.EvidenceBucketName,
      ...(outputs.HistoryBucketName === undefined ? {} : { history: outputs.HistoryBucketName }),
    },
    stateMachines: {
      release: outputs.ReleaseMachineArn,
      promotion: outputs.PromotionMachineArn,
      rollback: outputs.RollbackMachineArn,
    },
    logPublicKey: await publicKey(outputs.LogKeyArn),
    recordPublicKey: await publicKey(outputs.RecordKeyArn),
    attestationPublicKey: await publicKey(outputs.AttestationKeyArn),
    auth: {
      userPoolId: outputs.UserPoolId,
      userPoolClientId: outputs.UserPoolClientId,
      users: signInsOf(users),
    },
    pid: process.pid,
  };
}
