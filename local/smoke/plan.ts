/** What a smoke test deploys, under names that nothing else in the account has. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Settings } from '../../lib/infra/settings.ts';
import { EXAMPLE } from '../example.ts';
import { LocalProblem } from '../problem.ts';
import type { Account } from './account.ts';
import type { SmokeOptions } from './options.ts';

/** Nobody can remove what is locked before it ends, not even for a test. */
const RETENTION_DAYS = 1;

export type Plan = {
  readonly account: Account;
  readonly environment: string;
  readonly stack: string;
  readonly modelName: string;
  readonly modelBucket: string;
  /** Where the files of this run lie, the ledger among them. */
  readonly folder: string;
  readonly approversFile: string;
  readonly options: SmokeOptions;
};

type Run = { readonly account: Account; readonly options: SmokeOptions; readonly suffix: string };

export const planOf = (root: string, { account, options, suffix }: Run): Plan => {
  const environment = `smoke-${suffix}`;
  const folder = join(root, '.local', environment);
  return {
    account,
    environment,
    stack: `assay-${environment}`,
    modelName: `hmda-${suffix}`,
    modelBucket: `assay-${environment}-${account.id}`,
    folder,
    approversFile: join(folder, 'approvers.yaml'),
    options,
  };
};

/** Every setting of the deployment: those of a real one may lie in cdk.json, and must not be in force here. */
export const contextOf = (root: string, plan: Plan): Readonly<Record<string, string>> => ({
  environment: plan.environment,
  production: 'false',
  modelBuckets: plan.modelBucket,
  modelPackageGroups: plan.modelName,
  mailFrom: plan.options.mail,
  policyFile: join(root, EXAMPLE, 'governance-policy.yaml'),
  approversFile: plan.approversFile,
  auditRetentionDays: String(RETENTION_DAYS),
  evidenceRetentionDays: String(RETENTION_DAYS),
  lockMode: 'GOVERNANCE',
});

export const refuseOwnSettings = async (root: string, plan: Plan): Promise<void> => {
  const { context }: { context: object } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'));
  const set = contextOf(root, plan);
  const own = Object.keys(context).filter((name) => name in Settings.shape && !(name in set));
  if (own.length === 0) return;
  throw new LocalProblem(
    `cdk.json sets ${own.join(', ')} for a deployment of yours: run this in a checkout without settings.`,
  );
};

export const cdkArguments = (root: string, plan: Plan, command: 'deploy' | 'destroy'): readonly string[] => [
  command,
  '--all',
  ...(command === 'deploy'
    ? ['--require-approval', 'never', '--outputs-file', join(plan.folder, 'outputs.json')]
    : ['--force']),
  '--output',
  join(plan.folder, 'cdk.out'),
  ...Object.entries(contextOf(root, plan)).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

/** What a person should know before they agree. */
export const planLines = (root: string, plan: Plan): string =>
  `In account ${plan.account.id}, region ${plan.account.region}:

  stack         ${plan.stack}, with every setting of this run: npx cdk ${cdkArguments(root, plan, 'deploy').join(' ')}
  model         ${plan.modelName}, one endpoint of ml.m5.large while the story plays
  model bucket  ${plan.modelBucket}
  mails         from ${plan.options.mail} to ${addressOf(plan, 'PERSON')}
  locks         GOVERNANCE, ${RETENTION_DAYS} day: the audit, evidence and copies buckets stay, and their policies deny
                deletion to everybody. When the locks have ended, only the root user of the account can remove them.
  this run      ${plan.folder}

If this is cut off, what it made is still there: npx cdk ${cdkArguments(root, plan, 'destroy').join(' ')}
`;

/** The mailbox of the one who runs the test takes the mails of everybody in the directory. */
export const addressOf = ({ options }: Pick<Plan, 'options'>, person: string): string =>
  options.mail.replace('@', `+${person}@`);
