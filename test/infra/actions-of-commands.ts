/**
 * What IAM asks for when a command is sent, from the Service Authorization Reference and the guides of the services. A Lambda
 * has these rights and no others (grants-are-sent.test.ts).
 */

/** The prefixes of actions, where the SDK calls a service otherwise. */
const PREFIXES: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  sfn: 'states',
  sesv2: 'ses',
  'secrets-manager': 'secretsmanager',
  eventbridge: 'events',
};

/** Commands with an action of another name, or several. Those of API Gateway are one: it knows the verbs of HTTP alone. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  's3 HeadObject': ['s3:GetObject'],
  's3 ListObjectsV2': ['s3:ListBucket'],
  's3 ListObjectVersions': ['s3:ListBucketVersions'],
  's3 CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3 CreateMultipartUpload': ['s3:PutObject'],
  's3 CompleteMultipartUpload': ['s3:PutObject'],
  's3 UploadPartCopy': ['s3:GetObject', 's3:PutObject'],
  'dynamodb Get': ['dynamodb:GetItem'],
  'dynamodb Put': ['dynamodb:PutItem'],
  'dynamodb BatchGet': ['dynamodb:BatchGetItem'],
  'dynamodb ExecuteStatement': ['dynamodb:PartiQLSelect'],
  'dynamodb Update': ['dynamodb:UpdateItem'],
  // Each item of a transaction is authorized by itself. The log's alone updates any, and has the right for its other updates.
  'dynamodb TransactWrite': ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
  'lambda Invoke': ['lambda:InvokeFunction'],
};

export const actionsOf = (command: string): readonly string[] => {
  const [service = '', name = ''] = command.split(' ');
  if (/^api-?gateway/.test(service)) return ['apigateway:GET'];
  return ACTIONS[command] ?? [`${PREFIXES[service] ?? service}:${name}`];
};

/** Tasks of the state machines, by their resource. */
export const ACTIONS_OF_TASKS: Readonly<Record<string, string>> = {
  'arn:aws:states:::lambda:invoke': 'lambda:InvokeFunction',
  'arn:aws:states:::lambda:invoke.waitForTaskToken': 'lambda:InvokeFunction',
};

type Besides = {
  readonly actions: readonly string[];
  readonly because: string;
  /** Lambdas that have them: those named, or all that send the command with this member in its input. */
  readonly who: readonly string[] | 'all' | { readonly sends: readonly string[]; readonly member?: string };
};

const STAGES_THAT_READ = [
  'evaluate-bias-and-fairness',
  'evaluate-data-provenance',
  'evaluate-model-card',
  'evaluate-risk-classification',
  'evaluate-safety-evaluation',
  'evaluate-security-review',
];
const READ_PINNED_VERSIONS = [
  'evaluate-risk-classification',
  'evaluate-security-review',
  'pin-evidence',
  'receive-release',
  'serve-api',
  'verify-fallback',
  'verify-promotion',
];

/** Every right that no command asks for by its name. There are no others. */
export const BESIDES: readonly Besides[] = [
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    because: 'Lambda writes the log by this role.',
    who: 'all',
  },
  {
    actions: ['sqs:GetQueueAttributes'],
    because: 'One call, which is signed without a client of SQS.',
    who: ['measure-fleet'],
  },
  {
    actions: ['sqs:SendMessage'],
    because: 'Lambda puts an event that could not be handled into the queue of dead letters by this role.',
    who: [
      ...['dispatch-outbox', 'receive-release', 'request-rollback', 'review-registry', 'serve-approval'],
      ...['monitor-models', 'record-account-calls', 'rehearse-audit', 'run-canaries', 'sweep-endpoints'],
      'settle-execution',
    ],
  },
  {
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    because: 'Lambda reads the stream of the table by this role, and keeps in S3 what it gives up.',
    who: ['dispatch-outbox'],
  },
  {
    actions: ['s3:GetObjectVersion'],
    because: 'An object is read in the version that was pinned.',
    who: READ_PINNED_VERSIONS,
  },
  {
    actions: ['s3:GetObjectVersion'],
    because: 'The address of a kept copy gives the version that was found.',
    who: ['serve-console'],
  },
  {
    actions: ['s3:ListBucket'],
    because: 'Without it, S3 answers 403 for an object that is missing, and not 404.',
    who: [
      ...STAGES_THAT_READ,
      'deploy-endpoint',
      'derive-history',
      'dispatch-outbox',
      'extend-log',
      'measure-fleet',
      'open-endpoint',
      'pin-evidence',
      'serve-gate',
      'receive-release',
      'renew-approval',
      'restore-endpoint',
      'serve-api',
      'serve-approval',
      'serve-console',
      'sweep-endpoints',
      'switch-endpoint',
      'verify-fallback',
      'verify-promotion',
    ],
  },
  {
    actions: ['s3:PutObjectRetention'],
    because: 'An object is put with its retention.',
    who: { sends: ['s3 PutObject', 's3 CreateMultipartUpload'], member: 'ObjectLockMode' },
  },
  {
    actions: ['kms:Decrypt'],
    because: 'S3 decrypts an object of a model with the key of the reader.',
    who: [...READ_PINNED_VERSIONS, 'monitor-models'],
  },
  {
    actions: ['kms:GenerateDataKey'],
    because: 'S3 encrypts a record beside the artifact with the key of the writer.',
    who: ['renew-signatures', 'sign-record'],
  },
  {
    actions: ['sagemaker:AddTags'],
    because: 'What is created with tags is tagged by its creator.',
    who: { sends: ['sagemaker CreateModel'], member: 'Tags' },
  },
  {
    actions: ['kms:CreateGrant'],
    because: 'SageMaker gives itself a grant on the key of a volume by the rights of who orders the endpoint.',
    who: { sends: ['sagemaker CreateEndpoint', 'sagemaker UpdateEndpoint'] },
  },
  {
    actions: ['iam:PassRole'],
    because: 'A model is created with the role that its containers run with.',
    who: { sends: ['sagemaker CreateModel'], member: 'ExecutionRoleArn' },
  },
  {
    actions: [
      'glue:GetDatabase',
      'glue:GetTable',
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:PutObject',
    ],
    because: 'Athena works with the catalogue and with S3 by the rights of its caller.',
    who: { sends: ['athena StartQueryExecution'] },
  },
  {
    actions: ['glue:CreateDatabase', 'glue:CreateTable'],
    because: 'It defines the tables that it counts, and Athena asks for the first before it defines anything.',
    who: ['evaluate-bias-and-fairness'],
  },
];

/** By which Step Functions delivers the log of a machine: CloudWatch Logs knows no resources for them. */
export const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];
