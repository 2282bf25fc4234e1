import {
  APIGatewayClient,
  GetRequestValidatorsCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand as GetRestStageCommand,
  type Method,
  NotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  GetApiCommand,
  GetApiMappingsCommand,
  GetDomainNameCommand,
  GetRoutesCommand,
  GetStageCommand,
  type SecurityPolicy,
} from '@aws-sdk/client-apigatewayv2';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { readLiveEndpoint } from '../../lib/adapters/live-endpoint.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const http = mockClient(ApiGatewayV2Client);
const rest = mockClient(APIGatewayClient);
const sagemaker = mockClient(SageMakerClient);
compareWhatIsMocked(
  [http, rest, sagemaker],
  ...['GetApi', 'GetApiMappings', 'GetDomainName', 'GetRoutes'],
  ...['GetRequestValidators', 'GetResources', 'GetRestApi', 'GetStage'],
);

beforeEach(() => {
  for (const client of [http, rest, sagemaker]) client.reset();
});

const read = (arn: string, domainName?: string) => readLiveEndpoint({ arn, domainName });

describe('an HTTP API', () => {
  const ARN = 'arn:aws:apigateway:eu-central-1::/apis/abc/stages/$default';
  const anApi = (routes: string[], stage: object = {}, api: object = {}) => {
    http.on(GetApiCommand).resolves({ Name: 'credit', ...api });
    http.on(GetStageCommand, { ApiId: 'abc', StageName: '$default' }).resolves({ StageName: '$default', ...stage });
    http.on(GetRoutesCommand).resolves({ Items: routes.map((RouteKey) => ({ RouteKey })) });
  };
  const aDomain = (SecurityPolicy: string, mapping = { ApiId: 'abc', Stage: '$default' }) => {
    // AWS adds policies faster than the SDK names them.
    http
      .on(GetDomainNameCommand)
      .resolves({ DomainNameConfigurations: [{ SecurityPolicy: SecurityPolicy as SecurityPolicy }] });
    http.on(GetApiMappingsCommand).resolves({ Items: [mapping] });
  };

  it('speaks TLS 1.2, has the limit of its stage, and validates no body', async () => {
    anApi(['POST /invocations', 'GET /ping', '$default'], { DefaultRouteSettings: { ThrottlingRateLimit: 50 } });

    expect(await read(ARN)).toEqual({
      kind: 'read',
      arn: ARN,
      configuration: { minimumTls: '1.2', validated: { routes: 0, of: 2 }, requestsPerSecond: 50 },
    });
  });

  it('is as open as its most open route', async () => {
    anApi(['POST /a', 'POST /b'], {
      DefaultRouteSettings: { ThrottlingRateLimit: 50 },
      RouteSettings: { 'POST /b': { ThrottlingRateLimit: 900 } },
    });

    expect(await read(ARN)).toMatchObject({ configuration: { requestsPerSecond: 900 } });
  });

  it('has no limit if one of its routes has none', async () => {
    anApi(['POST /a', 'POST /b'], { RouteSettings: { 'POST /b': { ThrottlingRateLimit: 900 } } });

    expect(await read(ARN)).toMatchObject({ configuration: { requestsPerSecond: undefined } });
  });

  it('has no limit where throttling is switched off, which is written as -1', async () => {
    anApi(['POST /a'], { DefaultRouteSettings: { ThrottlingRateLimit: -1 } });

    expect(await read(ARN)).toMatchObject({ configuration: { requestsPerSecond: undefined } });
  });

  it('has all its routes looked at, however many pages', async () => {
    anApi([]);
    http
      .on(GetRoutesCommand)
      .resolvesOnce({ Items: [{ RouteKey: 'POST /a' }], NextToken: 'more' })
      .resolvesOnce({ Items: [{ RouteKey: 'PUT /b' }] });

    expect(await read(ARN)).toMatchObject({ configuration: { validated: { routes: 0, of: 2 } } });
  });

  it('is given up when its routes have no end', async () => {
    anApi([]);
    http.on(GetRoutesCommand).resolves({ Items: [], NextToken: 'more' });

    await expect(read(ARN)).rejects.toThrow('more than 20 pages');
  });

  it.each([
    ['TLS_1_0', '1.0'],
    ['TLS_1_2', '1.2'],
    ['SecurityPolicy_TLS12_PFS_2025_EDGE', '1.2'],
    ['SecurityPolicy_TLS13_1_2_PQ_2025_09', '1.2'],
    ['SecurityPolicy_TLS13_1_3_2025_09', '1.3'],
    ['SecurityPolicy_TLS14_2030', '1.0'],
  ])('with a domain of policy %s speaks TLS %s', async (policy, version) => {
    anApi(['POST /a'], {}, { DisableExecuteApiEndpoint: true });
    aDomain(policy);

    expect(await read(ARN, 'api.bank.example')).toMatchObject({ configuration: { minimumTls: version } });
  });

  it('is as weak as its weaker address', async () => {
    anApi(['POST /a']);
    aDomain('SecurityPolicy_TLS13_1_3_2025_09');

    expect(await read(ARN, 'api.bank.example')).toMatchObject({ configuration: { minimumTls: '1.2' } });
  });

  it('is not known by a domain that leads elsewhere', async () => {
    anApi(['POST /a']);
    aDomain('TLS_1_2', { ApiId: 'abc', Stage: 'test' });

    expect(await read(ARN, 'api.bank.example')).toEqual({
      kind: 'unreadable',
      arn: ARN,
      problem: 'api.bank.example does not lead to this stage',
    });
  });
});

