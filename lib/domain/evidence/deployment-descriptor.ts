import * as z from 'zod';
import { ModelName } from '../identifiers.ts';
import { readDocument } from './documents/document.ts';

export const DEPLOYMENT_DESCRIPTOR_MAX_BYTES = 65_536;

export const TlsVersion = z.enum(['1.0', '1.1', '1.2', '1.3']);
export type TlsVersion = z.infer<typeof TlsVersion>;

/** A stage of an HTTP API or REST API of API Gateway, or a SageMaker endpoint. */
const EntryPointArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:(apigateway:[a-z0-9-]+::\/(apis|restapis)\/[a-z0-9]+\/stages\/[$A-Za-z0-9_-]+|sagemaker:[a-z0-9-]+:\d{12}:endpoint\/[A-Za-z0-9-]{1,63})$/,
    'must be the ARN of a stage of an API (…/apis/ID/stages/NAME, …/restapis/ID/stages/NAME) or of a SageMaker endpoint',
  );

/** How callers reach the model: what is configured there, or the ARN under which the configuration can be looked up. */
export const DeploymentDescriptor = z.object({
  schema_version: z.literal(1),
  endpoint_name: ModelName,
  entry_point: z
    .object({
      arn: EntryPointArn.optional(),
      /** The address that callers use, if it is a custom domain of API Gateway. */
      domain_name: z
        .string()
        .regex(/^[a-z0-9.-]{4,253}$/, 'must be a domain name')
        .optional(),
    })
    .default({}),
  tls: z.object({ minimum_version: TlsVersion, plain_http: z.enum(['refused', 'redirected', 'served']) }).optional(),
  input_validation: z.object({ schema: z.string().min(1), rejects: z.array(z.string().min(1)).default([]) }).optional(),
  rate_limiting: z.object({ requests_per_second: z.number().positive(), burst: z.int().min(1).optional() }).optional(),
});
export type DeploymentDescriptor = z.infer<typeof DeploymentDescriptor>;

/** Establishes that bytes are a deployment descriptor. */
export const parseDeploymentDescriptor = (bytes: Uint8Array): DeploymentDescriptor =>
  readDocument(DeploymentDescriptor, bytes, DEPLOYMENT_DESCRIPTOR_MAX_BYTES, 'deployment descriptor');
