/** How endpoints are served where a manifest does not say, and the rights that this takes. */
import { Aws } from 'aws-cdk-lib';
import { type ServingBounds, ServingDefaults } from '../domain/release/deployment.ts';
import { regional } from './permissions.ts';
import type { Settings } from './settings.ts';

/** The doors have it in an environment variable, of which AWS takes 4 KB in all. */
const MAX_CHARACTERS = 2048;

/** What is served where a manifest does not say: it is written into the specification that people approve. */
export const servingDefaultsOf = (settings: Settings): ServingDefaults => {
  const { servingSubnets: subnets, servingSecurityGroups: groups, dataCaptureUri, dataCapturePercentage } = settings;
  if ((subnets === undefined) !== (groups === undefined)) {
    throw new Error('servingSubnets and servingSecurityGroups come together: a container in a VPC needs both');
  }
  const defaults = ServingDefaults.parse({
    network_isolation: settings.networkIsolation,
    vpc: subnets && groups && { subnets, security_group_ids: groups },
    data_capture: dataCaptureUri && {
      destination_s3_uri: dataCaptureUri,
      sampling_percentage: dataCapturePercentage,
      kms_key_id: settings.dataCaptureKmsKeyArn,
    },
    kms_key_id: settings.servingKmsKeyArn,
    tags: settings.servingTags,
    bounds: boundsOf(settings),
  });
  const { length } = JSON.stringify(defaults);
  if (length <= MAX_CHARACTERS) return defaults;
  throw new Error(
    `the settings of serving have ${length} characters, of ${MAX_CHARACTERS}: name fewer servingTags, servingKeyArns or captureUris`,
  );
};

const boundsOf = (settings: Settings): ServingBounds => ({
  vpc: settings.modelExecutionRoleArn !== undefined || settings.servingVpcIds.length > 0,
  keys: keysOf(settings),
  capture_uris: settings.modelExecutionRoleArn === undefined ? captureUrisOf(settings) : undefined,
});

const keysOf = ({ servingKmsKeyArn: volume, dataCaptureKmsKeyArn: capture, servingKeyArns }: Settings): string[] => [
  ...new Set([...[volume, capture].filter((key) => key !== undefined), ...servingKeyArns]),
];

const captureUrisOf = ({ dataCaptureUri, captureUris }: Settings): string[] => [
  ...(dataCaptureUri === undefined ? [] : [dataCaptureUri]),
  ...captureUris,
];

/** What the roles of the deployment get for it. */
export interface ServingRights {
  /** The VPCs that SageMaker makes network interfaces in. */
  readonly vpcArns: readonly string[];
  /** The keys of volumes and of captured data. */
  readonly keyArns: readonly string[];
  /** The S3 objects that captured data may be. */
  readonly capturedArns: readonly string[];
}

export const servingRightsOf = (settings: Settings): ServingRights => {
  const { modelExecutionRoleArn, servingSubnets, servingVpcIds } = settings;
  if (modelExecutionRoleArn === undefined && servingSubnets !== undefined && servingVpcIds.length === 0) {
    throw new Error('servingSubnets need servingVpcIds, or a modelExecutionRoleArn that has rights in their VPC');
  }
  return {
    vpcArns: servingVpcIds.map((id) => regional('ec2', `vpc/${id}`)),
    keyArns: keysOf(settings).map((key) => (key.startsWith('arn:') ? key : regional('kms', `key/${key}`))),
    capturedArns: captureUrisOf(settings).map(
      (uri) => `arn:${Aws.PARTITION}:s3:::${uri.replace(/^s3:\/\//, '').replace(/\/+$/, '')}/*`,
    ),
  };
};
