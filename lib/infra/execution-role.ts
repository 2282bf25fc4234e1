import { Aws, DefaultStackSynthesizer } from 'aws-cdk-lib';
import type { Node } from 'constructs';

/**
 * The role that CloudFormation deploys the stack with, which alone may change keys and locked buckets afterwards: the one
 * of the CDK's bootstrap stack, unless the setting names another.
 */
export const executionRoleArn = (node: Node, name?: string): string =>
  `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${name ?? bootstrapped(node)}`;

const bootstrapped = (node: Node): string => {
  const qualifier = node.tryGetContext('@aws-cdk/core:bootstrapQualifier') ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  return `cdk-${qualifier}-cfn-exec-role-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
};

/**
 * The condition that makes a denial spare the execution role. A session has the ARN of its role here. A request without
 * a principal, such as one of an AWS service, is denied.
 */
export const exceptFor = (roleArn: string) => ({ ArnNotEquals: { 'aws:PrincipalArn': roleArn } });
