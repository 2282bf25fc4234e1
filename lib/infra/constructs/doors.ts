import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { evidenceOf, type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { type Identity, type Oidc, OwnUserPool, trustedIssuer } from './identity.ts';
import { allowIntake, intakeEnvironment } from './release-intake.ts';

/** API Gateway gives up after 30 seconds; a Lambda that times out earlier can still say why. */
const TIMEOUT_SECONDS = 29;

export interface DoorsProps {
  readonly on: Foundations;
  readonly publicBaseUrl?: string | undefined;
  readonly oidc?: Oidc | undefined;
}

/** The doors that people and machines come in by: the approval page behind its links, and the API behind tokens. */
export class Doors extends Construct {
  readonly api: HttpApi;
  readonly identity: Identity;
  /** What links in mails begin with. */
  readonly publicBaseUrl: string;

  constructor(scope: Construct, id: string, props: DoorsProps) {
    super(scope, id);
    const { on, oidc } = props;
    this.api = new HttpApi(this, 'Api', { apiName: `assay-${on.environment}`, createDefaultStage: false });
    this.publicBaseUrl = props.publicBaseUrl ?? this.api.apiEndpoint;
    this.identity = oidc === undefined ? new OwnUserPool(this, 'Identity', on.defaults) : trustedIssuer(oidc);
    this.openStage(on);
    this.openApprovalPage(on);
    this.openApi(on);
  }

  /** The access log has the route and never the path, because the path of an approval page is a credential. */
  private openStage(on: Foundations): void {
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: on.defaults.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const fields = ['requestId', 'requestTime', 'identity.sourceIp', 'routeKey', 'status', 'responseLength'];
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(
          JSON.stringify(Object.fromEntries(fields.map((field) => [field, `$context.${field}`]))),
        ),
      },
    });
  }

  private openApprovalPage(on: Foundations): void {
    const serve = new GovernedFunction(this, 'ServeApproval', {
      defaults: on.defaults,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: {
        ...tableOf(on),
        ...on.files.approversEnvironment,
        ...evidenceOf(on),
        LINK_KEY_ID: on.keys.link.keyArn,
        PUBLIC_BASE_URL: this.publicBaseUrl,
      },
    });
    on.store.allowCommit(serve);
    on.files.allowReadApprovers(serve);
    on.evidence.allowRead(serve);
    serve.allow({ actions: ['kms:VerifyMac'], resources: [on.keys.link.keyArn] });
    const routes = this.api.addRoutes({
      path: '/a/{link}',
      methods: [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST],
      integration: new HttpLambdaIntegration('ServeApproval', serve.lambda),
    });
    for (const route of routes) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'The link is the credential: it carries a MAC of KMS, which the page verifies before anything else.',
      });
    }
  }

  private openApi(on: Foundations): void {
    const serve = new GovernedFunction(this, 'ServeApi', {
      defaults: on.defaults,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: { ...intakeEnvironment(on), ...evidenceOf(on), ...on.keys.environment },
    });
    allowIntake(serve, on);
    // The differences between two releases are computed from their reports and cards.
    on.evidence.allowRead(serve);
    this.api.addRoutes({
      path: '/v1/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('ServeApi', serve.lambda),
      authorizer: this.identity.authorizer,
    });
  }
}
