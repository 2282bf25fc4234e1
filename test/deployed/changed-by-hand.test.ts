/** Packages that people change by hand in the registry: reverted, three times; a rejection closes the gate until a person has dealt with it. */
import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { assayOf } from './support/doors.ts';
import { eventually } from './support/eventually.ts';
import { approvedBy, inProduction, QUORUM, releaseIn, validated } from './support/life.ts';
import { endOf } from './support/machines.ts';
import { packageInStep, setByHand, shown } from './support/package-by-hand.ts';
import { variant } from './support/variant.ts';
import { sagemaker, store } from './support/world.ts';

const ORDER = ['--reason', 'we talked to them', '--incident', 'INC-12'];

const awaitStatus = (arn: string, status: string) =>
  eventually(`the registry to show ${status}`, async () =>
    (await shown(arn)).ModelApprovalStatus === status ? true : undefined,
  );
/** What was done to packages of a model by hand, and what Assay did about it. */
const answersOf = async (modelName: string): Promise<string[]> =>
  (await store.events(modelName)).flatMap(({ event: { event_type: type, details } }) =>
    ['model_package_drifted', 'model_package_rejected', 'model_package_settled'].includes(type)
      ? [`${details['kind']} ${details['answer'] ?? 'settled'}`]
      : [],
  );
const awaitAnswers = (modelName: string, count: number) =>
  eventually(
    `answer ${count}`,
    async () => {
      const answers = await answersOf(modelName);
      return answers.length >= count ? answers : undefined;
    },
    async () => `${(await answersOf(modelName)).length} answers to what was done by hand to ${modelName}`,
  );

describe('a package that somebody approves by hand (GT-4)', () => {
  it('is reverted three times, on record; then a person is called, and Assay writes no more', async () => {
    const { release_id: releaseId, model_name: modelName } = await validated(await variant('by-hand', '1.1.0'));
    const arn = await packageInStep(releaseId);

    for (let time = 1; time <= 3; time += 1) {
      await setByHand(arn, 'Approved');
      await awaitAnswers(modelName, time);
      await awaitStatus(arn, 'PendingManualApproval');
    }
    await setByHand(arn, 'Approved');

    expect(await awaitAnswers(modelName, 4)).toEqual([
      ...['approved_by_hand reverted', 'approved_by_hand reverted', 'approved_by_hand reverted'],
      'approved_by_hand person_needed',
    ]);
    expect((await shown(arn)).ModelApprovalStatus).toBe('Approved');
    expect((await store.get('release', releaseId))?.state).toBe('validated');

    expect(await assayOf('omar.haddad', 'packages', 'settle', releaseId, ...ORDER)).toMatchObject({ code: 0 });
    await awaitStatus(arn, 'PendingManualApproval');
    expect(await answersOf(modelName)).toHaveLength(5);
  });
});

describe('a package that somebody rejects by hand (GT-4)', () => {
  it('closes the gate at once, and what waits for it goes on when an operator has settled it', async () => {
    const manifest = await validated(await variant('rejected-by-hand', '1.1.0'));
    const { release_id: releaseId, model_name: modelName } = manifest;
    const arn = await packageInStep(releaseId);
    await setByHand(arn, 'Rejected');
    await awaitAnswers(modelName, 1);

    await approvedBy(manifest, QUORUM);

    expect(await endOf('promotion', releaseId)).toEqual({ status: 'FAILED', error: 'PromotionDenied' });
    const release = await releaseIn(releaseId, 'approved');
    expect(release.reasons).toMatchObject([{ rule: 'approval_suspended' }]);
    expect(release.reasons[0]?.explanation).toContain('was rejected by hand');
    await awaitStatus(arn, 'Rejected');

    expect(await assayOf('omar.haddad', 'packages', 'settle', releaseId, ...ORDER)).toMatchObject({ code: 0 });
    await awaitStatus(arn, 'Approved');
    expect(await assayOf('omar.haddad', 'promote', releaseId, '--reason', 'it was settled')).toMatchObject({ code: 0 });
    await releaseIn(releaseId, 'production');
    expect(await answersOf(modelName)).toEqual(['rejected_by_hand closed', 'rejected_by_hand settled']);
  });

  it('goes on serving where the policy only closes the gate', async () => {
    const { release_id: releaseId, model_name: modelName } = await inProduction(
      await variant('still-serving', '1.1.0'),
    );
    const arn = await packageInStep(releaseId);

    await setByHand(arn, 'Rejected');
    expect(await awaitAnswers(modelName, 1)).toEqual(['rejected_by_hand closed']);

    expect((await store.get('release', releaseId))?.state).toBe('production');
    expect((await store.events(modelName)).map(({ event }) => event.event_type)).not.toContain('rollback_requested');
  });
});

describe('what Assay itself writes to a package', () => {
  it('is written once for each change of its release, however often SageMaker tells of it', async () => {
    const { release_id: releaseId, model_name: modelName } = await inProduction(await variant('in-step', '1.1.0'));
    const arn = await packageInStep(releaseId);
    const { LastModifiedTime: before } = await shown(arn);

    // Another team notes something on the package: one more message, and nothing for Assay to do.
    await sagemaker.send(
      new UpdateModelPackageCommand({ ModelPackageArn: arn, CustomerMetadataProperties: { team: 'lending' } }),
    );
    const { LastModifiedTime: noted } = await shown(arn);
    await inProduction(await variant(modelName, '1.2.0'));
    await eventually('the registry to show that it was superseded', async () =>
      (await shown(arn)).ModelLifeCycle?.StageStatus === 'OnHold' ? true : undefined,
    );

    expect(noted?.getTime()).toBeGreaterThan(before?.getTime() ?? 0);
    expect(await answersOf(modelName)).toEqual([]);
    expect((await shown(arn)).CustomerMetadataProperties).toMatchObject({
      team: 'lending',
      'gov.status': 'superseded',
    });
  });
});
