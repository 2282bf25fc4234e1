/** What a sweep asks SageMaker: which endpoints there are, what they run, and what others have configured. */
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointsCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { Instant } from '../domain/identifiers.ts';
import type { ComingVariant, FoundVariant, LookedAt, VariantBehind } from '../domain/serving/found-serving.ts';
import { DescribedContainer } from '../domain/serving/served-package.ts';
import type { Listing } from '../domain/serving/sweep-plan.ts';
import { PACKAGE_TAG, RELEASE_TAG } from './sagemaker-configuration.ts';
import { foundIn, isNotThere } from './sagemaker-endpoints.ts';
import { sagemaker } from './sagemaker-registry.ts';

/** The most that SageMaker lists at once. */
const PAGE = 100;

/** The names of all endpoints of this account and region, or of those that were modified after an instant. */
export const listEndpoints = async (listing: Listing): Promise<string[]> => {
  const names: string[] = [];
  const after = listing.kind === 'all' ? {} : { LastModifiedTimeAfter: new Date(listing.after) };
  for (let NextToken: string | undefined, isFirst = true; isFirst || NextToken !== undefined; isFirst = false) {
    const page = await sagemaker.send(
      new ListEndpointsCommand({ ...after, MaxResults: PAGE, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    names.push(...(page.Endpoints ?? []).flatMap(({ EndpointName }) => EndpointName ?? []));
    NextToken = page.NextToken;
  }
  return names;
};

const Variant = z.object({
  VariantName: z.string(),
  CurrentWeight: z.number().optional(),
  CurrentInstanceCount: z.number().optional(),
  DeployedImages: z.array(z.object({ ResolvedImage: z.string().optional() })).default([]),
});
const Status = z.object({ Status: z.string(), StatusMessage: z.string().default(''), StartTime: z.date().optional() });
const Coming = Variant.extend({ VariantStatus: z.array(Status).default([]) });
const Described = z.object({
  EndpointName: z.string(),
  LastModifiedTime: z.date(),
  ProductionVariants: z.array(Variant).default([]),
  ShadowProductionVariants: z.array(Variant).default([]),
  PendingDeploymentSummary: z.object({ ProductionVariants: z.array(Coming).optional() }).optional(),
});

/** An endpoint as it is now, by the name that it was created with; undefined if there is none. */
export const describeServing = async (
  EndpointName: string,
): Promise<(LookedAt & { readonly endpointName: string }) | undefined> => {
  try {
    const answer = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    const described = Described.parse(answer);
    const { variants: _, ...found } = foundIn(answer);
    return {
      ...found,
      endpointName: described.EndpointName,
      modifiedAt: Instant.parse(described.LastModifiedTime.toISOString()),
      // What a shadow variant answers goes to nobody, but it gets the requests.
      variants: [...described.ProductionVariants, ...described.ShadowProductionVariants].map(variantOf),
      coming: described.PendingDeploymentSummary?.ProductionVariants?.map(comingOf),
    };
  } catch (cause) {
    if (isNotThere(cause)) return undefined;
    throw cause;
  }
};

const variantOf = (described: z.infer<typeof Variant>): FoundVariant => ({
  variantName: described.VariantName,
  weight: described.CurrentWeight ?? 0,
  images: described.DeployedImages.map(({ ResolvedImage = 'an image without a digest' }) => ResolvedImage),
  instances: described.CurrentInstanceCount,
});

/** Of several statuses, that which began last is the one of now. */
const comingOf = ({ VariantStatus, ...described }: z.infer<typeof Coming>): ComingVariant => {
  const began = ({ StartTime }: z.infer<typeof Status>) => StartTime?.getTime() ?? 0;
  const last = VariantStatus.toSorted((one, other) => began(one) - began(other)).at(-1);
  return {
    ...variantOf(described),
    stage: last?.Status ?? '',
    stageMessage: last?.StatusMessage ?? '',
    stageSince: last?.StartTime && Instant.parse(last.StartTime.toISOString()),
  };
};

const Configured = z.array(z.object({ VariantName: z.string(), ModelName: z.string().optional() })).default([]);
const Container = DescribedContainer.extend({ ModelPackageName: z.string().optional() });
const Model = z.object({
  ModelArn: z.string(),
  PrimaryContainer: Container.optional(),
  Containers: z.array(Container).default([]),
});

/** What each variant of a configuration loads, whoever made it. Of what is not there any more, nothing is known. */
export const variantsBehind = async (EndpointConfigName: string): Promise<VariantBehind[]> => {
  try {
    const described = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    const variants = [
      ...Configured.parse(described.ProductionVariants),
      ...Configured.parse(described.ShadowProductionVariants),
    ];
    return await Promise.all(variants.map(({ VariantName, ModelName }) => behindModel(VariantName, ModelName)));
  } catch (cause) {
    if (isNotThere(cause)) return [];
    throw cause;
  }
};

const NOTHING_KNOWN = { packages: [], taggedRelease: undefined, buckets: [] };

const behindModel = async (variantName: string, ModelName: string | undefined): Promise<VariantBehind> => {
  // A variant may have inference components instead of a model.
  if (ModelName === undefined) return { variantName, ...NOTHING_KNOWN };
  try {
    const model = Model.parse(await sagemaker.send(new DescribeModelCommand({ ModelName })));
    const { Tags = [] } = await sagemaker.send(new ListTagsCommand({ ResourceArn: model.ModelArn }));
    const tagged = (key: string): string[] => Tags.flatMap(({ Key, Value = '' }) => (Key === key ? [Value] : []));
    const containers = model.PrimaryContainer === undefined ? model.Containers : [model.PrimaryContainer];
    const named = containers.flatMap(({ ModelPackageName }) => ModelPackageName ?? []);
    return {
      variantName,
      packages: named.length > 0 ? named : tagged(PACKAGE_TAG),
      taggedRelease: tagged(RELEASE_TAG)[0],
      buckets: containers.flatMap(bucketsOf),
    };
  } catch (cause) {
    if (isNotThere(cause)) return { variantName, ...NOTHING_KNOWN };
    throw cause;
  }
};

const bucketsOf = ({ ModelDataUrl, ModelDataSource, AdditionalModelDataSources = [] }: DescribedContainer): string[] =>
  [
    ModelDataUrl,
    ModelDataSource?.S3DataSource?.S3Uri,
    ...AdditionalModelDataSources.map(({ S3DataSource }) => S3DataSource.S3Uri),
  ].flatMap((uri) => /^s3:\/\/([^/]+)\//.exec(uri ?? '')?.[1] ?? []);
