import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Mfa, OAuthScope, UserPool, type UserPoolClient, UserPoolGroup } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

/** The groups in the token say what a signed-in person or machine may do; each of them may read. */
const GROUPS = {
  releaser: 'Requests releases',
  operator: 'Rolls back',
  auditor: 'Reads everything',
  approver: 'Reads what there is to approve',
} as const;

export interface Oidc {
  readonly issuer: string;
  /** What a token must be made for, to open the API. */
  readonly audience: string;
  /** A public client with the code flow, by which people sign in. */
  readonly clientId: string;
  readonly scope: string;
}

/** Who may use `/v1`: holders of a token from a trusted issuer. */
export interface Identity {
  readonly authorizer: IHttpRouteAuthorizer;
  /** How people sign in. */
  readonly oidc: Oidc;
  readonly userPool?: UserPool;
  readonly client?: UserPoolClient;
}

export const trustedIssuer = (oidc: Oidc): Identity => {
  const { issuer, audience } = oidc;
  return { authorizer: new HttpJwtAuthorizer('Issuer', issuer, { jwtAudience: [audience] }), oidc };
};

/** Where a browser comes back to the pages of Assay: after a sign-in, and after the issuer has ended its own session. */
const CALLBACK_PATH = '/console/session/callback';
const SIGNED_OUT_PATH = '/console/session/signed-out';
/** Where the command line waits for a browser. Cognito knows no pattern of ports: it tries these in turn. */
const LOOPBACK_ADDRESSES = [8765, 8766, 8767].map((port) => `http://localhost:${port}/callback`);

interface OwnUserPoolProps {
  readonly production: boolean;
  /** What the address of the sign-in page begins with. */
  readonly signInPrefix: string;
  /** Where the pages of Assay are. */
  readonly publicBaseUrl: string;
}

/** For organisations without an issuer of their own: a user pool to which only administrators can add people. */
export class OwnUserPool extends Construct implements Identity {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  readonly authorizer: IHttpRouteAuthorizer;
  readonly oidc: Oidc;

  constructor(scope: Construct, id: string, props: OwnUserPoolProps) {
    super(scope, id);
    const { production } = props;
    this.userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      deletionProtection: production,
      removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const [groupName, description] of Object.entries(GROUPS)) {
      new UserPoolGroup(this, groupName, { userPool: this.userPool, groupName, description });
    }
    this.client = this.userPool.addClient('Client', {
      authFlows: { userPassword: true, userSrp: true },
      generateSecret: false,
      disableOAuth: true,
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
    });
    const people = this.addSignIn(props);
    this.authorizer = new HttpUserPoolAuthorizer('UserPool', this.userPool, { userPoolClients: [this.client, people] });
    this.oidc = {
      issuer: `https://cognito-idp.${Aws.REGION}.amazonaws.com/${this.userPool.userPoolId}`,
      // The access tokens of Cognito name their client where those of others name an audience.
      audience: people.userPoolClientId,
      clientId: people.userPoolClientId,
      scope: OAuthScope.OPENID.scopeName,
    };
    Validations.of(this.userPool).acknowledge(
      { id: 'AwsSolutions-COG2', reason: 'Pipelines sign in too, and have no second factor; people may set up one.' },
      {
        id: 'AwsSolutions-COG8',
        reason: 'The Plus plan is billed per user; a deployment that needs it can bring its own issuer.',
      },
      {
        id: 'AwsSolutions-COG3',
        reason: 'Threat protection is a paid plan; a deployment that needs it can bring its own issuer.',
      },
    );
  }

  /** People sign in at a page of the pool: with a code, for a client that has no secret and takes no password. */
  private addSignIn({ signInPrefix, publicBaseUrl }: OwnUserPoolProps): UserPoolClient {
    this.userPool.addDomain('SignIn', { cognitoDomain: { domainPrefix: signInPrefix } });
    return this.userPool.addClient('People', {
      // Without a flow that is named, Cognito would allow its own choice of them.
      authFlows: { userSrp: false },
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [`${publicBaseUrl}${CALLBACK_PATH}`, ...LOOPBACK_ADDRESSES],
        logoutUrls: [`${publicBaseUrl}${SIGNED_OUT_PATH}`],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      // A day's work at the command line.
      refreshTokenValidity: Duration.hours(12),
    });
  }
}
