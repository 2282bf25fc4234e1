import * as z from 'zod';
import type { Violation } from '../refusal.ts';
import { DataCapture, KmsKeyId } from '../release/deployment.ts';
import { IN_OUR_WORDS } from '../wording.ts';
import type { FoundEndpoint } from './deployer.ts';

const Variant = z.looseObject({ VariantName: z.string() });

/** The answer of `DescribeEndpointConfig`, with all that it may have. */
export const EndpointConfiguration = z.looseObject({
  ProductionVariants: z.array(Variant),
  KmsKeyId: z.string().optional(),
  DataCaptureConfig: z
    .looseObject({
      EnableCapture: z.boolean().optional(),
      DestinationS3Uri: z.string(),
      InitialSamplingPercentage: z.number().optional(),
      KmsKeyId: z.string().optional(),
      CaptureOptions: z.array(z.looseObject({ CaptureMode: z.string() })).default([]),
      CaptureContentTypeHeader: z.unknown().optional(),
    })
    .optional(),
});
export type EndpointConfiguration = z.infer<typeof EndpointConfiguration>;

/** An endpoint that is there, with the configuration that it serves. */
export type EndpointShape = FoundEndpoint & {
  readonly endpointName: string;
  readonly configuration: EndpointConfiguration;
};

/** What the specification of a release says of a configuration and of its one variant, or what identifies them. */
const KEPT = [
  'EndpointConfigName',
  'EndpointConfigArn',
  'CreationTime',
  'ProductionVariants',
  'DataCaptureConfig',
  'KmsKeyId',
];
const KEPT_OF_VARIANT = ['VariantName', 'ModelName', 'InitialInstanceCount', 'InitialVariantWeight', 'InstanceType'];

/**
 * Everything of an endpoint that the next release would lose, because no specification can carry it. What this version
 * does not know is lost as well.
 */
export const lossesOf = (configuration: EndpointConfiguration): Violation[] => {
  const { ProductionVariants: variants, KmsKeyId: keyId } = configuration;
  const one = variants.length === 1 ? variants : [];
  return [
    ...(variants.length === 1
      ? []
      : [{ field: 'ProductionVariants', problem: `has ${variants.length} variants; Assay serves from one` }]),
    ...others(configuration, KEPT),
    ...one.flatMap((variant) => others(variant, KEPT_OF_VARIANT, 'ProductionVariants.')),
    ...(keyId === undefined || KmsKeyId.safeParse(keyId).success
      ? []
      : [{ field: 'KmsKeyId', problem: 'must be the id or the ARN of a key, not of an alias' }]),
    ...captureLosses(configuration),
  ];
};

const others = (described: Readonly<Record<string, unknown>>, kept: readonly string[], prefix = ''): Violation[] =>
  Object.entries(described)
    .filter(([name, value]) => !kept.includes(name) && isSet(value))
    .map(([name]) => ({ field: `${prefix}${name}`, problem: 'would be lost: a release cannot ask for it' }));

/** SageMaker says of some features that they are off, and lists others as empty. */
const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

const captureLosses = ({ DataCaptureConfig: capture }: EndpointConfiguration): Violation[] => {
  if (capture === undefined || capture.EnableCapture === false) return [];
  const modes = capture.CaptureOptions.flatMap(({ CaptureMode: mode }) =>
    mode === 'InputAndOutput' ? ['Input', 'Output'] : [mode],
  );
  const asked = DataCapture.safeParse(
    {
      destination_s3_uri: capture.DestinationS3Uri,
      sampling_percentage: capture.InitialSamplingPercentage,
      capture_modes: modes.length === 0 ? undefined : modes,
      kms_key_id: capture.KmsKeyId,
    },
    IN_OUR_WORDS,
  );
  const problems = asked.success ? [] : asked.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  const header = isSet(capture.CaptureContentTypeHeader) ? ['its content types would be lost'] : [];
  return [...problems, ...header].map((problem) => ({ field: 'DataCaptureConfig', problem }));
};
