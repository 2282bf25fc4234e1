import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { regional } from '../permissions.ts';
import type { ServingRights } from '../serving-settings.ts';
import type { Foundations } from './foundations.ts';
import type { GovernedFunction } from './governed-function.ts';

/** The role that models run with, and what else they are served with. */
type Serving = Pick<Foundations, 'modelExecutionRoleArn' | 'servingRights'>;

const resources = (...types: string[]): string[] => types.map((type) => regional('sagemaker', `${type}/*`));

/** What Lambdas may do in SageMaker. Those that may delete may delete endpoints only. */
export const allowDescribePackages = (lambda: GovernedFunction): void => {
  lambda.allow({
    actions: ['sagemaker:DescribeModelPackage'],
    resources: resources('model-package'),
    because: 'modelResources',
  });
};

export const allowRegister = (lambda: GovernedFunction): void => {
  lambda.allow({
    actions: ['sagemaker:CreateModelPackage', 'sagemaker:CreateModelPackageGroup', 'sagemaker:DescribeModelPackage'],
    resources: resources('model-package', 'model-package-group'),
    because: 'modelResources',
  });
};

/** Keeps what packages show in line with the table, and their approvals in the lineage. */
export const allowSyncRegistry = (lambda: GovernedFunction): void => {
  const actions = regional('sagemaker', 'action/assay-approval-*');
  lambda
    .allow({
      actions: ['sagemaker:DescribeModelPackage', 'sagemaker:UpdateModelPackage'],
      resources: resources('model-package'),
      because: 'modelResources',
    })
    .allow({
      actions: ['sagemaker:CreateAction', 'sagemaker:DescribeAction', 'sagemaker:UpdateAction'],
      resources: [actions],
      because: 'approvalActions',
    })
    .allow({ actions: ['sagemaker:CreateArtifact'], resources: resources('artifact'), because: 'approvalActions' })
    .allow({
      actions: ['sagemaker:AddAssociation'],
      resources: [actions, ...resources('artifact')],
      because: 'approvalActions',
    })
    .allow({
      actions: ['sagemaker:ListArtifacts', 'sagemaker:ListAssociations'],
      resources: ['*'],
      because: 'noResourceLevel',
    });
};

export const allowDescribeEndpoints = (lambda: GovernedFunction): void => {
  lambda.allow({
    actions: ['sagemaker:DescribeEndpoint'],
    resources: resources('endpoint'),
    because: 'modelResources',
  });
};

/** Endpoints, and what they are configured to serve. */
export const allowDescribeShapes = (lambda: GovernedFunction): void => {
  allowDescribeEndpoints(lambda);
  lambda.allow({
    actions: ['sagemaker:DescribeEndpointConfig'],
    resources: resources('endpoint-config'),
    because: 'modelResources',
  });
};

/** Looks at what a rollback would need, and changes nothing. */
export const allowRehearseWayBack = (lambda: GovernedFunction): void => {
  allowDescribeShapes(lambda);
  lambda.allow({ actions: ['sagemaker:DescribeModel'], resources: resources('model'), because: 'modelResources' });
};

/**
 * SageMaker gives itself a grant on the key of an endpoint's volume, by the rights of who creates or updates the endpoint:
 * through SageMaker alone, and for resources of AWS.
 */
const allowVolumeKeys = (lambda: GovernedFunction, { keyArns }: ServingRights): void => {
  if (keyArns.length === 0) return;
  lambda.allow({
    actions: ['kms:CreateGrant'],
    resources: keyArns,
    conditions: {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
      StringEquals: { 'kms:ViaService': `sagemaker.${Aws.REGION}.${Aws.URL_SUFFIX}` },
    },
  });
};

/** Creates and updates endpoints, as models that run with this one role. */
export const allowDeploy = (lambda: GovernedFunction, serving: Serving): void => {
  allowCreate(lambda, serving);
  // SageMaker requires this permission on both the endpoint and the configuration that it is to serve.
  lambda.allow({
    actions: ['sagemaker:UpdateEndpoint'],
    resources: resources('endpoint', 'endpoint-config'),
    because: 'modelResources',
  });
};

/** Creates endpoints, and changes none. */
export const allowCreate = (lambda: GovernedFunction, { modelExecutionRoleArn, servingRights }: Serving): void => {
  allowVolumeKeys(lambda, servingRights);
  allowDescribePackages(lambda);
  allowDescribeShapes(lambda);
  lambda.allow({
    actions: [
      'sagemaker:AddTags',
      'sagemaker:CreateEndpoint',
      'sagemaker:CreateEndpointConfig',
      'sagemaker:CreateModel',
      'sagemaker:DescribeModel',
    ],
    resources: resources('endpoint', 'endpoint-config', 'model'),
    because: 'modelResources',
  });
  lambda.role.addToPolicy(
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [modelExecutionRoleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
  );
};

/** Deletes an endpoint, after it has looked at what that serves. */
export const allowDelete = (lambda: GovernedFunction): void => {
  allowDescribeShapes(lambda);
  allowClose(lambda);
  lambda.allow({
    actions: ['sagemaker:DescribeModel', 'sagemaker:ListTags'],
    resources: resources('model'),
    because: 'modelResources',
  });
};

/**
 * Takes a denied release off its endpoint: updates the endpoint to an existing configuration, which it has compared with
 * what was approved, or deletes it. It creates nothing.
 */
export const allowRestore = (lambda: GovernedFunction, { servingRights }: Serving): void => {
  allowVolumeKeys(lambda, servingRights);
  allowDescribeShapes(lambda);
  allowClose(lambda);
  allowDescribePackages(lambda);
  lambda.allow({ actions: ['sagemaker:DescribeModel'], resources: resources('model'), because: 'modelResources' });
  // SageMaker requires this permission on both the endpoint and the configuration that it is to serve.
  lambda.allow({
    actions: ['sagemaker:UpdateEndpoint'],
    resources: resources('endpoint', 'endpoint-config'),
    because: 'modelResources',
  });
};

/**
 * Looks at all endpoints and what is behind them, and orders a configuration that is there, after it has compared that with
 * what was approved. It creates and deletes nothing.
 */
export const allowSweep = (lambda: GovernedFunction, { servingRights }: Serving): void => {
  allowVolumeKeys(lambda, servingRights);
  allowDescribeShapes(lambda);
  allowDescribePackages(lambda);
  lambda
    .allow({ actions: ['sagemaker:ListEndpoints'], resources: ['*'], because: 'noResourceLevel' })
    .allow({
      actions: ['sagemaker:DescribeModel', 'sagemaker:ListTags'],
      resources: resources('model'),
      because: 'modelResources',
    })
    // SageMaker requires this permission on both the endpoint and the configuration that it is to serve.
    .allow({
      actions: ['sagemaker:UpdateEndpoint'],
      resources: resources('endpoint', 'endpoint-config'),
      because: 'modelResources',
    });
};

/** Deletes endpoints that nothing needs any more. */
export const allowClose = (lambda: GovernedFunction): void => {
  allowDescribeEndpoints(lambda);
  lambda.allow({
    actions: ['sagemaker:DeleteEndpoint'],
    resources: resources('endpoint'),
    because: 'modelResources',
  });
};
