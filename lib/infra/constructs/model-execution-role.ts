import { Aws } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow, DESCRIBE_ALARMS, regional } from '../permissions.ts';
import type { ServingRights } from '../serving-settings.ts';
import type { LockedCopies } from './locked-copies.ts';
import { allowThroughS3, type ModelBuckets } from './model-buckets.ts';

const LOG_GROUPS = regional('logs', 'log-group:/aws/sagemaker/Endpoints/*');

interface ModelExecutionRoleProps {
  readonly modelBuckets: ModelBuckets;
  readonly lockedCopies: LockedCopies;
  readonly rights: ServingRights;
}

/**
 * The role of endpoints if the deployment names none: it may load the artifact and the image, and write its log. A container
 * can use it as well, so whatever else it may is named by the settings.
 */
export class ModelExecutionRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { modelBuckets, lockedCopies, rights }: ModelExecutionRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('sagemaker.amazonaws.com') });
    modelBuckets.allowRead(this.role);
    modelBuckets.allowList(this.role);
    lockedCopies.allowLoad(this.role);
    allow(this.role, {
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: [LOG_GROUPS],
      because: 'logStreams',
    });
    allow(this.role, {
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [`arn:${Aws.PARTITION}:ecr:${Aws.REGION}:*:repository/*`],
      because: 'modelImages',
    });
    allow(this.role, { actions: ['ecr:GetAuthorizationToken'], resources: ['*'], because: 'noResourceLevel' });
    // By this role SageMaker looks at the alarms that take a deployment back.
    allow(this.role, DESCRIBE_ALARMS);
    allowCapture(this.role, rights);
    if (rights.vpcArns.length > 0) allowNetworkInterfaces(this.role, rights.vpcArns);
  }
}

const allowCapture = (role: Role, { capturedArns, keyArns }: ServingRights): void => {
  if (capturedArns.length === 0) return;
  allow(role, { actions: ['s3:PutObject'], resources: capturedArns, because: 'capturedData' });
  if (keyArns.length > 0) allowThroughS3(role, 'kms:GenerateDataKey', keyArns);
};

/**
 * SageMaker makes the network interfaces of containers by this role. Anywhere else, a container could open a way into a
 * network of others: a permission on an interface lets another account attach it.
 */
const allowNetworkInterfaces = (role: Role, vpcArns: readonly string[]): void => {
  const inVpcs = { conditions: { ArnEquals: { 'ec2:Vpc': vpcArns } } };
  const interfaces = regional('ec2', 'network-interface/*');
  const because = 'networkInterfaces';
  allow(role, {
    actions: ['ec2:CreateNetworkInterface'],
    resources: ['subnet/*', 'security-group/*'].map((kind) => regional('ec2', kind)),
    ...inVpcs,
    because,
  });
  // One that is being made is in no VPC yet: the subnet says which it will be.
  allow(role, { actions: ['ec2:CreateNetworkInterface'], resources: [interfaces], because });
  allow(role, {
    actions: ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface'],
    resources: [interfaces],
    ...inVpcs,
    because,
  });
  allow(role, {
    actions: [
      // It may name the permission alone, and takes away only what the others gave.
      'ec2:DeleteNetworkInterfacePermission',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ],
    resources: ['*'],
    because: 'noResourceLevel',
  });
};
