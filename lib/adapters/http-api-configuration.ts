import {
  ApiGatewayV2Client,
  GetApiCommand,
  GetApiMappingsCommand,
  GetDomainNameCommand,
  GetRoutesCommand,
  GetStageCommand,
  type Route,
} from '@aws-sdk/client-apigatewayv2';
import type { TlsVersion } from '../domain/evidence/deployment-descriptor.ts';
import type { EndpointConfiguration } from '../domain/evidence/live-endpoint.ts';

const gateway = new ApiGatewayV2Client({});

/** An API with more pages than this is not one that fronts a model. */
const PAGES_MAX = 20;

export type ApiStage = {
  readonly apiId: string;
  readonly stage: string;
  /** The address that callers use, if it is not the API's own. */
  readonly domainName: string | undefined;
};

/** How a stage of an HTTP API is configured. Such an API validates no body: its backend must do that. */
export const readHttpApi = async ({
  apiId: ApiId,
  stage,
  domainName,
}: ApiStage): Promise<EndpointConfiguration | string> => {
  const [api, { DefaultRouteSettings: byDefault, RouteSettings: perRoute = {} }, routes] = await Promise.all([
    gateway.send(new GetApiCommand({ ApiId })),
    gateway.send(new GetStageCommand({ ApiId, StageName: stage })),
    routesOf(ApiId),
  ]);
  const domain = domainName === undefined ? undefined : await domainTls(domainName, ApiId, stage);
  if (domain !== undefined && 'problem' in domain) return domain.problem;
  const limits = routes.map(
    ({ RouteKey: key = '' }) => perRoute[key]?.ThrottlingRateLimit ?? byDefault?.ThrottlingRateLimit,
  );
  // HTTP APIs speak TLS 1.2 at their own address, and offer no other policy there.
  const addresses: TlsVersion[] = api.DisableExecuteApiEndpoint ? [] : ['1.2'];
  return {
    minimumTls: lowest([...addresses, ...(domain === undefined ? [] : [domain.tls])]),
    validated: { routes: 0, of: routes.filter(({ RouteKey }) => takesBody(RouteKey?.split(' ')[0])).length },
    requestsPerSecond: loosest(limits),
  };
};

const routesOf = async (ApiId: string): Promise<Route[]> => {
  const routes: Route[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await gateway.send(new GetRoutesCommand({ ApiId, NextToken }));
    routes.push(...(answer.Items ?? []));
    NextToken = answer.NextToken;
    if (NextToken === undefined) return routes;
  }
  throw new Error(`could not read the routes of ${ApiId}: there are more than ${PAGES_MAX} pages`);
};

/** The TLS of a custom domain, which must lead to this very stage. */
export const domainTls = async (
  domainName: string,
  apiId: string,
  stage: string,
): Promise<{ readonly tls: TlsVersion } | { readonly problem: string }> => {
  const [{ DomainNameConfigurations: ways = [] }, { Items: mappings = [] }] = await Promise.all([
    gateway.send(new GetDomainNameCommand({ DomainName: domainName })),
    gateway.send(new GetApiMappingsCommand({ DomainName: domainName })),
  ]);
  if (!mappings.some((mapping) => mapping.ApiId === apiId && mapping.Stage === stage)) {
    return { problem: `${domainName} does not lead to this stage` };
  }
  return { tls: lowest(ways.map(({ SecurityPolicy }) => tlsOf(SecurityPolicy))) };
};

/** The lowest version that a security policy of API Gateway accepts; one that we do not know accepts all of them. */
export const tlsOf = (policy: string | undefined): TlsVersion => {
  if (policy === undefined) return '1.0';
  if (/TLS13_(1_3|2025_EDGE)/.test(policy)) return '1.3';
  return /TLS13_1_2|TLS12_|TLS_1_2/.test(policy) ? '1.2' : '1.0';
};

export const lowest = (versions: readonly TlsVersion[]): TlsVersion => [...versions].sort()[0] ?? '1.0';

/** The highest of all limits, or none if a route has none. API Gateway writes -1 if throttling is switched off. */
export const loosest = (limits: readonly (number | undefined)[]): number | undefined => {
  const known = limits.flatMap((limit) => (limit === undefined || limit < 0 ? [] : limit));
  return known.length === 0 || known.length < limits.length ? undefined : Math.max(...known);
};

export const takesBody = (method: string | undefined): boolean =>
  ['POST', 'PUT', 'PATCH', 'ANY', '$default'].includes(method ?? '');
