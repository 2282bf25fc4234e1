import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeEventsCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { readAssembly, type StackArtifact } from './assembly.ts';
import { uploadAssets } from './assets.ts';
import { clientConfig, localAccountId, localRegion } from './clients.ts';
import { completeStack } from './complete-stack.ts';
import { until } from './ports.ts';
import { LocalProblem } from './problem.ts';
import type { Progress } from './venv.ts';

export interface DeployOptions {
  /** The `cdk.out` folder. */
  readonly directory: string;
  readonly endpoint: string;
  /**
   * Which stacks to deploy, by default all. The emulator refuses a whole stack if it does not know one of its types.
   */
  readonly wants?: (stack: { readonly stackName: string; readonly displayName: string }) => boolean;
  readonly onProgress?: Progress;
}

/** The outputs of each deployed stack, by stack name. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

const deployTimeoutMs = 120_000;

/** Deploys the same templates and assets as `cdk deploy`, in dependency order. */
export async function deploy(options: DeployOptions): Promise<StackOutputs> {
  const { directory, endpoint, wants = () => true, onProgress = () => undefined } = options;
  const s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
  const cloudFormation = new CloudFormationClient(clientConfig(endpoint));
  const stacks = await readAssembly(directory, { accountId: localAccountId, region: localRegion });

  const outputs: Record<string, Record<string, string>> = {};
  for (const stack of stacks.filter(wants)) {
    const count = Object.keys(stack.template.Resources).length;
    onProgress(`deploying ${stack.displayName}: ${count} resources, ${stack.assets.length} assets`);
    await uploadAssets(s3, stack.assets);
    await putBootstrapVersion(endpoint, stack);
    const deployed = await putStack(cloudFormation, stack, endpoint);
    await completeStack(cloudFormation, stack, endpoint);
    outputs[stack.stackName] = Object.fromEntries(
      (deployed.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']),
    );
  }
  return outputs;
}

/** Every CDK template refuses to deploy unless this parameter says that the bootstrap stack is recent enough. */
async function putBootstrapVersion(endpoint: string, stack: StackArtifact): Promise<void> {
  if (stack.versionParameter === undefined) return;
  const ssm = new SSMClient(clientConfig(endpoint));
  await ssm.send(
    new PutParameterCommand({ Name: stack.versionParameter, Value: '30', Type: 'String', Overwrite: true }),
  );
}

async function putStack(client: CloudFormationClient, stack: StackArtifact, endpoint: string): Promise<Stack> {
  const request = {
    StackName: stack.stackName,
    TemplateURL: stack.templateUrl.replace('s3://', `${endpoint}/`),
    Capabilities: ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const],
  };
  const existing = await describe(client, stack.stackName);
  try {
    await client.send(existing === undefined ? new CreateStackCommand(request) : new UpdateStackCommand(request));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (existing !== undefined && why.includes('No updates are to be performed')) return existing;
    throw new LocalProblem(`Could not deploy ${stack.displayName}: ${why}`, { cause: error });
  }
  return settle(client, stack);
}

async function settle(client: CloudFormationClient, { stackName, displayName }: StackArtifact): Promise<Stack> {
  let stack: Stack | undefined;
  const hasSettled = async () => {
    stack = await describe(client, stackName);
    return stack?.StackStatus?.endsWith('_IN_PROGRESS') === false;
  };
  await until(hasSettled, deployTimeoutMs);
  const status = stack?.StackStatus ?? 'gone';
  if (stack !== undefined && (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE')) return stack;
  throw new LocalProblem(`Could not deploy ${displayName} (${status}): ${await firstFailure(client, stackName)}`);
}

async function describe(client: CloudFormationClient, stackName: string): Promise<Stack | undefined> {
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return answer.Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** The first resource that failed is the cause; later failures are only cancellations. */
async function firstFailure(client: CloudFormationClient, stackName: string): Promise<string> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stackName }));
  const failed = StackEvents.findLast(
    (event) => event.ResourceStatus?.endsWith('_FAILED') && event.ResourceType !== 'AWS::CloudFormation::Stack',
  );
  if (failed === undefined) return firstInvalid(client, stackName);
  return `${failed.LogicalResourceId} (${failed.ResourceType}): ${failed.ResourceStatusReason ?? 'no reason given'}`;
}

/** A refusal before anything is created is among the events of the operation, not among those of the stack. */
async function firstInvalid(client: CloudFormationClient, stackName: string): Promise<string> {
  const failedOnly = { StackName: stackName, Filters: { FailedEvents: true } };
  const { OperationEvents = [] } = await client.send(new DescribeEventsCommand(failedOnly));
  const invalid = OperationEvents.find(
    (event) => event.LogicalResourceId !== undefined && event.ValidationStatusReason,
  );
  if (invalid === undefined) return 'the emulator gives no reason';
  return `${invalid.LogicalResourceId} (${invalid.ResourceType}): ${invalid.ValidationStatusReason}`;
}
