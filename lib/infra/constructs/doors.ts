import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { OPENAPI_FOLDER } from '../bundling.ts';
import { regional } from '../permissions.ts';
import type { Analytics } from './analytics.ts';
import { openConsole } from './console-door.ts';
import { DeadLetters } from './dead-letters.ts';
import { evidenceOf, type Foundations, freezesOf, tableOf } from './foundations.ts';
import { GATE_THROTTLES, openGate } from './gate-door.ts';
import { GovernedFunction } from './governed-function.ts';
import { type Identity, type Oidc, OwnUserPool, trustedIssuer } from './identity.ts';
import { allowDescribeShapes } from './model-registry.ts';
import { addOpenRoute } from './open-route.ts';
import { openQuestions, QUESTION_THROTTLES } from './questions-door.ts';
import { allowIntake, intakeEnvironment } from './release-intake.ts';
import { allowReadPublicKey } from './signing-keys.ts';
import { allowSlack, FRESH_SECONDS, openSlack, SLACK_ROUTE, type SlackApp, slackEnvironment } from './slack.ts';
import { VendedLogs } from './vended-logs.ts';

/**
 * Requests per second, and at once, of each route. An account that is new runs ten Lambdas at a time, shared by all: what
 * needs no token gets half of them at most, so that an operator can order a rollback while the page is flooded.
 */
export const THROTTLES = {
  'ANY /a/{link}': { rateLimit: 7, burstLimit: 3 },
  'ANY /console/{proxy+}': { rateLimit: 3, burstLimit: 2 },
  'POST /v1/models/{model}/rollback': { rateLimit: 10, burstLimit: 10 },
  'POST /v1/models/{model}/hold/release': { rateLimit: 10, burstLimit: 10 },
  'POST /v1/releases/{id}/break-glass': { rateLimit: 5, burstLimit: 5 },
  'POST /v1/releases/{id}/break-glass/confirm': { rateLimit: 5, burstLimit: 5 },
  'POST /v1/releases/{id}/promotion': { rateLimit: 10, burstLimit: 10 },
  ...GATE_THROTTLES,
  ...QUESTION_THROTTLES,
  'ANY /v1/{proxy+}': { rateLimit: 40, burstLimit: 40 },
  'POST /iam/v1/releases': { rateLimit: 5, burstLimit: 5 },
  'GET /iam/v1/{proxy+}': { rateLimit: 20, burstLimit: 20 },
} as const satisfies Record<string, { rateLimit: number; burstLimit: number }>;

/** With Slack, three routes share that half. */
const WITH_SLACK = {
  ...THROTTLES,
  'ANY /a/{link}': { rateLimit: 5, burstLimit: 2 },
  'ANY /console/{proxy+}': { rateLimit: 2, burstLimit: 2 },
  [SLACK_ROUTE]: { rateLimit: 3, burstLimit: 1 },
};

/** API Gateway gives up after 30 seconds; a Lambda that times out earlier can still say why. */
const TIMEOUT_SECONDS = 29;

export interface DoorsProps {
  readonly on: Foundations;
  readonly analytics: Analytics;
  readonly publicBaseUrl?: string | undefined;
  readonly oidc?: Oidc | undefined;
  /** What the address of the sign-in page of our own user pool begins with. */
  readonly signInPrefix: string;
  /** Milliseconds that a request of the API may wait for other services. */
  readonly patienceMs: number;
  /** Has a check made again when an operator asks. */
  readonly canaries: GovernedFunction;
  /** Renews an approval when an operator asks. */
  readonly renewal: GovernedFunction;
  /** Undefined where nobody decides by Slack. */
  readonly slack: SlackApp | undefined;
}

/** The doors that people and machines come in by: the approval page, the console, and the API behind tokens and signatures. */
export class Doors extends Construct {
  readonly api: HttpApi;
  readonly identity: Identity;
  /** What links in mails begin with. */
  readonly publicBaseUrl: string;
  /** Takes every decision, and signs it. */
  readonly serveApproval: GovernedFunction;

  constructor(scope: Construct, id: string, props: DoorsProps) {
    super(scope, id);
    const { on, oidc, signInPrefix, slack } = props;
    this.api = new HttpApi(this, 'Api', { apiName: `assay-${on.environment}`, createDefaultStage: false });
    this.publicBaseUrl = props.publicBaseUrl ?? this.api.apiEndpoint;
    const address = { publicBaseUrl: this.publicBaseUrl.replace(/\/+$/, '') };
    const own = { ...on.defaults, ...address, signInPrefix };
    this.identity = oidc === undefined ? new OwnUserPool(this, 'Identity', own) : trustedIssuer(oidc);
    const stage = this.openStage(props);
    this.serveApproval = this.approvalPage(props);
    const byToken = { on, api: this.api, authorizer: this.identity.authorizer };
    const questions = openQuestions(this, { ...byToken, analytics: props.analytics });
    const console = {
      on,
      api: this.api,
      oidc: this.identity.oidc,
      ...address,
      timeoutSeconds: TIMEOUT_SECONDS,
      questions: questions.serve,
    };
    const routes = [...this.openApprovalPage(), ...openConsole(this, console), ...this.openApi(props)];
    routes.push(...openGate(this, byToken), ...questions.routes);
    if (slack !== undefined) {
      const door = { on, api: this.api, slack, decider: this.serveApproval, timeoutSeconds: TIMEOUT_SECONDS };
      routes.push(...openSlack(this, door));
    }
    // CloudFormation refuses the throttle of a route that is not there yet.
    stage.node.addDependency(...routes);
  }

