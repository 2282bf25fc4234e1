import { Aws } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow, regional } from '../permissions.ts';
import type { LockedCopies } from './locked-copies.ts';
import type { ModelBuckets } from './model-buckets.ts';

const LOG_GROUPS = regional('logs', 'log-group:/aws/sagemaker/Endpoints/*');

/** The role of endpoints if the deployment names none: it may load the artifact and the image, and write its log. */
export class ModelExecutionRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, modelBuckets: ModelBuckets, lockedCopies: LockedCopies) {
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
  }
}
