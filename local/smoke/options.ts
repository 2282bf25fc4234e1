import { parseArgs } from 'node:util';
import { LocalProblem } from '../problem.ts';

export const USAGE = `npm run smoke:aws -- --principal ARN --image URI --mail ADDRESS

plays the story of npm start -- --auto on a deployment of its own in your AWS account, verifies the ledger, and removes
what can be removed. It makes endpoints, which cost money while they are there, and takes about an hour of yours: you
open the approval mails, and paste their links.

    --principal ARN     the IAM role or user that your credentials are, with its path
    --image URI         an image in your Amazon ECR that answers SageMaker's /ping with 200
    --mail ADDRESS      an address that SES may send as, of a domain that SES has verified: mails go to ADDRESS+person
    --account ID        the account that you mean; without it you are asked to type its number
    --keep              leaves everything there, and says how it goes`;

export type SmokeOptions = {
  readonly principal: string;
  readonly image: string;
  readonly mail: string;
  readonly account: string | undefined;
  readonly isKept: boolean;
};

const PRINCIPAL = /^arn:aws[a-z-]*:iam::(\d{12}):(role|user)\/[\w+=,.@/-]+$/;
const IMAGE = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[\w./-]+[:@][\w.:-]+$/;
const MAIL = /^[^@+\s]+@[^@\s]+\.[^@\s]+$/;

/** Undefined asks for help. Everything that is wrong is named at once. */
export const readOptions = (args: readonly string[]): SmokeOptions | undefined => {
  const { help, principal = '', image = '', mail = '', account, keep } = parsed(args);
  if (help === true) return undefined;
  const owner = PRINCIPAL.exec(principal)?.[1];
  const faults = [
    ...(owner === undefined ? [wrong('--principal', principal, 'the ARN of an IAM role or user')] : []),
    ...(IMAGE.test(image) ? [] : [wrong('--image', image, 'the URI of an image in Amazon ECR, with a tag or digest')]),
    ...(MAIL.test(mail) ? [] : [wrong('--mail', mail, 'a mail address without a plus sign')]),
    ...(account === undefined || /^\d{12}$/.test(account) ? [] : [wrong('--account', account, 'twelve digits')]),
    ...(account === undefined || owner === undefined || account === owner
      ? []
      : [`--account is ${account}, and the principal is of ${owner}`]),
  ];
  if (faults.length > 0) throw new LocalProblem(`${faults.join('\n')}\n\n${USAGE}`);
  return { principal, image, mail, account, isKept: keep === true };
};

const wrong = (option: string, value: string, needed: string): string =>
  value === '' ? `${option} is missing: ${needed}` : `${option} is ${value}, and not ${needed}`;

const parsed = (args: readonly string[]) => {
  try {
    const options = {
      principal: { type: 'string' },
      image: { type: 'string' },
      mail: { type: 'string' },
      account: { type: 'string' },
      keep: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new LocalProblem(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
};
