import { Aws } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import * as z from 'zod';
import { ModelName } from '../domain/identifiers.ts';
import { RetentionClasses } from '../domain/ledger/retention-class.ts';
import { DataCapture, KmsKeyId, ServingTags, Vpc } from '../domain/release/deployment.ts';
import { WatchedName } from '../domain/serving/watched-names.ts';
import { nearestWord } from '../domain/spelling.ts';
import { isConfidential, isHostAlone } from '../domain/web-address.ts';
import { wholeSetting } from '../domain/whole-number.ts';
import { IN_OUR_WORDS, wordIssues } from '../domain/wording.ts';
import { ENDPOINT_WAIT_MIN_SECONDS } from './definition.ts';

const Flag = z.union([z.boolean(), z.stringbool()]);
const Days = wholeSetting({ min: 1, max: 36_500 });
const Address = z.string().regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'must be a mail address');
const BucketNames = z.string().transform((list, context) => {
  const names = list.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      context.addIssue({ code: 'custom', message: `${name || '(nothing)'} is not the name of a bucket` });
    }
  }
  if (names.length > 200) context.addIssue({ code: 'custom', message: 'must be 200 buckets at most' });
  return names;
});

const listOf = <Item extends z.ZodType<unknown, string>>(item: Item, most: number, what: string) =>
  z
    .string()
    .transform((list) => list.split(',').map((part) => part.trim()))
    .pipe(z.array(item).max(most, `must be ${most} ${what} at most`));

const KeyArns = listOf(
  z
    .string()
    .regex(
      /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+$/,
      'must be the ARN of a key: a permission on an alias does not count',
    ),
  20,
  'keys',
);

/** Containers may write below it: anywhere in a bucket of models, they could replace those. */
const CaptureUri = DataCapture.shape.destination_s3_uri.refine(
  (uri) => !/^s3:\/\/[^/]+\/+$|[*?]/.test(uri),
  'must name a folder of its bucket, without * and ?',
);

const GroupNames = z
  .string()
  .transform((list) => list.split(',').map((name) => name.trim()))
  .pipe(z.array(ModelName));

const Ids = z
  .string()
  .transform((list) => list.split(',').map((id) => id.trim()))
  .optional();

