import { CognitoIdentityProviderClient, RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { OidcClient } from './oidc-issuer.ts';

/** Revokes a refresh token by the API of Cognito. Who holds the token may do it: it needs no credentials of AWS. */
export const revokeAtCognito = async (
  { issuer, configuration, clientId }: Pick<OidcClient, 'issuer' | 'configuration' | 'clientId'>,
  token: string,
): Promise<void> => {
  const [, region = ''] = new URL(issuer).hostname.split('.');
  const client = new CognitoIdentityProviderClient({ region, endpoint: new URL(configuration).origin });
  await client.send(new RevokeTokenCommand({ ClientId: clientId, Token: token }));
};
