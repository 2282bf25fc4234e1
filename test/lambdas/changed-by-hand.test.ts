/** A package that people change by hand, from the message of SageMaker to what its registry shows: with the product's own Lambdas. */
import { DescribeModelPackageCommand, SageMakerClient, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig } from '../../local/clients.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { packageUpdated } from '../support/sagemaker.ts';

const RELEASE = 'hmda-mortgage-1.0.0';
let product: Product;
let sagemaker: SageMakerClient;
let arn: string;
beforeAll(async () => {
  product = await startProduct('changed-by-hand');
  sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  const detail = await exampleManifest('1.0.0');
  await product.invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
  await product.invoke('register-model-package', { releaseId: RELEASE });
  await product.drain();
  arn = (await product.store.get('release', RELEASE))?.modelPackageArn ?? '';
});
afterAll(() => product.stop());

const shown = () => sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
const edit = (changes: object) => sagemaker.send(new UpdateModelPackageCommand({ ModelPackageArn: arn, ...changes }));
const hear = () => product.invoke('review-registry', packageUpdated(arn, ['ModelApprovalStatus']));
const told = async () =>
  (await product.store.events('hmda-mortgage'))
    .map(({ event }) => event)
    .filter(({ event_type: type }) => type.startsWith('model_package_'))
    .map(({ event_type: type, details }) => `${type} ${details['answer'] ?? details['lifted']}`);

describe('a package that is changed by hand (RR-10)', () => {
  it('shows what Assay says, and the messages of that lead to no other write', async () => {
    const { LastModifiedTime: before } = await shown();

    for (let time = 1; time <= 3; time += 1) expect(await hear()).toMatchObject({ outcome: 'in_agreement' });
    await product.drain();

    expect((await shown()).LastModifiedTime).toEqual(before);
    expect(await told()).toEqual([]);
  });

  it('is put right when it was approved', async () => {
    await edit({ ModelApprovalStatus: 'Approved' });

    expect(await hear()).toMatchObject({ outcome: 'recorded' });
    await product.drain();

    expect(await shown()).toMatchObject({ ModelApprovalStatus: 'PendingManualApproval' });
    expect(await hear()).toMatchObject({ outcome: 'in_agreement' });
    expect(await told()).toEqual(['model_package_drifted reverted']);
  });

  it('is found by the hourly look, too, where the message was lost', async () => {
    await edit({ ApprovalDescription: 'mine' });

    expect(await product.invoke('review-registry', { source: 'sweep' })).toMatchObject({ looked: 1, failed: 0 });
    await product.drain();

    expect((await shown()).ApprovalDescription).toBe(`release ${RELEASE} is draft`);
    expect((await told()).at(-1)).toBe('model_package_drifted reverted');
  });

  it('closes the gate when it was rejected', async () => {
    await edit({ ModelApprovalStatus: 'Rejected' });

    await hear();
    await product.drain();

    expect(await product.store.get('release', RELEASE)).toHaveProperty('packageRejectedSince');
    expect(await shown()).toMatchObject({ ModelApprovalStatus: 'Rejected' });
    const message = { 'detail-type': 'Model Package Rejected', source: 'assay', detail: { releaseId: RELEASE } };
    expect(await product.invoke('request-rollback', message)).toEqual({ outcome: 'ignored' });
    expect((await told()).at(-1)).toBe('model_package_rejected closed');
  });

  it('is of no concern where it is nobody’s', async () => {
    expect(await product.invoke('review-registry', packageUpdated(`${arn}0`))).toEqual({ outcome: 'not_ours' });
  });
});