const Roles = z
  .string()
  .transform((list) => list.split(',').map((arn) => arn.trim()))
  .pipe(
    z.array(
      z.string().regex(/^arn:[a-z-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, 'must be the ARN of a role or a user'),
    ),
  );

const Tags = z
  .string()
  .transform((list, context) => {
    const pairs = list.split(',').map((pair) => /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(pair)?.slice(1) ?? [pair.trim()]);
    for (const [key = '', value] of pairs) {
      if (value === undefined) context.addIssue({ code: 'custom', message: `${key || '(nothing)'} is no KEY=VALUE` });
    }
    const keys = pairs.map(([key]) => key);
    if (new Set(keys).size < keys.length) context.addIssue({ code: 'custom', message: 'must not name a key twice' });
    return Object.fromEntries(pairs);
  })
  .pipe(ServingTags);

/** Cognito refuses these words, but only when the stack is deployed. */
const SIGN_IN_PREFIX = 'must be a lower-case name, and may not contain aws, amazon or cognito';

/** Without TLS, sessions and links that decide could be read on the way. The local AWS is on this machine. */
const Url = z.url().refine(isConfidential, 'must begin with https://');

/** A secret without its six last characters could be another of the same name, made later. */
const SecretArn = z
  .string()
  .regex(
    /^arn:[\w-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
    'must be the whole ARN of a secret, with the six characters at its end',
  );

/** The settings of the app, from `-c key=value` or cdk.json. With `-c`, numbers and flags arrive as strings. */
export const Settings = z.object({
  /** Part of the names of the stack and of the bus. */
  environment: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,23}$/, 'must be a short lower-case name')
    .default('dev'),
  /** Turns on deletion protection and COMPLIANCE locks. */
  production: Flag.default(false),
  /** The buckets where artifacts and evidence of releases may lie. */
  modelBuckets: BucketNames.default([`assay-models-${Aws.ACCOUNT_ID}`]),
  /** The customer managed keys that objects in those buckets are encrypted with; `aws/s3` and no key need no right. */
  modelKeyArns: KeyArns.default([]),
  /**
   * The model package groups that are taken in, by name. Without it, a package of any group is whose metadata has a name
   * that begins with `gov.`: several deployments in one account each need their own.
   */
  modelPackageGroups: GroupNames.default([]),
  policyFile: z.string().default('policies/governance-policy.yaml'),
  approversFile: z.string().default('policies/approvers.yaml'),
  /** The regimes that concern this deployment: what changes in them keeps approvals from being renewed without people. */
  regimesFolder: z.string().default('policies/regimes'),
  /** An identity that SES may send as. */
  mailFrom: Address.optional(),
  /** The public address of the API, the approval page and the console, if it is not the API's own. */
  publicBaseUrl: Url.refine(
    isHostAlone,
    'must be a host without a path: its cookies are those of the whole host',
  ).optional(),
  /**
   * Raising it creates new keys for records and attestations. Earlier ones stay for verification, and no longer sign.
   */
  signingKeyGeneration: wholeSetting({ min: 1, max: 99 }).default(1),
  /**
   * The name, with its path, of the role that CloudFormation deploys with, if it is not that of the CDK's bootstrap stack.
   * Nobody else can change keys and locked buckets afterwards, so a wrong name is refused by KMS when the keys are made.
   */
  executionRole: z
    .string()
    .regex(/^[\w+=,.@/-]{1,576}$/, 'must be the name of a role')
    .optional(),
  architecture: z.enum(['arm64', 'x86_64']).default('arm64'),
  /**
   * The endpoints that are watched whatever they serve, by patterns of their names: `*` stands for any characters, and a pattern
   * after `!` leaves out. What models own is watched anyway, and so is what loads a governed package or from a model bucket.
   */
  watchedEndpoints: listOf(WatchedName, 50, 'patterns').default([]),
  /** The role that endpoints run with; one is made if none is given. */
  modelExecutionRoleArn: z.string().startsWith('arn:').optional(),
  /**
   * `locked-copy`: SageMaker loads write-once copies of what people approved, and not the keys that manifests name, which
   * others may write to. A role of your own for endpoints must be allowed to read that bucket.
   */
  serveFrom: z.enum(['source', 'locked-copy']).default('source'),
  /** Where containers of models run, and behind which security groups, if the manifest does not say. Both or none. */
  servingSubnets: Ids.pipe(Vpc.shape.subnets.optional()),
  servingSecurityGroups: Ids.pipe(Vpc.shape.security_group_ids.optional()),
  /** Whether containers of models may call nothing, not even Secrets Manager, if the manifest does not say. */
  networkIsolation: Flag.default(false),
  /** The VPCs that endpoints may be in: the role that is made for them has no rights in others. */
  servingVpcIds: listOf(
    z.string().regex(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be the id of a VPC'),
    10,
    'VPCs',
  ).default([]),
  /** The key that encrypts the volumes of endpoints, if the manifest names none. */
  servingKmsKeyArn: KmsKeyId.optional(),
  /** Further keys that may encrypt volumes and captured data. One that releases were approved with stays here. */
  servingKeyArns: listOf(KmsKeyId.startsWith('arn:', 'must be the ARN of a key'), 10, 'keys').default([]),
  /** Where SageMaker keeps what endpoints are asked and answer, and of how many requests, if the manifest does not say. */
  dataCaptureUri: CaptureUri.optional(),
  /** The key that encrypts that. */
  dataCaptureKmsKeyArn: KmsKeyId.optional(),
  /** Below which further URIs captured data may be kept. One that releases were approved with stays here. */
  captureUris: listOf(CaptureUri, 10, 'URIs').default([]),
  dataCapturePercentage: wholeSetting({ min: 0, max: 100 }).default(100),
  /** The tags of endpoints, and of the models and configurations that they are made of: `KEY=VALUE, …`. */
  servingTags: Tags.optional(),
  /** Who may read events that could not be handled: whole manifests are in them. Nobody, until somebody has to. */
  deadLetterReaders: Roles.default([]),
  /** Milliseconds that a request of the API may wait for other services, before it is answered that one is slow. */
  doorPatienceMs: wholeSetting({ min: 100, max: 20_000 }).default(800),
  /** How machines try again; the local AWS needs its own, because it has another name for throttling. */
  retryLadder: z.enum(['aws', 'emulator']).default('aws'),
  /** Seconds between two looks of a machine at an endpoint that is being made, updated or deleted, which takes minutes on AWS. */
  endpointWaitSeconds: wholeSetting({ min: 1, max: 60 }).default(20),
  /** The stream of a table that was restored from a backup. It takes the place of the stack's own, which stays as it is. */
  restoredTableStreamArn: z
    .string()
    .regex(
      /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+\/stream\/[\d:T.-]+$/,
      'must be the ARN of the stream of a table',
    )
    .optional(),
  /** The key that encrypts messages of alarms until they are delivered. Its policy has to let CloudWatch use it. */
  onCallKeyArn: KmsKeyId.startsWith('arn:', 'must be the ARN of a key').optional(),
  /** The region of the deployment, if that is not us-east-1: what IAM says about its roles there is sent on by a stack of its own. */
  iamEventsTo: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region')
    .refine((region) => region !== 'us-east-1', 'must not be us-east-1, where nothing has to be sent on')
    .optional(),
  /** Whether CloudWatch gets metrics of the fleet alone, or of each model that serves as well, where each has its price. */
  metricsOf: z.enum(['fleet', 'models']).default('fleet'),
  /** How often an audit is rehearsed. */
  rehearsalDays: wholeSetting({ min: 1, max: 365 }).default(7),
  auditRetentionDays: Days.optional(),
  /** The classes of the audit trail that are kept for a shorter time, `CLASS=DAYS, …`. */
  auditRetentionClasses: RetentionClasses.optional(),
  evidenceRetentionDays: Days.optional(),
  /** How long rows about people are kept, before S3 removes them: one of `ROWS_PERIODS`. */
  evidenceRowsRetentionDays: Days.optional(),
  /** The bucket of a second account that the audit trail is copied to, and that account. Both or none. */
  replicaBucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  replicaAccount: z
    .string()
    .regex(/^\d{12}$/, 'must be the id of an account, twelve digits')
    .optional(),
  /** Of the second account: the role of the deployment that copies. The app is the bucket for these copies then, and nothing else. */
  replicationRole: z
    .string()
    .regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@-]{1,64}$/, 'must be the ARN of a role, with its account')
    .optional(),
  lockMode: z.enum(['GOVERNANCE', 'COMPLIANCE']).optional(),
  /** Confirms so many days of COMPLIANCE: nobody, not even AWS, can shorten them afterwards. */
  confirmComplianceDays: Days.optional(),
  /** What the address of the sign-in page of our own user pool begins with, if not `assay-<environment>-<account>`. */
  signInPrefix: z
    .string()
    .regex(/^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, SIGN_IN_PREFIX)
    .optional(),
  /** The secrets of the app in Slack, by their whole ARNs: its bot token, and what Slack signs its requests with. Both or none. */
  slackTokenSecretArn: SecretArn.optional(),
  slackSigningSecretArn: SecretArn.optional(),
  /** Whose tokens open `/v1`, instead of those of a user pool of our own. */
  oidcIssuer: Url.optional(),
  oidcAudience: z.string().min(1).optional(),
  /** The public client by which people sign in there, if it is not called as the audience is. */
  oidcClientId: z.string().min(1).optional(),
  /** What a sign-in asks for there: the groups must be in the tokens. */
  oidcScope: z
    .string()
    .regex(/^(?:\S+ )*openid(?: \S+)*$/, 'must be names with blanks between them, openid among them')
    .optional(),
});
export type Settings = z.infer<typeof Settings>;

