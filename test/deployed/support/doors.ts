/** The doors of the product, as pipelines, people and auditors use them. */
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientConfig } from '../../../local/clients.ts';
import { initiateAuth } from '../../../local/cognito.ts';
import { assay as runAssay } from '../../cli/assay.ts';
import { assumeRole } from '../../local/support/roles.ts';
import { endpoints, eventBridge, home, root } from './world.ts';

/** Runs the command line against this deployment. */
export const assay = (...words: string[]) => runAssay(root, words, { ASSAY_HOME: home });

/** The same as this user of the deployment. */
export const assayOf = (user: string, ...words: string[]) =>
  runAssay(root, words, { ASSAY_HOME: home, ASSAY_USER: user });

/** Runs the command line against this deployment with the AWS credentials of a session of a role. */
export const assayAs = async (role: string, ...words: string[]) => {
  const { accessKeyId, secretAccessKey, sessionToken } = await assumeRole(endpoints.awsEndpoint, role);
  const credentials = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  return runAssay(root, [...words, '--iam'], { ASSAY_HOME: home, ...credentials });
};

/** An access token of a user who may sign in. */
export const tokenOf = async (
  username: string,
  password = endpoints.auth.users?.[username]?.password ?? '',
): Promise<string> => {
  const { userPoolClientId } = endpoints.auth;
  return (await initiateAuth(clientConfig(endpoints.awsEndpoint), { userPoolClientId, username, password }))
    .accessToken;
};

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** Calls the API with a token, or with none; posts where there is a body. */
export const callApi = async (path: string, token: string | undefined, body?: unknown): Promise<Answer> => {
  const answer = await fetch(`${endpoints.publicBaseUrl}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
};

/** Posts a manifest as dana.kim, who may request releases. */
export const post = async (manifest: unknown): Promise<Answer> =>
  callApi('/v1/releases', await tokenOf('dana.kim'), manifest);

/** Puts as many equal requests on the bus, in one call, with the source of a declared machine or another. */
export const putOnBus = async (manifest: unknown, times = 1, source = 'example.pipeline'): Promise<void> => {
  const entry = {
    EventBusName: endpoints.bus,
    Source: source,
    DetailType: 'Release Requested',
    Detail: JSON.stringify({ manifest }),
  };
  const { FailedEntryCount } = await eventBridge.send(
    new PutEventsCommand({ Entries: Array.from({ length: times }, () => entry) }),
  );
  if (FailedEntryCount !== 0) throw new Error(`the bus did not take ${FailedEntryCount} of ${times} events`);
};
