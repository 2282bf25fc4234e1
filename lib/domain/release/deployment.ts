/** How a manifest asks for its model to be served, in the patterns and lengths that SageMaker takes. */
import * as z from 'zod';
import { Line, S3Uri } from '../evidence/predictions/reference.ts';
import { ModelName, Sha256 } from '../identifiers.ts';
import { AskedStrategy, strategyFaults, watchFaults } from './asked-strategy.ts';
import { ImageUri } from './image-address.ts';

/**
 * An alias is refused, because it can be pointed to another key after people have approved.
 */
export const KmsKeyId = z
  .string()
  .regex(
    /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/)?(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    'must be the id or the ARN of a KMS key, not of an alias',
  );

const listOf = (pattern: RegExp, problem: string, most: number) =>
  z
    .array(z.string().regex(pattern, problem))
    .min(1)
    .max(most)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name one twice');

export const Vpc = z.strictObject({
  subnets: listOf(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be the id of a subnet', 16),
  security_group_ids: listOf(/^sg-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be the id of a security group', 5),
});

export const DataCapture = z.strictObject({
  destination_s3_uri: S3Uri.max(512),
  sampling_percentage: z.int().min(0).max(100).optional(),
  capture_modes: z
    .array(z.enum(['Input', 'Output']))
    .min(1)
    .max(2)
    .refine((modes) => new Set(modes).size === modes.length, 'must not name one twice')
    .optional(),
  kms_key_id: KmsKeyId.optional(),
});

/** SageMaker takes fifty, two of which say which release and which package a model is. */
const TAGS_MAX = 48;
const tagText = (most: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,${most}}$`, 'u'),
      `must be ${most} letters, digits or _.:/=+-@ at most`,
    );

/** The tags of endpoints and of what they are made of. Other people's rights may depend on them, so no manifest sets any. */
export const ServingTags = z
  .record(
    tagText(128).regex(/^(?!aws:|assay:)./i, 'must be a name that does not begin with aws: or assay:'),
    tagText(256),
  )
  .refine((tags) => Object.keys(tags).length <= TAGS_MAX, `must be ${TAGS_MAX} tags at most`);

const CompressionType = z.enum(['None', 'Gzip']);

const SECRET_WORDS = ['KEY', 'TOKEN', 'SECRET', 'PASSWORD'];
/** `API_KEY`, `apiKey` and `APIKey2` have the word `KEY`; `MONKEY` and `MAX_TOKENS` have none. */
const wordsOf = (name: string): string[] =>
  (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toUpperCase());

const nameProblem = (name: string): string | undefined => {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,1023}$/.test(name)) {
    return 'must be a name of letters, digits and underscores, 1024 at most, that begins with no digit';
  }
  return wordsOf(name).some((word) => SECRET_WORDS.includes(word))
    ? 'looks like a secret, and people who approve read what it is set to: use Secrets Manager'
    : undefined;
};

/** What CreateModel takes, which comes after people have approved. CreateModelPackage has no limit for the whole. */
const VALUE_MAX_BYTES = 1024;
const ENVIRONMENT_MAX_BYTES = 32 * 1024;

/**
 * The variables of the container. People who approve see their values, so a secret has no place here. A problem names
 * the variable and never its value: it is kept in the ledger.
 */
export const Environment = z.record(z.string(), z.custom<string>()).superRefine((environment, context) => {
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (Object.keys(environment).length > 100) refuse([], 'must have at most 100 variables');
  const texts = Object.entries<unknown>(environment)
    .flat()
    .filter((it) => typeof it === 'string');
  if (Buffer.byteLength(texts.join('')) > ENVIRONMENT_MAX_BYTES) {
    refuse([], `must be at most ${ENVIRONMENT_MAX_BYTES} bytes, names and values together`);
  }
  for (const [name, value] of Object.entries<unknown>(environment)) {
    const problem = nameProblem(name);
    if (problem !== undefined) refuse([name], problem);
    // Here, and not in the schema of the values: one that is no text would leave the names unread.
    if (typeof value !== 'string') {
      refuse([name], 'must be text: put it in quotes');
      continue;
    }
    if (Buffer.byteLength(value) > VALUE_MAX_BYTES) refuse([name], `must be at most ${VALUE_MAX_BYTES} bytes`);
    if (!value.isWellFormed()) refuse([name], 'must be text, without half a character');
  }
});

/** What the container loads besides the artifact, into the directory of its channel. */
const AdditionalModelData = z.strictObject({
  channel_name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be letters, digits, dots, hyphens, underscores'),
  s3_uri: S3Uri,
  compression_type: CompressionType.optional(),
  /** Required where models are served from locked copies. */
  sha256: Sha256.optional(),
});

export const Deployment = z
  .strictObject({
    image_uri: ImageUri,
    instance_type: Line.regex(
      /^ml\.[a-z0-9-]+\.[a-z0-9-]+$/,
      'must be an instance type of SageMaker, such as ml.m5.large',
    ),
    instance_count: z.int().min(1).max(100),
    endpoint_name: ModelName,
    environment: Environment.optional(),
    /** Of the artifact. */
    compression_type: CompressionType.optional(),
    additional_model_data: z
      .array(AdditionalModelData)
      .max(5)
      .refine((all) => new Set(all.map((one) => one.channel_name)).size === all.length, 'must not name a channel twice')
      .optional(),
    network_isolation: z.boolean().optional(),
    vpc: Vpc.optional(),
    data_capture: DataCapture.optional(),
    kms_key_id: KmsKeyId.optional(),
    strategy: AskedStrategy.optional(),
  })
  .superRefine(({ strategy, ...deployment }, context) => {
    if (strategy === undefined) return;
    const asked = { strategy, ...deployment };
    for (const { path, message } of [...strategyFaults(asked), ...watchFaults(asked)])
      context.addIssue({ code: 'custom', path: [...path], message });
  });
export type Deployment = z.infer<typeof Deployment>;

/** What releases may ask for: more than that, the roles of the deployment could not give their endpoints. */
const ServingBounds = z.strictObject({
  /** Whether endpoints may be in a VPC. */
  vpc: z.boolean(),
  /** The keys that may encrypt volumes and captured data. */
  keys: z.array(KmsKeyId),
  /** Below these, captured data may be kept. Absent, it may be anywhere: the role of the endpoints is the user's own. */
  capture_uris: z.array(S3Uri).optional(),
});
export type ServingBounds = z.infer<typeof ServingBounds>;

/** What a deployment of Assay configures for every release that does not ask for something else. */
export const ServingDefaults = z.strictObject({
  network_isolation: z.boolean().default(false),
  vpc: Vpc.optional(),
  data_capture: DataCapture.optional(),
  kms_key_id: KmsKeyId.optional(),
  tags: ServingTags.optional(),
  bounds: ServingBounds.optional(),
  /** The bucket of write-once copies, if models are to be served from those. */
  locked_copies_bucket: z.string().optional(),
});
export type ServingDefaults = z.infer<typeof ServingDefaults>;
