/** Roles and their sessions, as pipelines have them. The tree has no clients of IAM and STS, and three calls need none. */
import { localAccountId, localRegion } from '../../../local/clients.ts';

export const roleArn = (role: string): string => `arn:aws:iam::${localAccountId}:role/${role}`;

/** A role that Lambda and anybody in the account may assume, with this policy or none. */
export const makeRole = async (endpoint: string, role: string, policy?: object): Promise<void> => {
  const Principal = { AWS: `arn:aws:iam::${localAccountId}:root`, Service: 'lambda.amazonaws.com' };
  const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await ask(endpoint, 'iam', { Action: 'CreateRole', Version: '2010-05-08', RoleName: role, AssumeRolePolicyDocument });
  if (policy === undefined) return;
  const PolicyDocument = JSON.stringify(policy);
  const put = { Action: 'PutRolePolicy', Version: '2010-05-08', RoleName: role, PolicyName: 'only', PolicyDocument };
  await ask(endpoint, 'iam', put);
};

/** The credentials of a session. In plain mode the role needs not exist. */
export const assumeRole = async (endpoint: string, role: string, session = 'build-17') => {
  const who = { RoleArn: roleArn(role), RoleSessionName: session };
  const text = await ask(endpoint, 'sts', { Action: 'AssumeRole', Version: '2011-06-15', ...who });
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
  ].map((name) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1]);
  return { accessKeyId, secretAccessKey, sessionToken };
};

const ask = async (endpoint: string, service: string, parameters: Record<string, string>): Promise<string> => {
  // The root user's key: the emulator verifies no signature of it, in neither of its modes.
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20261128/${localRegion}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: new URLSearchParams(parameters) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`could not ${parameters['Action']}: ${answer.status} ${text}`);
  return text;
};
