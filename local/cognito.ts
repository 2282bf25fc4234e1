import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  CreateGroupCommand,
  GroupExistsException,
  InitiateAuthCommand,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';

export interface LocalUser {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** Creates users who can sign in at once, and the groups for their roles. Existing users stay as they are. */
export async function createUsers(
  config: CognitoIdentityProviderClientConfig,
  userPoolId: string,
  users: readonly LocalUser[],
): Promise<void> {
  const client = new CognitoIdentityProviderClient(config);
  const pool = { UserPoolId: userPoolId };
  for (const group of new Set(users.flatMap((user) => user.groups))) {
    await unless(GroupExistsException, client.send(new CreateGroupCommand({ ...pool, GroupName: group })));
  }
  for (const { username, email, password, groups } of users) {
    const who = { ...pool, Username: username };
    const attributes = [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
    ];
    await unless(
      UsernameExistsException,
      client.send(new AdminCreateUserCommand({ ...who, UserAttributes: attributes, MessageAction: 'SUPPRESS' })),
    );
    await client.send(new AdminSetUserPasswordCommand({ ...who, Password: password, Permanent: true }));
    for (const group of groups) await client.send(new AdminAddUserToGroupCommand({ ...who, GroupName: group }));
  }
}

export interface Tokens {
  /** Carries the e-mail address; its audience is the client. */
  readonly idToken: string;
  /** Carries scopes; names the client as `client_id`. */
  readonly accessToken: string;
}

export interface SignIn {
  readonly userPoolClientId: string;
  readonly username: string;
  readonly password: string;
}

/** Both tokens satisfy the JWT authorizer of the HTTP API and carry `cognito:groups`. */
export async function initiateAuth(config: CognitoIdentityProviderClientConfig, signIn: SignIn): Promise<Tokens> {
  const client = new CognitoIdentityProviderClient(config);
  const { AuthenticationResult } = await client.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: signIn.userPoolClientId,
      AuthParameters: { USERNAME: signIn.username, PASSWORD: signIn.password },
    }),
  );
  const { IdToken: idToken, AccessToken: accessToken } = AuthenticationResult ?? {};
  if (idToken === undefined || accessToken === undefined) {
    throw new Error(`could not sign in ${signIn.username}: Cognito asks for another step`);
  }
  return { idToken, accessToken };
}

async function unless(expected: abstract new (...args: never[]) => Error, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof expected)) throw error;
  }
}
