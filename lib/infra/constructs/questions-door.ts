import { type HttpApi, HttpMethod, type HttpRoute, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { SQL_FOLDER } from '../bundling.ts';
import type { Analytics } from './analytics.ts';
import { type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';

/** A question is a query of Athena, which runs twenty of an account at a time. */
export const QUESTION_THROTTLES = {
  'GET /v1/questions': { rateLimit: 5, burstLimit: 5 },
  'POST /v1/questions/{name}': { rateLimit: 2, burstLimit: 4 },
  'GET /v1/questions/runs/{run}': { rateLimit: 5, burstLimit: 5 },
} as const;

interface QuestionsDoorProps {
  readonly on: Foundations;
  readonly analytics: Analytics;
  readonly api: HttpApi;
  /** Lets in who brings a token. */
  readonly authorizer: IHttpRouteAuthorizer;
}

type OpenQuestions = { readonly serve: GovernedFunction; readonly routes: readonly HttpRoute[] };

/**
 * Opens the questions to those who read. They have a Lambda of their own, because none of the others may read what is in the
 * catalogue of Athena, and this one may read nothing of the table:
 * it notes there what people asked.
 */
export const openQuestions = (scope: Construct, props: QuestionsDoorProps): OpenQuestions => {
  const { on, analytics, api, authorizer } = props;
  const serve = new GovernedFunction(scope, 'ServeQuestions', {
    defaults: on.defaults,
    timeoutSeconds: 29,
    environment: {
      ...tableOf(on),
      AUDIT_BUCKET: on.ledger.bucket.bucketName,
      SQL_FOLDER,
      ...analytics.environment,
      ...on.files.approversEnvironment,
    },
  });
  on.files.allowReadApprovers(serve);
  on.store.allowNoteReadings(serve);
  on.ledger.allowSeeSize(serve);
  analytics.allowAsk(serve);
  const integration = new HttpLambdaIntegration('ServeQuestions', serve.lambda);
  const routes = [
    { path: '/v1/questions', methods: [HttpMethod.GET] },
    { path: '/v1/questions/{name}', methods: [HttpMethod.POST] },
    { path: '/v1/questions/runs/{run}', methods: [HttpMethod.GET] },
  ];
  return { serve, routes: routes.flatMap((route) => api.addRoutes({ ...route, authorizer, integration })) };
};
