import { BatchGetImageCommand, ECRClient, ECRServiceException } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from 'vitest';
import { ecrImageRegistry } from '../../lib/adapters/ecr-image-registry.ts';
import { Unavailable } from '../../lib/domain/refusal.ts';
import { imageAddress } from '../../lib/domain/release/image-address.ts';
import { mockClient } from '../support/mock-client.ts';

const ecr = mockClient(ECRClient);
const DIGEST = `sha256:${'a'.repeat(64)}`;
const found = (...digests: string[]) => ({ images: digests.map((imageDigest) => ({ imageId: { imageDigest } })) });
const error = (name: string, httpStatusCode = 400) =>
  new ECRServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });

const digestOf = (uri: string, registry = ecrImageRegistry(new AbortController().signal)) => {
  const address = imageAddress(uri);
  if (address === undefined) throw new Error(`${uri} is no address`);
  return registry.digestOf(address);
};
const clientOf = (value: unknown): ECRClient => {
  if (!(value instanceof ECRClient)) throw new Error('no client was called');
  return value;
};
const OWN = '000000000000.dkr.ecr.eu-central-1.amazonaws.com/credit:1.7';

beforeEach(() => ecr.reset());

describe('a tag (GT-7)', () => {
  it.each([
    ['an image of this account', OWN, 'eu-central-1', '000000000000', 'credit', '1.7'],
    [
      "AWS's own image of another account and region",
      '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3',
      'us-east-1',
      '683313688378',
      'sagemaker-scikit-learn',
      '1.2-1-cpu-py3',
    ],
    [
      'an address without one',
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com/a/b',
      'eu-west-1',
      '111122223333',
      'a/b',
      'latest',
    ],
  ])(
    'of %s is asked for in the registry that the address names',
    async (_, uri, region, registryId, repositoryName, imageTag) => {
      ecr.on(BatchGetImageCommand).resolves(found(DIGEST));

      expect(await digestOf(uri)).toEqual({ digest: DIGEST });

      const [call] = ecr.commandCalls(BatchGetImageCommand);
      expect(call?.args[0].input).toEqual({ registryId, repositoryName, imageIds: [{ imageTag }] });
      expect(await clientOf(call?.thisValue).config.region()).toBe(region);
    },
  );

  it('has one client for each region', async () => {
    ecr.on(BatchGetImageCommand).resolves(found(DIGEST));

    await digestOf(OWN);
    await digestOf(OWN.replace('credit', 'other'));

    const [first, second] = ecr.commandCalls(BatchGetImageCommand).map((call) => call.thisValue);
    expect(first).toBe(second);
  });

  it('that names nothing is a problem, and so is one that names two', async () => {
    ecr.on(BatchGetImageCommand).resolvesOnce({ images: [], failures: [{ failureCode: 'ImageNotFound' }] });
    expect(await digestOf(OWN)).toEqual({ problem: 'is not in its repository' });

    ecr.on(BatchGetImageCommand).resolves(found(DIGEST, `sha256:${'b'.repeat(64)}`));
    expect(await digestOf(OWN)).toEqual({ problem: 'is not in its repository' });

    ecr.on(BatchGetImageCommand).resolves({});
    expect(await digestOf(OWN)).toEqual({ problem: 'is not in its repository' });
  });

  it.each([
    [error('RepositoryNotFoundException'), /^is in no repository of its registry$/],
    [
      error('AccessDeniedException'),
      /^may not be read \(AccessDeniedException\): the policy of its repository has to allow/,
    ],
    [
      Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
      /^names the region eu-central-1, where there is no ECR$/,
    ],
  ])('that ECR refuses by %s is a problem', async (cause, problem) => {
    ecr.on(BatchGetImageCommand).rejects(cause);

    expect(await digestOf(OWN)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it.each([
    error('ThrottlingException'),
    error('ServerException', 500),
    Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
  ])('can be asked for again after %s', async (cause) => {
    ecr.on(BatchGetImageCommand).rejects(cause);

    await expect(digestOf(OWN)).rejects.toThrow(Unavailable);
  });

  it('can be asked for again if ECR does not answer in time', async () => {
    ecr
      .on(BatchGetImageCommand)
      .callsFake(
        (_input, _getClient) => new Promise((_, reject) => setTimeout(() => reject(new Error('Request aborted')), 20)),
      );

    await expect(digestOf(OWN, ecrImageRegistry(AbortSignal.abort()))).rejects.toThrow(
      /^Amazon ECR in eu-central-1 did not answer in time/,
    );
  });

  it('is a fault where nobody may ask', async () => {
    ecr.on(BatchGetImageCommand).rejects(new Error('could not load credentials'));

    await expect(digestOf(OWN)).rejects.toThrow('could not load credentials');
  });
});
