/** What SageMaker tells of endpoints, and what it is told to serve behind them. */
import {
  CreateEndpointCommand,
  DescribeEndpointCommand,
  SageMakerServiceException,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import type { Deployer } from '../domain/ports.ts';
import { sagemaker } from './sagemaker-registry.ts';

/** Points the endpoint at a configuration; an endpoint that serves it, or is on its way there, is left alone. */
export const pointEndpoint = async (EndpointName: string, EndpointConfigName: string): Promise<void> => {
  const present = await describeEndpoint(EndpointName);
  const heading = present?.PendingDeploymentSummary?.EndpointConfigName ?? present?.EndpointConfigName;
  if (present === undefined) {
    await unlessThere(sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName })));
  } else if (heading !== EndpointConfigName) {
    await sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));
  }
};

const DescribedEndpoint = z.object({
  EndpointConfigName: z.string(),
  EndpointStatus: z.string(),
  FailureReason: z.string().optional(),
  /** Where an update under way leads: until then the endpoint itself names what it served before. */
  PendingDeploymentSummary: z.object({ EndpointConfigName: z.string() }).optional(),
});

const describeEndpoint = async (EndpointName: string) => {
  try {
    return DescribedEndpoint.parse(await sagemaker.send(new DescribeEndpointCommand({ EndpointName })));
  } catch (cause) {
    if (cause instanceof SageMakerServiceException && /could not find/i.test(cause.message)) return undefined;
    throw cause;
  }
};

const PENDING = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack'];

/**
 * Whether an endpoint serves the configuration that it was given. In service under another configuration means that
 * SageMaker rolled the update back: that is a failure, however healthy the endpoint looks.
 */
export const endpointStatus: Deployer['status'] = async (endpointName, endpointConfigName) => {
  const found = await describeEndpoint(endpointName);
  if (found === undefined) return { status: 'failed', reason: `endpoint ${endpointName} is not there` };
  if (PENDING.includes(found.EndpointStatus)) return { status: 'pending', endpointConfigName };
  if (found.EndpointStatus !== 'InService') {
    return {
      status: 'failed',
      reason: `endpoint is ${found.EndpointStatus}: ${found.FailureReason ?? 'no reason given'}`,
    };
  }
  if (found.EndpointConfigName !== endpointConfigName) {
    return { status: 'failed', reason: `endpoint serves ${found.EndpointConfigName}, not ${endpointConfigName}` };
  }
  return { status: 'in_service', endpointConfigName };
};

/** A creation that finds its like already there was made before. */
export const unlessThere = async (creation: Promise<unknown>): Promise<void> => {
  try {
    await creation;
  } catch (cause) {
    const isThere =
      cause instanceof SageMakerServiceException && /already exist|cannot create already existing/i.test(cause.message);
    if (!isThere) throw cause;
  }
};
