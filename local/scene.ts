/** The story's scene on the local AWS: its people sign in with passwords, and their mails are read in the mailbox. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { approvalLink, approvalMails } from './approver.ts';
import { clientConfig } from './clients.ts';
import { initiateAuth } from './cognito.ts';
import type { LocalEndpoints } from './endpoints.ts';
import { EXAMPLE_MODEL, type ExampleVersion, exampleManifest, manifestFile, trainingPipeline } from './example.ts';
import { rowsAsInLedger } from './ledger-and-table.ts';
import { pastAssay } from './past-assay.ts';
import { until } from './ports.ts';
import { readGovernance, storySetup } from './setup.ts';
import { approveInSlack, slackPeople } from './slack-approver.ts';
import type { Assay, Scene } from './story.ts';
import { LOCAL_CONTEXT } from './synth.ts';

const WAIT_MS = 90_000;
/** The rows that the whole story leaves at least, of its three releases and of what is checked without one. */
const ROWS = 60;

type Place = { readonly root: string; readonly home: string; readonly endpoints: LocalEndpoints };

export const localScene = ({ root, home, endpoints }: Place): Scene => {
  let token: Promise<string> | undefined;
  const ledger = join(home, 'ledger');
  const cloudwatch = new CloudWatchClient(clientConfig(endpoints.awsEndpoint));
  const sagemaker = trainingPipeline(endpoints.sagemakerEndpoint);
  return {
    modelName: EXAMPLE_MODEL,
    environment: LOCAL_CONTEXT.environment,
    manifestFile: (version) => manifestFile(root, version),
    manifest: (version) => exampleManifest(root, version),
    publicBaseUrl: endpoints.publicBaseUrl,
    token: () => {
      token ??= signIn(endpoints);
      return token;
    },
    assay: commandLine(root, (user) => ({ ASSAY_HOME: home, ...(user === undefined ? {} : { ASSAY_USER: user }) })),
    links: localLinks({ root, endpoints }),
    ...(endpoints.slack === undefined ? {} : { approveInSlack: localSlack(root, endpoints.slack.endpoint) }),
    cloudwatch,
    sagemaker,
    past: pastAssay({ awsEndpoint: endpoints.awsEndpoint, sagemaker }),
    rowsAsInLedger: () => rowsAsInLedger(endpoints, { atLeast: ROWS }),
    ledger,
    logKey: join(ledger, 'log.pub'),
    waitMs: WAIT_MS,
  };
};

type Variables = Readonly<Record<string, string>>;

/** The command line, with the variables of the user who asks. */
export const commandLine =
  (root: string, variablesOf: (user: string | undefined) => Variables | Promise<Variables>): Assay =>
  async (words, user) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'bin/assay.js'), ...words], {
      cwd: root,
      // Nothing else from the user's environment, which may name another deployment.
      env: { PATH: process.env['PATH'], ...(await variablesOf(user)) },
    });
    return stdout.trim();
  };

async function signIn({ awsEndpoint, auth }: LocalEndpoints): Promise<string> {
  const username = 'dana.kim';
  const password = auth.users?.[username]?.password ?? '';
  const { userPoolClientId } = auth;
  return (await initiateAuth(clientConfig(awsEndpoint), { userPoolClientId, username, password })).accessToken;
}

/** The links of everybody who is asked, once each of them has a mail. */
export const localLinks = ({ root, endpoints }: Pick<Place, 'root' | 'endpoints'>): Scene['links'] => {
  const people = peopleOf(root);
  return async (version: ExampleVersion, asked: readonly string[]) => {
    let links = new Map<string, string>();
    const areThere = await until(async () => {
      const ids = await people;
      const mails = await approvalMails(endpoints.awsEndpoint, version);
      links = new Map(mails.map((mail) => [ids.get(mail.to[0] ?? '') ?? '', approvalLink(mail) ?? '']));
      return asked.every((person) => links.has(person));
    }, WAIT_MS);
    if (areThere) return links;
    throw new Error(`${version} was mailed to ${[...links.keys()].join(', ')}, expected ${asked.join(', ')}`);
  };
};

/** People of the example who have an account approve by the stand-in. */
const localSlack =
  (root: string, endpoint: string): NonNullable<Scene['approveInSlack']> =>
  async (person, version) => {
    const { directory } = await readGovernance(storySetup(root));
    const user = directory.people.find(({ id }) => id === person)?.slack?.user_id;
    if (user === undefined) throw new Error(`${person} has no account in Slack`);
    return approveInSlack(slackPeople(endpoint), { user, releaseId: `${EXAMPLE_MODEL}-${version}`, version });
  };

/** The ids of people by their addresses. */
const peopleOf = async (root: string): Promise<ReadonlyMap<string, string>> => {
  const { directory } = await readGovernance(storySetup(root));
  return new Map(directory.people.map(({ id, email }) => [email, id]));
};