/** Reads the settings of the app, or names every one that is wrong or unknown. */
export const readSettings = (node: Node): Settings => {
  const parsed = Settings.strict().safeParse(readOwnContext(node), { error: nameUnknown });
  if (parsed.success) return parsed.data;
  throw new Error(`could not read the context of the app: ${wordIssues(parsed.error)}`);
};

/** The context without that of the CDK: its feature flags and lookups have an `@` or a colon in their names. */
const readOwnContext = (node: Node): Record<string, unknown> => {
  const context = Object.entries(node.getAllContext() as Record<string, unknown>);
  return Object.fromEntries(context.filter(([key]) => !/[@:]/.test(key)));
};

/** A misspelt setting would otherwise leave its default in force: `-c Production=true` would deploy without locks. */
const nameUnknown: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'unrecognized_keys') return IN_OUR_WORDS.error(issue);
  return issue.keys
    .map((key) => {
      const meant = nearestWord(key, Object.keys(Settings.shape));
      return `${key} is not a setting${meant === undefined ? '' : `; did you mean ${meant}?`}`;
    })
    .join('; ');
};

/** Step Functions would end an execution that looks too often, and nothing would be on record about that. */
export const endpointWaitOf = ({ endpointWaitSeconds: seconds, retryLadder }: Settings): number => {
  if (retryLadder === 'emulator' || seconds >= ENDPOINT_WAIT_MIN_SECONDS) return seconds;
  throw new Error(`endpointWaitSeconds must be ${ENDPOINT_WAIT_MIN_SECONDS} or more on AWS`);
};

