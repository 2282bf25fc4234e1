import { APIGatewayServiceException } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2ServiceException } from '@aws-sdk/client-apigatewayv2';
import {
  DescribeEndpointCommand,
  SageMakerClient,
  SageMakerServiceException,
  EndpointStatus as SageMakerStatus,
} from '@aws-sdk/client-sagemaker';
import type { EntryPoint } from '../domain/checks/evidence-readers.ts';
import type { EndpointConfiguration, LiveEndpoint } from '../domain/evidence/live-endpoint.ts';
import { isPassing } from './aws-error.ts';
import { readHttpApi } from './http-api-configuration.ts';
import { readRestApi } from './rest-api-configuration.ts';

const sagemaker = new SageMakerClient({});

/** Asks AWS how an entry point is configured now. If AWS refuses to answer, that is a result and no fault. */
export const readLiveEndpoint = async ({ arn, domainName }: EntryPoint): Promise<LiveEndpoint> => {
  try {
    const configuration = await configurationOf(arn, domainName);
    return typeof configuration === 'string'
      ? { kind: 'unreadable', arn, problem: configuration }
      : { kind: 'read', arn, configuration };
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    return { kind: 'unreadable', arn, problem: `the service answers ${cause.name}` };
  }
};

/** The configuration, or a sentence that says why there is none. */
const configurationOf = (arn: string, domainName: string | undefined): Promise<EndpointConfiguration | string> => {
  const [, kind, id = '', stage = ''] = /:(?:\/(apis|restapis)\/)([^/]+)\/stages\/(.+)$/.exec(arn) ?? [];
  if (kind === 'apis') return readHttpApi({ apiId: id, stage, domainName });
  if (kind === 'restapis') return readRestApi({ apiId: id, stage, domainName });
  return readEndpoint(arn.split('/').at(-1) ?? '');
};

/** SageMaker accepts signed requests over TLS 1.2 or newer only. It validates no body and has no rate limit. */
const readEndpoint = async (EndpointName: string): Promise<EndpointConfiguration | string> => {
  const { EndpointStatus: status } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  if (status === SageMakerStatus.DELETING || status === SageMakerStatus.FAILED) return `the endpoint is ${status}`;
  return { minimumTls: '1.2', validated: { routes: 0, of: 1 }, requestsPerSecond: undefined };
};

/** The resource does not exist, or we may not see it: a retry would not change that, as it would for throttling. */
const isRefused = (cause: unknown): cause is Error =>
  (cause instanceof APIGatewayServiceException ||
    cause instanceof ApiGatewayV2ServiceException ||
    cause instanceof SageMakerServiceException) &&
  !isPassing(cause);
