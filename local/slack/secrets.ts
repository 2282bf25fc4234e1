/** The secrets of the app in Slack, as its owner puts them into Secrets Manager. */
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '../clients.ts';
import type { SlackStandIn } from './server.ts';

/** Where they are, as the settings of a deployment name them. */
export type SlackSecrets = {
  readonly slackTokenSecretArn: string;
  readonly slackSigningSecretArn: string;
};

export const keepSecrets = async (
  endpoint: string,
  { token, signingSecret }: Pick<SlackStandIn, 'token' | 'signingSecret'>,
): Promise<SlackSecrets> => {
  const client = new SecretsManagerClient(clientConfig(endpoint));
  const keep = async (Name: string, SecretString: string): Promise<string> => {
    const { ARN } = await client.send(new CreateSecretCommand({ Name, SecretString }));
    if (ARN === undefined) throw new Error(`could not keep the secret ${Name}: it has no ARN`);
    return ARN;
  };
  return {
    slackTokenSecretArn: await keep('assay/slack-token', token),
    slackSigningSecretArn: await keep('assay/slack-signing-secret', signingSecret),
  };
};
