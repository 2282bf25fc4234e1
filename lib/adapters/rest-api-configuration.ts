import {
  APIGatewayClient,
  GetRequestValidatorsCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand,
  type Method,
} from '@aws-sdk/client-api-gateway';
import type { EndpointConfiguration } from '../domain/evidence/live-endpoint.ts';
import { type ApiStage, domainTls, loosest, lowest, takesBody, tlsOf } from './http-api-configuration.ts';

const gateway = new APIGatewayClient({});

/** One page at most; an API in front of a model has a handful. */
const RESOURCES_MAX = 500;
const ALL_METHODS = '*/*';

/** How a stage of a REST API is configured, which can validate bodies by itself. */
export const readRestApi = async ({
  apiId: restApiId,
  stage: stageName,
  domainName,
}: ApiStage): Promise<EndpointConfiguration | string> => {
  const [api, stage, { items: resources = [], position }, { items: validators = [] }] = await Promise.all([
    gateway.send(new GetRestApiCommand({ restApiId })),
    gateway.send(new GetStageCommand({ restApiId, stageName })),
    gateway.send(new GetResourcesCommand({ restApiId, embed: ['methods'], limit: RESOURCES_MAX })),
    gateway.send(new GetRequestValidatorsCommand({ restApiId, limit: RESOURCES_MAX })),
  ]);
  if (position !== undefined) return `it has more than ${RESOURCES_MAX} resources`;
  const domain = domainName === undefined ? undefined : await domainTls(domainName, restApiId, stageName);
  if (domain !== undefined && 'problem' in domain) return domain.problem;
  const validating = validators.flatMap(({ id, validateRequestBody }) => (id && validateRequestBody ? [id] : []));
  const withBody = resources.flatMap(({ resourceMethods = {} }) =>
    Object.entries(resourceMethods).flatMap(([name, method]) => (takesBody(name) ? [method] : [])),
  );
  const settings = stage.methodSettings ?? {};
  const limits = Object.values(settings).map(({ throttlingRateLimit }) => throttlingRateLimit);
  return {
    minimumTls: lowest([
      ...(api.disableExecuteApiEndpoint ? [] : [tlsOf(api.securityPolicy ?? 'TLS_1_0')]),
      ...(domain === undefined ? [] : [domain.tls]),
    ]),
    validated: { routes: withBody.filter((method) => isValidated(method, validating)).length, of: withBody.length },
    // Without a limit for all methods, some method has none.
    requestsPerSecond: settings[ALL_METHODS] === undefined ? undefined : loosest(limits),
  };
};

const isValidated = (
  { requestValidatorId: validator, requestModels: models = {} }: Method,
  validating: readonly string[],
) => validator !== undefined && validating.includes(validator) && Object.keys(models).length > 0;
