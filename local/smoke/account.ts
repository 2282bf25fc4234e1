import { createInterface } from 'node:readline/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LocalProblem } from '../problem.ts';
import type { SmokeOptions } from './options.ts';

export type Account = { readonly id: string; readonly region: string };

/** A person at a terminal, or nobody. */
export type Ask = ((question: string) => Promise<string>) | undefined;

export const askAtTerminal: Ask = process.stdin.isTTY
  ? async (question) => {
      const terminal = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return (await terminal.question(question)).trim();
      } finally {
        terminal.close();
      }
    }
  : undefined;

const NO_CREDENTIALS =
  'There are no AWS credentials here, so nothing was deployed and nothing was played: set AWS_PROFILE, or sign in with aws sso login.';

/** The account and region that the credentials at hand lead to. The stack of the CDK has to be there anyway, and knows both. */
export const findAccount = async (client: CloudFormationClient = new CloudFormationClient({})): Promise<Account> => {
  const region = await client.config.region().catch(() => undefined);
  await client.config.credentials().catch((cause: unknown) => {
    throw new LocalProblem(NO_CREDENTIALS, { cause });
  });
  if (region === undefined) throw new LocalProblem('No region is chosen: set AWS_REGION.');
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' })).catch(refused);
  const [, , , , id = ''] = Stacks[0]?.StackId?.split(':') ?? [];
  if (!/^\d{12}$/.test(id)) throw new LocalProblem('CloudFormation did not say which account this is.');
  return { id, region };
};

const refused = (cause: unknown): never => {
  const why = cause instanceof Error ? cause.message : String(cause);
  if (why.includes('does not exist')) {
    throw new LocalProblem('This account and region are not bootstrapped for the CDK: run npx cdk bootstrap.', {
      cause,
    });
  }
  throw new LocalProblem(`AWS did not let these credentials in: ${why}`, { cause });
};

/** Goes on only in the account that somebody has named, by an option or by typing its number. */
export const confirmAccount = async (
  { id, region }: Account,
  { account, principal }: Pick<SmokeOptions, 'account' | 'principal'>,
  ask: Ask,
): Promise<void> => {
  const owner = principal.split(':')[4];
  if (owner !== id) throw new LocalProblem(`These credentials are of account ${id}, and the principal is of ${owner}.`);
  if (account === id) return;
  if (account !== undefined) throw new LocalProblem(`These credentials are of account ${id}, and not of ${account}.`);
  if (ask === undefined) throw new LocalProblem(`Nobody confirms that account ${id} is meant: give --account ${id}.`);
  if ((await ask(`Type ${id} to deploy to this account in ${region}: `)) === id) return;
  throw new LocalProblem('That is another number: nothing was deployed.');
};
