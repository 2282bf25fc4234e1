import { beforeEach, describe, expect, it } from 'vitest';
import { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { packageId } from '../../../lib/domain/records/package-holder.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { aClaim, anIntake, type Intake, somePackages } from '../../support/intake.ts';
import { ARN, described } from './a-package.ts';

const aManifestWith = (release_id: string, changes: object = {}) =>
  aClaim({
    release_id,
    config_version: release_id,
    model_package_arn: ARN,
    deployment: {
      image_uri: described.InferenceSpecification.Containers[0]?.Image,
      instance_type: 'ml.m5.large',
      instance_count: 1,
      endpoint_name: 'mortgage',
    },
    ...changes,
  });

let intake: Intake;
beforeEach(() => {
  const lower = { ...described, ModelPackageArn: ARN.replace('mortgage-approval', 'Mortgage-Approval') };
  intake = anIntake({ packages: somePackages(ModelPackage.parse(described), ModelPackage.parse(lower)) });
});

const ask = async (releaseId: string, changes: object = {}) => {
  const answer = await requestRelease(aManifestWith(releaseId, changes), intake);
  return answer.outcome === 'refused' ? answer.refusal : answer.outcome;
};
const becomes = async (releaseId: string, changes: Partial<Release>) => {
  const release = await intake.store.get('release', releaseId);
  if (release === undefined) throw new Error(`there is no ${releaseId}`);
  intake.store.seed({ ...release, ...changes });
};
const holder = async () => (await intake.store.get('package_holder', packageId(ARN)))?.releaseId;
const TAKEN = {
  code: 'PackageTaken',
  faults: [{ field: 'model_package_arn', problem: `${ARN} is the package of first, which is draft` }],
};

describe('a model package (GT-7)', () => {
  it('belongs to one release while that needs it', async () => {
    expect(await ask('first')).toBe('accepted');
    expect(await ask('first')).toBe('known');
    expect(await ask('second')).toMatchObject(TAKEN);
    for (const state of ['validated', 'approved', 'production', 'superseded']) {
      await becomes('first', { state });
      expect(await ask('second'), state).toMatchObject({ code: 'PackageTaken' });
    }
    expect(await holder()).toBe('first');
  });

  it('is the same one however its ARN is spelt', async () => {
    await ask('first');

    expect(
      await ask('second', { model_package_arn: ARN.replace('mortgage-approval', 'Mortgage-Approval') }),
    ).toMatchObject({
      code: 'PackageTaken',
    });
  });

  it.each(['rejected', 'expired', 'rolled_back', 'retired'])(
    'may be used again when its release is %s',
    async (state) => {
      await ask('first');
      await becomes('first', { state });

      expect(await ask('second')).toBe('accepted');
      expect(await holder()).toBe('second');
      expect(await ask('third')).toMatchObject({ code: 'PackageTaken' });
    },
  );

  it('may be asked for again with the same content, once its release has ended', async () => {
    await ask('first');
    await becomes('first', { state: 'expired' });

    expect(await ask('again', { config_version: 'first' })).toBe('accepted');
    expect(await holder()).toBe('again');
  });

  it('is won by one of two releases that ask for it at once', async () => {
    intake.store.beforeNextCommit(async () => {
      expect(await ask('faster')).toBe('accepted');
    });

    expect(await ask('slower')).toMatchObject({ code: 'PackageTaken' });

    expect(await holder()).toBe('faster');
    expect(await intake.store.get('release', 'slower')).toBeUndefined();
  });

  it('is won by one of two that ask for it at once when its release has ended', async () => {
    await ask('first');
    await becomes('first', { state: 'rejected' });
    intake.store.beforeNextCommit(async () => {
      expect(await ask('faster')).toBe('accepted');
    });

    expect(await ask('slower')).toMatchObject({ code: 'PackageTaken' });

    expect(await holder()).toBe('faster');
  });

  it('of a release of a former version, which wrote no row, is found by the index', async () => {
    await ask('first');
    const release = await intake.store.get('release', 'first');
    if (release === undefined) throw new Error('there is no release');
    const { serving: _, ...former } = release;
    intake = anIntake({ packages: intake.packages });
    intake.store.seed({ ...former, state: 'production', modelPackageArn: ARN });
    expect(await ask('second')).toMatchObject({ code: 'PackageTaken' });

    // It waits in vain, and will never need its package.
    intake.store.seed({ ...former, state: 'approved', modelPackageArn: ARN });
    expect(await ask('third')).toBe('accepted');
    expect(await holder()).toBe('third');
  });
});
