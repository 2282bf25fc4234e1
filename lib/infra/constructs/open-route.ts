import { Validations } from 'aws-cdk-lib';
import type { HttpApi, HttpMethod, HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { GovernedFunction } from './governed-function.ts';

type OpenRoute = {
  readonly path: string;
  /** One route for all methods if it is ANY: only a route has a throttle, and a flood can come by any method. */
  readonly method: HttpMethod;
  /** The integration is named by this. */
  readonly name: string;
  readonly serve: GovernedFunction;
  /** Why the gateway authorizes nobody here. */
  readonly reason: string;
};

/** Adds a route that needs no token. What it is called with is verified by its Lambda. */
export const addOpenRoute = (api: HttpApi, { path, method, name, serve, reason }: OpenRoute): HttpRoute[] => {
  const integration = new HttpLambdaIntegration(name, serve.lambda);
  const routes = api.addRoutes({ path, methods: [method], integration });
  for (const route of routes) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
  return routes;
};
