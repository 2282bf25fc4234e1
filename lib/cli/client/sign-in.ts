import type { ClientSettings } from './client-settings.ts';

type SignIn = {
  readonly clientSettings: ClientSettings;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
};

/** An access token for a user of a Cognito pool. */
export const signIn = async ({ clientSettings, clientId, username, password }: SignIn): Promise<string> => {
  const { CognitoIdentityProviderClient, InitiateAuthCommand } = await import(
    '@aws-sdk/client-cognito-identity-provider'
  );
  const { AuthenticationResult } = await new CognitoIdentityProviderClient(clientSettings).send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: clientId,
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
  const token = AuthenticationResult?.AccessToken;
  if (token === undefined) throw new Error(`could not sign in ${username}: the user pool asks for another step`);
  return token;
};
