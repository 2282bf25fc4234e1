import * as z from 'zod';

/**
 * Where an image lies in Amazon ECR. SageMaker pulls from no other registry, unless the model names one in its VPC.
 * The host is checked whole: a name such as `….amazonaws.com.example.org` is a registry of its owner.
 */
const PARTS =
  /^(?<registryId>\d{12})\.dkr\.ecr(?:-fips)?\.(?<region>[a-z]{2,4}(?:-[a-z]+)+-\d)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)\/(?<repository>(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(?::(?<tag>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** SageMaker takes 255 characters. */
export const ImageUri = z
  .string()
  .max(255)
  .regex(
    PARTS,
    'must be an image in Amazon ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG or @sha256:DIGEST',
  );

export type ImageAddress = {
  readonly registryId: string;
  readonly region: string;
  readonly repository: string;
  /** Docker reads an address without a tag and a digest as this tag. */
  readonly tag: string;
  readonly digest?: string;
};

/** The parts of an image's address; undefined if it is none. */
export const imageAddress = (uri: string): ImageAddress | undefined => {
  const { registryId = '', region = '', repository = '', tag = 'latest', digest } = PARTS.exec(uri)?.groups ?? {};
  return registryId === ''
    ? undefined
    : { registryId, region, repository, tag, ...(digest === undefined ? {} : { digest }) };
};

/** The same image under its digest alone. A tag can be moved to another image, a digest cannot. */
export const imageByDigest = (uri: string, digest: string): string =>
  `${uri.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}@${digest}`;
