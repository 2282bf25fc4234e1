import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Mfa, UserPool, type UserPoolClient, UserPoolGroup } from 'aws-cdk-lib/aws-cognito';
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
  readonly audience: string;
}

/** Who may use `/v1`: holders of a token from a trusted issuer. */
export interface Identity {
  readonly authorizer: IHttpRouteAuthorizer;
  readonly userPool?: UserPool;
  readonly client?: UserPoolClient;
}

export const trustedIssuer = ({ issuer, audience }: Oidc): Identity => ({
  authorizer: new HttpJwtAuthorizer('Issuer', issuer, { jwtAudience: [audience] }),
});

/** For organisations without an issuer of their own: a user pool to which only administrators can add people. */
export class OwnUserPool extends Construct implements Identity {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  readonly authorizer: IHttpRouteAuthorizer;

  constructor(scope: Construct, id: string, { production }: { readonly production: boolean }) {
    super(scope, id);
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
    this.authorizer = new HttpUserPoolAuthorizer('UserPool', this.userPool, { userPoolClients: [this.client] });
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
}