  /**
   * The access log has the route and never the path, because the path of an approval page is a credential. It has whose token the gateway
   * let in: no role of ours can write there, so it says of an act that needs two people whether two have called.
   */
  private openStage({ on, slack }: DoorsProps): HttpStage {
    const logs = new VendedLogs(this, 'AccessLogs', { on, of: 'Api', retention: RetentionDays.ONE_YEAR });
    const fields = [
      'requestId',
      'requestTime',
      'identity.sourceIp',
      'routeKey',
      'status',
      'responseLength',
      'authorizer.claims.sub',
    ];
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs.group),
        format: AccessLogFormat.custom(
          JSON.stringify(Object.fromEntries(fields.map((field) => [field, `$context.${field}`]))),
        ),
      },
    });
    const { defaultChild } = stage.node;
    if (!(defaultChild instanceof CfnStage))
      throw new Error('could not throttle the routes: the stage has no resource');
    defaultChild.routeSettings = Object.fromEntries(
      Object.entries(slack === undefined ? THROTTLES : WITH_SLACK).map(([route, { rateLimit, burstLimit }]) => [
        route,
        { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
      ]),
    );
    return stage;
  }

  private approvalPage({ on, slack }: DoorsProps): GovernedFunction {
    const serve = new GovernedFunction(this, 'ServeApproval', {
      defaults: on.defaults,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: {
        ...tableOf(on),
        ...on.files.approversEnvironment,
        ...evidenceOf(on),
        LINK_KEY_ID: on.keys.link.keyArn,
        ...on.keys.decisionEnvironment,
        PUBLIC_BASE_URL: this.publicBaseUrl,
        ...slackEnvironment(slack),
      },
      ...(slack === undefined ? {} : this.keptRequests(on)),
    });
    on.store.allowCommit(serve);
    on.store.allowNoteReadings(serve);
    on.files.allowReadApprovers(serve);
    on.evidence.allowRead(serve);
    on.keys.link.allowUse('kms:VerifyMac', serve);
    // Every decision ends here, whatever door it comes in by: no other role may sign one.
    on.keys.decision.allowUse('kms:Sign', serve);
    allowReadPublicKey(serve, on.keys.decision);
    allowSlack(serve, slack, ['tokenArn', 'signingSecretArn']);
    return serve;
  }

  /** A request of Slack comes by an asynchronous invocation. What could not be answered in its time is kept, and counted. */
  private keptRequests(on: Foundations) {
    const { queue: deadLetters } = new DeadLetters(this, 'SlackDeadLetters', on);
    return { deadLetters, maxEventAgeSeconds: FRESH_SECONDS };
  }

  private openApprovalPage(): HttpRoute[] {
    return addOpenRoute(this.api, {
      path: '/a/{link}',
      method: HttpMethod.ANY,
      name: 'ServeApproval',
      serve: this.serveApproval,
      reason: 'The link is the credential: it carries a MAC of KMS, which the page verifies before anything else.',
    });
  }

  private openApi({ on, patienceMs, canaries, renewal }: DoorsProps): HttpRoute[] {
    const serve = new GovernedFunction(this, 'ServeApi', {
      defaults: on.defaults,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: {
        ...intakeEnvironment(on),
        ...evidenceOf(on),
        ...freezesOf(on),
        ...on.keys.environment,
        DOOR_PATIENCE_MS: String(patienceMs),
        CANARIES_FUNCTION: canaries.lambda.functionArn,
        RENEWAL_FUNCTION: renewal.lambda.functionArn,
        OPENAPI_FOLDER,
      },
    });
    allowIntake(serve, on);
    on.store.allowOnce(serve);
    on.store.allowNoteReadings(serve);
    const asked = [canaries, renewal].map(({ lambda }) => lambda.functionArn);
    serve.allow({ actions: ['lambda:InvokeFunction'], resources: asked });
    // An endpoint is adopted as it is configured.
    allowDescribeShapes(serve);
    // The differences between two releases are computed from their reports and cards.
    on.evidence.allowRead(serve);
    const integration = new HttpLambdaIntegration('ServeApi', serve.lambda);
    const { authorizer } = this.identity;
    // The doors of the rollback are routes of their own, because only a route has a throttle of its own; those of a break-glass, because
    // the access log tells routes apart.
    const byToken = [
      { path: '/v1/models/{model}/rollback', methods: [HttpMethod.POST] },
      { path: '/v1/models/{model}/hold/release', methods: [HttpMethod.POST] },
      { path: '/v1/releases/{id}/break-glass', methods: [HttpMethod.POST] },
      { path: '/v1/releases/{id}/break-glass/confirm', methods: [HttpMethod.POST] },
      { path: '/v1/releases/{id}/promotion', methods: [HttpMethod.POST] },
      { path: '/v1/{proxy+}', methods: [HttpMethod.ANY] },
    ].map((route) => ({ ...route, authorizer }));
    // A route has one authorizer. Machines give no orders, so there is no route for one here.
    const bySignature = [
      { path: '/iam/v1/releases', methods: [HttpMethod.POST] },
      { path: '/iam/v1/{proxy+}', methods: [HttpMethod.GET] },
    ].map((route) => ({ ...route, authorizer: new HttpIamAuthorizer() }));
    return [...byToken, ...bySignature].flatMap((route) => this.api.addRoutes({ ...route, integration }));
  }

  /** What the role of a pipeline must be allowed to invoke (`execute-api:Invoke`) to sign its requests. */
  get signedRoutesArn(): string {
    return regional('execute-api', `${this.api.apiId}/$default/*/iam/v1/*`);
  }
}
