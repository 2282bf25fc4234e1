import { Aws, Stack, Validations } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';

/** Every wildcard resource in our IAM policies has one of these reasons. There are no others. */
const JUSTIFICATIONS = {
  modelObjects: 'A release names its objects when it is requested; the buckets are named exactly.',
  evidenceObjects: 'Kept copies are named by their digest, which is not known before they are read.',
  ledgerObjects: 'Objects of the ledger are named by day, model, number or hour; the prefix is named exactly.',
  recordObjects: 'Records and attestations are named by model, release and digest; the folder is named exactly.',
  replicatedObjects: 'Every object of the bucket is copied; both buckets are named exactly.',
  mailIdentities: 'SES also checks the identities of recipients; the sender is fixed by a condition.',
  countedTables: 'A table that Athena counts is named by its digest, and a result by its query.',
  derivedRows: 'Rows are in files by their numbers, and a result is named by its query; the folders are named exactly.',
  failedBatches: 'Lambda names the record of a failed batch itself; the bucket holds nothing else.',
  modelResources:
    'Models, packages and endpoints have the names that manifests give them; account and region are fixed.',
  approvalActions: 'SageMaker names artifacts itself; actions are named by release, with a fixed prefix.',
  entryPoints: 'The deployment descriptor names the API in front of a model; the region is fixed.',
  capturedData: 'SageMaker names what it captures; it is below a URI that is named exactly.',
  networkInterfaces: 'SageMaker names the network interfaces that it makes; the VPC is fixed by a condition.',
  logStreams: 'SageMaker names the log streams of endpoints; the log groups have a fixed prefix.',
  modelImages: 'The manifest names the image that serves a model; the rights only allow pulling one.',
  ownExecutions: 'An execution is named by what it is for; the machine is named exactly.',
  compositeAlarms: 'CloudWatch lists composite alarms only to those who may list every alarm; it changes none.',
  rollbackAlarms: 'The manifest names the alarms that take a deployment back; account and region are fixed.',
  noResourceLevel: 'The service has no resource-level permission for these actions.',
} as const;
export type Justification = keyof typeof JUSTIFICATIONS;

export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** When it is allowed, by operator and key of IAM. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why a resource has a wildcard. */
  readonly because?: Justification;
}

/** The ARN of a resource of this account, in this region. */
export const regional = (service: string, resource: string): string =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

/** To see whether an alarm that is to take a deployment back is there, or is on. */
export const DESCRIBE_ALARMS: Permission = {
  actions: ['cloudwatch:DescribeAlarms'],
  resources: [regional('cloudwatch', 'alarm:*')],
  because: 'rollbackAlarms',
};

/** A role, or a policy that roles share. */
type Holder = Role | ManagedPolicy;

/** Adds a permission to a role. Refuses wildcard actions, and wildcard resources without a reason from the list. */
export const allow = (role: Holder, { actions, resources, because, conditions = {} }: Permission): void => {
  const wide = resources.map((resource) => flatten(Stack.of(role).resolve(resource))).filter((it) => it.includes('*'));
  if (actions.some((action) => action.includes('*'))) {
    throw new Error(`could not allow ${actions.join(', ')} to ${role.node.path}: name each action`);
  }
  if (wide.length > 0 && because === undefined) {
    throw new Error(`could not allow ${wide.join(', ')} to ${role.node.path}: a wildcard needs a justification`);
  }
  const statement = new PolicyStatement({ actions: [...actions], resources: [...resources], conditions });
  if (role instanceof ManagedPolicy) role.addStatements(statement);
  else role.addToPolicy(statement);
  if (because === undefined) return;
  for (const resource of wide) acknowledgeWildcard(role, resource, because);
};

/** Denies a role something that a pattern of an allowed resource or condition would include. */
export const deny = (role: Role, { actions, resources, conditions = {} }: Omit<Permission, 'because'>): void => {
  role.addToPolicy(
    new PolicyStatement({ effect: Effect.DENY, actions: [...actions], resources: [...resources], conditions }),
  );
};

/** Acknowledges a wildcard with its reason. cdk-nag identifies the finding by the resource as `flatten` writes it. */
export const acknowledgeWildcard = (role: Holder, resource: string, because: Justification): void => {
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${resource}]`,
    reason: JUSTIFICATIONS[because],
  });
};

/** A resolved template value as one line of text, with references in angle brackets, as cdk-nag writes it. */
const flatten = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, content] = ['', undefined]] = Object.entries(value);
  if (name === 'Fn::Join' && Array.isArray(content)) {
    return (content[1] as unknown[]).map(flatten).join(String(content[0]));
  }
  if (name === 'Fn::GetAtt' && Array.isArray(content)) return `<${content.join('.')}>`;
  return name === 'Ref' ? `<${content}>` : JSON.stringify(value);
};
