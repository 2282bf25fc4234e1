/** The story's scene in an account: the same doors, and a person who reads the mails. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KMSClient } from '@aws-sdk/client-kms';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { parse } from 'yaml';
import * as z from 'zod';
import { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { createUsers, initiateAuth } from '../cognito.ts';
import { EXAMPLE_USERS, withPasswords } from '../people.ts';
import { publicKeyPem } from '../public-key.ts';
import { commandLine } from '../scene.ts';
import { APPROVERS, type Scene } from '../story.ts';
import type { Ask } from './account.ts';
import { addressOf, type Plan } from './plan.ts';
import { manifestFileOf } from './stage-set.ts';

export const Outputs = z.object({
  ApiUrl: z.url(),
  BusName: z.string(),
  AuditBucketName: z.string(),
  LogKeyArn: z.string(),
  UserPoolId: z.string(),
  UserPoolClientId: z.string(),
});
export type Outputs = z.infer<typeof Outputs>;

export const readOutputs = async (plan: Plan): Promise<Outputs> => {
  const stacks = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(await readFile(join(plan.folder, 'outputs.json'), 'utf8')));
  return Outputs.parse(stacks[plan.stack]);
};

/** A new fleet of instances takes minutes, and people take theirs. */
const WAIT_MS = 45 * 60_000;
/** A token lasts an hour. */
const TOKEN_MS = 40 * 60_000;

type Given = { readonly root: string; readonly plan: Plan; readonly outputs: Outputs; readonly ask: NonNullable<Ask> };

export const accountScene = async ({ root, plan, outputs, ask }: Given): Promise<Scene> => {
  const { region } = plan.account;
  const tokenOf = await signedIn(region, outputs);
  const logKey = join(plan.folder, 'log.pub');
  await writeFile(logKey, await publicKeyPem(new KMSClient({ region }), outputs.LogKeyArn));
  return {
    modelName: plan.modelName,
    environment: plan.environment,
    manifestFile: (version) => manifestFileOf(plan, version),
    manifest: async (version) => ReleaseManifest.parse(parse(await readFile(manifestFileOf(plan, version), 'utf8'))),
    publicBaseUrl: outputs.ApiUrl,
    token: () => tokenOf('dana.kim'),
    assay: commandLine(root, async (user = 'omar.haddad') => ({
      ...credentialsOf(process.env),
      AWS_REGION: region,
      ASSAY_URL: outputs.ApiUrl,
      ASSAY_BUS: outputs.BusName,
      ASSAY_AUDIT_BUCKET: outputs.AuditBucketName,
      ASSAY_TOKEN: await tokenOf(user),
    })),
    links: pastedLinks(plan, outputs, ask),
    cloudwatch: new CloudWatchClient({ region }),
    sagemaker: new SageMakerClient({ region }),
    rowsAsInLedger: { whyNot: 'the comparison calls the Lambdas of a local AWS' },
    ledger: join(plan.folder, 'ledger'),
    logKey,
    waitMs: WAIT_MS,
  };
};

/** Lets the example's people sign in, and answers how to get the token of one of them. */
const signedIn = async (region: string, { UserPoolId, UserPoolClientId }: Outputs) => {
  const users = withPasswords(EXAMPLE_USERS);
  await createUsers({ region }, UserPoolId, users);
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  return async (username: string): Promise<string> => {
    const kept = tokens.get(username);
    if (kept !== undefined && kept.until > Date.now()) return kept.token;
    const password = users.find((user) => user.username === username)?.password ?? '';
    const signIn = { userPoolClientId: UserPoolClientId, username, password };
    const { accessToken } = await initiateAuth({ region }, signIn);
    tokens.set(username, { token: accessToken, until: Date.now() + TOKEN_MS });
    return accessToken;
  };
};

/** How AWS tools find credentials, and nothing that names another deployment. */
const credentialsOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && (name === 'HOME' || name.startsWith('AWS_')) ? [[name, value]] : [],
    ),
  );

/** Whoever runs this opens the mails of the two who approve, and pastes the links that are in them. */
export const pastedLinks =
  (plan: Pick<Plan, 'options'>, { ApiUrl }: Pick<Outputs, 'ApiUrl'>, ask: NonNullable<Ask>): Scene['links'] =>
  async (version) => {
    const links = new Map<string, string>();
    for (const person of APPROVERS) {
      let link = '';
      while (!link.startsWith(`${ApiUrl}/a/`)) {
        link = await ask(`The link in the mail about ${version} to ${addressOf(plan, person)}: `);
      }
      links.set(person, link);
    }
    return links;
  };
