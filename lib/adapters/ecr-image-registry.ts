import { BatchGetImageCommand, ECRClient, ECRServiceException } from '@aws-sdk/client-ecr';
import type { ImageRegistry } from '../domain/intake/image-registry.ts';
import { Unavailable } from '../domain/refusal.ts';
import { isPassing } from './aws-error.ts';

/** The registries of an account are regional, and an image may lie in any region: AWS's own images lie in each. */
const clients = new Map<string, ECRClient>();
const clientIn = (region: string): ECRClient => {
  const client = clients.get(region) ?? new ECRClient({ region });
  clients.set(region, client);
  return client;
};

/** Resolves tags at Amazon ECR, in the registry that an image's address names: its account and its region. */
export const ecrImageRegistry = (abortSignal: AbortSignal): ImageRegistry => ({
  digestOf: async ({ registryId, region, repository, tag }) => {
    try {
      const { images = [] } = await clientIn(region).send(
        new BatchGetImageCommand({ registryId, repositoryName: repository, imageIds: [{ imageTag: tag }] }),
        { abortSignal },
      );
      const [digest, ...others] = new Set(images.flatMap(({ imageId }) => imageId?.imageDigest ?? []));
      return digest === undefined || others.length > 0 ? { problem: 'is not in its repository' } : { digest };
    } catch (cause) {
      if (isUnknownRegion(cause)) return { problem: `names the region ${region}, where there is no ECR` };
      if (abortSignal.aborted || isPassing(cause)) {
        const message = `Amazon ECR in ${region} did not answer in time; nothing was recorded: send the request again`;
        throw new Unavailable(message, { cause });
      }
      if (cause instanceof ECRServiceException) return { problem: problemOf(cause) };
      throw cause;
    }
  },
});

/** A name server that is down answers otherwise. */
const isUnknownRegion = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND';

const problemOf = ({ name }: ECRServiceException): string =>
  name === 'RepositoryNotFoundException'
    ? 'is in no repository of its registry'
    : `may not be read (${name}): the policy of its repository has to allow ecr:BatchGetImage to this account`;
