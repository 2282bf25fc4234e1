import { type HttpApi, HttpMethod, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { Foundations } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { addOpenRoute } from './open-route.ts';

/** The app in Slack: where its two secrets are. It has no other place in the template. */
export interface SlackApp {
  readonly tokenArn: string;
  readonly signingSecretArn: string;
}

/** All of it is empty where Slack is off. */
export const slackSenderEnvironment = (slack: SlackApp | undefined) => ({
  SLACK_TOKEN_ARN: slack?.tokenArn ?? '',
});

export const slackEnvironment = (slack: SlackApp | undefined) => ({
  ...slackSenderEnvironment(slack),
  SLACK_SIGNING_SECRET_ARN: slack?.signingSecretArn ?? '',
});

/** Allows reading the token, and for who knows the requests of Slack also the secret that they are signed with. */
export const allowSlack = (
  lambda: GovernedFunction,
  slack: SlackApp | undefined,
  secrets: readonly ('tokenArn' | 'signingSecretArn')[],
): void => {
  if (slack === undefined) return;
  lambda.allow({ actions: ['secretsmanager:GetSecretValue'], resources: secrets.map((secret) => slack[secret]) });
};

/** A request of Slack proves nothing after five minutes: it is a dead letter then. */
export const FRESH_SECONDS = 300;

export const SLACK_ROUTE = 'POST /slack/interactions';

interface SlackDoorProps {
  readonly on: Foundations;
  readonly api: HttpApi;
  readonly slack: SlackApp;
  /** Takes every decision. */
  readonly decider: GovernedFunction;
  readonly timeoutSeconds: number;
}

/** The door of Slack: it reads no table, and may only have the Lambda that decides look at what Slack signed. */
export const openSlack = (scope: Construct, props: SlackDoorProps): HttpRoute[] => {
  const { slack, decider } = props;
  const serve = new GovernedFunction(scope, 'ServeSlack', {
    defaults: props.on.defaults,
    timeoutSeconds: props.timeoutSeconds,
    environment: { ...slackEnvironment(slack), DECIDER_NAME: decider.lambda.functionName },
  });
  allowSlack(serve, slack, ['tokenArn', 'signingSecretArn']);
  serve.allow({ actions: ['lambda:InvokeFunction'], resources: [decider.lambda.functionArn] });
  return addOpenRoute(props.api, {
    path: '/slack/interactions',
    method: HttpMethod.POST,
    name: 'ServeSlack',
    serve,
    reason: 'Slack signs each request; the signature is verified over the raw body before anything is parsed.',
  });
};