describe('a REST API', () => {
  const ARN = 'arn:aws:apigateway:eu-central-1::/restapis/abc/stages/prod';
  const VALIDATED = { requestValidatorId: 'v1', requestModels: { 'application/json': 'Application' } };
  type Api = { methods?: Record<string, Method>; limits?: Record<string, object>; api?: object; resources?: object };
  const anApi = ({ methods = { POST: VALIDATED }, limits = {}, api = {}, resources = {} }: Api) => {
    rest.on(GetRestApiCommand).resolves({ id: 'abc', ...api });
    rest.on(GetRestStageCommand, { restApiId: 'abc', stageName: 'prod' }).resolves({ methodSettings: limits });
    rest.on(GetResourcesCommand).resolves({ items: [{ resourceMethods: methods }, {}], ...resources });
    rest.on(GetRequestValidatorsCommand).resolves({
      items: [
        { id: 'v1', validateRequestBody: true },
        { id: 'v2', validateRequestBody: false },
      ],
    });
  };

  it('validates the bodies of methods that have a validator of bodies and a model', async () => {
    anApi({
      methods: {
        POST: VALIDATED,
        PUT: { ...VALIDATED, requestValidatorId: 'v2' },
        PATCH: { requestValidatorId: 'v1' },
        ANY: {},
        GET: {},
      },
    });

    expect(await read(ARN)).toMatchObject({ configuration: { validated: { routes: 1, of: 4 } } });
  });

  it('has the limit of all its methods, or of its most open one', async () => {
    anApi({ limits: { '*/*': { throttlingRateLimit: 50 }, 'a/POST': { throttlingRateLimit: 70 } } });

    expect(await read(ARN)).toMatchObject({ configuration: { requestsPerSecond: 70 } });
  });

  it.each([
    { '*/*': { throttlingRateLimit: -1 } },
    { '*/*': { throttlingRateLimit: 50 }, 'a/POST': { throttlingRateLimit: -1 } },
  ])('has no limit where throttling is switched off for any of its methods: %j', async (limits) => {
    anApi({ limits });

    expect(await read(ARN)).toMatchObject({ configuration: { requestsPerSecond: undefined } });
  });

  it('has no limit if not all its methods have one', async () => {
    anApi({ limits: { 'a/POST': { throttlingRateLimit: 70 } } });

    expect(await read(ARN)).toMatchObject({ configuration: { requestsPerSecond: undefined } });
  });

  it.each([
    ['the oldest TLS at its own address', {}, '1.0'],
    ['what its own policy says', { securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09' }, '1.3'],
  ])('speaks %s', async (_, api, version) => {
    anApi({ api });

    expect(await read(ARN)).toMatchObject({ configuration: { minimumTls: version } });
  });

  it('speaks the TLS of its domain when it has no other address', async () => {
    anApi({ api: { disableExecuteApiEndpoint: true } });
    http.on(GetDomainNameCommand).resolves({ DomainNameConfigurations: [{ SecurityPolicy: 'TLS_1_2' }] });
    http.on(GetApiMappingsCommand).resolves({ Items: [{ ApiId: 'abc', Stage: 'prod' }] });

    expect(await read(ARN, 'api.bank.example')).toMatchObject({ configuration: { minimumTls: '1.2' } });
    http.on(GetApiMappingsCommand).resolves({ Items: [] });
    expect(await read(ARN, 'api.bank.example')).toMatchObject({ kind: 'unreadable' });
  });

  it('is not judged by a part of its methods', async () => {
    anApi({ resources: { position: 'more' } });

    expect(await read(ARN)).toMatchObject({ kind: 'unreadable', problem: 'it has more than 500 resources' });
  });
});

describe('a SageMaker endpoint', () => {
  const ARN = 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/credit';

  it('speaks TLS 1.2, and neither validates nor limits by itself', async () => {
    sagemaker.on(DescribeEndpointCommand, { EndpointName: 'credit' }).resolves({ EndpointStatus: 'InService' });

    expect(await read(ARN)).toMatchObject({
      configuration: { minimumTls: '1.2', validated: { routes: 0, of: 1 }, requestsPerSecond: undefined },
    });
  });

  it('that has failed has no configuration to judge', async () => {
    sagemaker.on(DescribeEndpointCommand).resolves({ EndpointStatus: 'Failed' });

    expect(await read(ARN)).toEqual({ kind: 'unreadable', arn: ARN, problem: 'the endpoint is Failed' });
  });
});

describe('a service that does not answer', () => {
  const ARN = 'arn:aws:apigateway:eu-central-1::/restapis/abc/stages/prod';

  it('is reported when it refuses', async () => {
    rest.rejects(new NotFoundException({ $metadata: {}, message: 'Invalid API identifier' }));

    expect(await read(ARN)).toEqual({ kind: 'unreadable', arn: ARN, problem: 'the service answers NotFoundException' });
  });

  it('is asked again later when it throttles', async () => {
    const throttled = { $metadata: { httpStatusCode: 429 }, message: 'Too Many Requests' };
    rest.rejects(new TooManyRequestsException(throttled));

    await expect(read(ARN)).rejects.toThrow('Too Many Requests');
  });

  it('is asked again later when something else is wrong', async () => {
    rest.rejects(new Error('socket hang up'));

    await expect(read(ARN)).rejects.toThrow('socket hang up');
  });
});