/** The issuer that is trusted instead of our own user pool. */
export const trustedIssuerOf = (settings: Settings) => {
  const { oidcIssuer: issuer, oidcAudience: audience, oidcClientId: clientId, oidcScope: scope = 'openid' } = settings;
  if ((issuer === undefined) !== (audience === undefined)) {
    throw new Error('oidcIssuer and oidcAudience come together: a token is trusted for both or not at all');
  }
  if (issuer === undefined || audience === undefined) {
    if (clientId === undefined && settings.oidcScope === undefined) return undefined;
    throw new Error('oidcClientId and oidcScope are of an issuer of your own: they need oidcIssuer and oidcAudience');
  }
  return { issuer, audience, clientId: clientId ?? audience, scope };
};

/** The app in Slack; undefined where nobody is asked there. */
export const slackAppOf = (settings: Settings) => {
  const { slackTokenSecretArn: tokenArn, slackSigningSecretArn: signingSecretArn } = settings;
  if ((tokenArn === undefined) !== (signingSecretArn === undefined)) {
    throw new Error('slackTokenSecretArn and slackSigningSecretArn come together: who sends also has to be answered');
  }
  return tokenArn === undefined || signingSecretArn === undefined ? undefined : { tokenArn, signingSecretArn };
};

/** Where the audit trail is copied to; undefined where it is not. */
export const replicaOf = ({ replicaBucket: bucketName, replicaAccount: account }: Settings) => {
  if ((bucketName === undefined) !== (account === undefined))
    throw new Error('replicaBucket and replicaAccount come together: that account owns the copies');
  return bucketName === undefined || account === undefined ? undefined : { bucketName, account };
};

/** Prefixes are unique in a region, over all accounts. */
export const signInPrefixOf = ({ signInPrefix, environment }: Settings): string => {
  if (signInPrefix !== undefined) return signInPrefix;
  if (!/aws|amazon|cognito/.test(environment)) return `assay-${environment}-${Aws.ACCOUNT_ID}`;
  throw new Error(
    `the sign-in page cannot be named after the environment ${environment}: set signInPrefix, which ${SIGN_IN_PREFIX}`,
  );
};
