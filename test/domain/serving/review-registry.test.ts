import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { shownBy } from '../../../lib/domain/serving/registry-judgement.ts';
import { FINGERPRINT, fingerprintOf } from '../../../lib/domain/serving/registry-status.ts';
import { releaseOfPackage } from '../../../lib/domain/serving/review-registry.ts';
import { digestOf } from '../../support/approval-case.ts';
import { ofContent } from '../../support/denials.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { ARN, aRegistryCase } from '../../support/registry-case.ts';
import { anUnsignedApprovalOf, approved, draft, inProduction, validated } from '../../support/release-life.ts';

const APPROVED = { ModelApprovalStatus: 'Approved' };
const types = async (made: ReturnType<typeof aRegistryCase>) =>
  (await made.events()).map(({ event_type: type }) => type);

describe('what Assay writes to a package itself (RR-10, GT-4)', () => {
  it.each([draft, validated, approved, inProduction])(
    'is followed by no other write, whatever it was',
    async (release) => {
      const made = aRegistryCase(release);
      await made.sync();

      expect(made.writes).toHaveLength(1);
      for (let message = 1; message <= 3; message += 1) expect(await made.review()).toMatchObject({ mayWrite: false });
      expect(await made.review()).toMatchObject({ outcome: 'in_agreement' });
      expect(await types(made)).toEqual([]);
    },
  );

  it('is no news when its message is late: the release and the registry have gone on', async () => {
    const made = aRegistryCase(validated);
    await made.sync();
    made.replace({ ...approved, modelPackageArn: ARN });

    expect(await made.review()).toMatchObject({ outcome: 'behind', mayWrite: true });
    await made.sync();
    made.replace({ ...approved, modelPackageArn: ARN, state: 'rolled_back', updatedAt: made.now() });
    expect(await made.review()).toMatchObject({ outcome: 'behind', mayWrite: true });
    await made.sync();

    expect(made.writes.map(({ approvalStatus }) => approvalStatus)).toEqual([
      'PendingManualApproval',
      'Approved',
      'Rejected',
    ]);
    expect(await types(made)).toEqual([]);
  });

  it('withdraws an approval that was taken back since, and nobody is said to have changed it by hand', async () => {
    const made = aRegistryCase(inProduction);
    made.store.seed(anUnsignedApprovalOf('ada', 'ml_lead'), anUnsignedApprovalOf('grace', 'risk_owner'));
    // It was shown as approved again, hours after it was.
    made.pass(2 * HOUR_MS);
    await made.sync();
    made.pass(HOUR_MS);
    const denial = (releaseId: string, decidedAt = made.now()) =>
      ofContent({
        ...{ artifactSha256: inProduction.pinned?.artifactSha256 ?? digestOf('artifact'), decidedAt },
        ...{ releaseId: releaseId as never, decidedBy: 'grace', role: 'risk_owner' },
      });
    made.store.seed(denial('a-former-one', plusMilliseconds(made.now(), -1000)), denial('another-one'));

    expect(await made.review()).toMatchObject({ outcome: 'behind', mayWrite: true });
    await made.sync();

    expect(made.modelPackage).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval',
      ModelLifeCycle: { Stage: 'Production', StageStatus: 'OnHold' },
      ApprovalDescription: expect.stringContaining('its approval was taken back: grace denied the same bytes'),
    });
    expect(await types(made)).toEqual([]);
  });

  it('stays where others decided against the same bytes, who did not approve them', async () => {
    const made = aRegistryCase(inProduction);
    made.store.seed(anUnsignedApprovalOf('ada', 'ml_lead'), anUnsignedApprovalOf('grace', 'risk_owner'));
    made.store.seed(ofContent({ artifactSha256: inProduction.pinned?.artifactSha256 ?? digestOf('artifact') }));

    await made.sync();

    expect(made.modelPackage.ModelApprovalStatus).toBe('Approved');
  });

  it('may arrive after a later one: it is written over, and is nobody’s hand', async () => {
    const made = aRegistryCase(inProduction);
    const before = await made.review();
    if (before.outcome === 'not_ours') throw new Error('it is ours');
    made.replace({ ...inProduction, modelPackageArn: ARN, state: 'rolled_back', updatedAt: made.now() });
    await made.sync();
    made.show(before.desired, before.shown);

    expect(await made.sync()).toMatchObject({ outcome: 'in_agreement' });

    expect(made.writes.map(({ approvalStatus }) => approvalStatus)).toEqual(['Rejected', 'Approved', 'Rejected']);
    expect(await types(made)).toEqual([]);
  });

  it('leaves nothing of what an earlier release wrote, and all of what others did', async () => {
    const made = aRegistryCase(validated);
    made.edit({ CustomerMetadataProperties: { 'gov.recordUri': 's3://evidence/of/another' } });
    await made.sync();

    expect(made.modelPackage.CustomerMetadataProperties).not.toHaveProperty(['gov.recordUri']);
    expect(made.modelPackage.CustomerMetadataProperties).toMatchObject({ team: 'lending', 'gov.status': 'validated' });
  });

  it('goes without its fingerprint where SageMaker has no room for it', async () => {
    const made = aRegistryCase(approved);
    const others = Array.from({ length: 37 }, (_, index) => [`team-${index}`, 'x']);
    made.edit({ CustomerMetadataProperties: Object.fromEntries(others) });
    await made.sync();

    expect(Object.keys(made.modelPackage.CustomerMetadataProperties)).toHaveLength(50);
    expect(made.modelPackage.CustomerMetadataProperties).not.toHaveProperty([FINGERPRINT]);
    expect(await made.review()).toMatchObject({ outcome: 'in_agreement' });
  });
});

describe('an approval by hand', () => {
  it('is on record and reverted, once however often SageMaker says so', async () => {
    const made = aRegistryCase(validated);
    await made.sync();
    made.edit({ ...APPROVED, ApprovalDescription: 'looks good' });

    expect(await made.review()).toMatchObject({ outcome: 'recorded', mayWrite: false });
    expect(await made.review()).toMatchObject({ outcome: 'known', mayWrite: true });
    expect(await made.sync()).toMatchObject({ outcome: 'in_agreement' });
    expect(await made.review()).toMatchObject({ outcome: 'in_agreement' });

    expect(made.modelPackage.ModelApprovalStatus).toBe('PendingManualApproval');
    const [event, ...others] = await made.events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      ...{ event_type: 'model_package_drifted', actor_id: 'assay', approval_state: 'validated' },
      reason: 'the model package was approved by hand by nora',
      details: {
        ...{ kind: 'approved_by_hand', found_status: 'Approved', expected_status: 'PendingManualApproval' },
        ...{ parts: ['approvalStatus', 'description'], by: 'nora', answer: 'reverted', answers_in_24_hours: 1 },
        model_package_arn: ARN,
      },
    });
    expect(made.noted()).toEqual(['sync_registry', 'Model Package Drifted']);
  });

  it('is only reported where the policy says so, until the release itself changes', async () => {
    const made = aRegistryCase(validated, { registry_drift: 'report' });
    await made.sync();
    made.edit(APPROVED);

    await made.sync();
    await made.sync();

    expect(made.modelPackage.ModelApprovalStatus).toBe('Approved');
    expect(made.noted()).toEqual(['Model Package Drifted']);
    expect(await made.drift()).toMatchObject({ answer: 'reported', kind: 'approved_by_hand' });
    made.replace({ modelPackageArn: ARN, state: 'rejected' });
    await made.sync();
    expect(made.modelPackage.ModelApprovalStatus).toBe('Rejected');
  });

  it('of a release that was taken back is found even in the very words of Assay', async () => {
    const made = aRegistryCase(inProduction);
    await made.sync();
    const words = structuredClone(made.modelPackage);
    made.replace({ ...inProduction, modelPackageArn: ARN, state: 'rolled_back', updatedAt: made.now() });
    await made.sync();
    made.pass(HOUR_MS);
    made.edit({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: words.ApprovalDescription ?? '',
      ...(words.ModelLifeCycle && { ModelLifeCycle: words.ModelLifeCycle }),
      CustomerMetadataProperties: words.CustomerMetadataProperties,
    });
    expect(fingerprintOf(shownBy(made.modelPackage).status)).toBe(
      made.modelPackage.CustomerMetadataProperties[FINGERPRINT],
    );

    await made.sync();

    expect(await types(made)).toEqual(['model_package_drifted']);
    expect(made.modelPackage.ModelApprovalStatus).toBe('Rejected');
  });

  it('before the release was taken in is nobody’s: the registry is brought in step', async () => {
    const made = aRegistryCase(draft);
    Object.assign(made.modelPackage, APPROVED, { CreationTime: plusMilliseconds(draft.createdAt, -1000) });

    await made.sync();

    expect(made.modelPackage.ModelApprovalStatus).toBe('PendingManualApproval');
    expect(await types(made)).toEqual([]);
  });

  it('counts although the fingerprint was removed with it', async () => {
    const made = aRegistryCase(validated);
    await made.sync();
    made.edit({ ...APPROVED, remove: [FINGERPRINT] });

    await made.sync();

    expect(await types(made)).toEqual(['model_package_drifted']);
  });

  it('is no approval by hand where the package was changed: what was approved was another', async () => {
    const made = aRegistryCase(approved);
    await made.sync();
    made.pass(HOUR_MS);
    made.edit({});
    made.modelPackage.InferenceSpecification = { Containers: [{ Image: 'elsewhere' }] } as never;

    expect(await made.review()).toMatchObject({ outcome: 'behind', desired: { approvalStatus: 'Rejected' } });
  });
});

describe('what else people change', () => {
  it.each([
    ['the approval status', { ModelApprovalStatus: 'PendingManualApproval' }, ['approvalStatus']],
    ['the stage', { ModelLifeCycle: { Stage: 'Production', StageStatus: 'Approved' } }, ['stage']],
    ['the status of the stage', { ModelLifeCycle: { Stage: 'PreProduction', StageStatus: 'Ok' } }, ['stageStatus']],
    ['the description', { ApprovalDescription: 'mine' }, ['description']],
    ['metadata', { CustomerMetadataProperties: { 'gov.recordUri': 's3://mine' } }, ['gov.recordUri']],
    ['metadata that is gone', { remove: ['gov.status'] }, ['gov.status']],
  ])('is on record and reverted: %s', async (_, edit, parts) => {
    const made = aRegistryCase(approved);
    await made.sync();
    made.edit(edit);

    await made.sync();

    expect((await made.events()).map(({ details }) => [details['kind'], details['parts']])).toEqual([
      ['edited_by_hand', parts],
    ]);
    expect(await made.review()).toMatchObject({ outcome: 'in_agreement' });
  });

  it('is none of our business where it is theirs', async () => {
    const made = aRegistryCase(approved);
    await made.sync();
    made.edit({ CustomerMetadataProperties: { team: 'fraud' } });

    expect(await made.review()).toMatchObject({ outcome: 'in_agreement' });
  });

  it('is a change of a release that has ended, too, where the registry says of it that it is rejected', async () => {
    const made = aRegistryCase({ ...validated, state: 'expired' });
    await made.sync();
    made.edit({ ModelApprovalStatus: 'Rejected' });

    await made.sync();

    expect((await made.events()).map(({ details }) => details['kind'])).toEqual(['edited_by_hand']);
    expect(made.modelPackage.ModelApprovalStatus).toBe('PendingManualApproval');
  });
});

describe('a package that somebody keeps changing', () => {
  it('is reverted three times within 24 hours; then a person is needed, and Assay writes no more', async () => {
    const made = aRegistryCase(validated);
    await made.sync();
    for (let time = 1; time <= 5; time += 1) {
      made.edit(APPROVED);
      await made.sync();
    }

    expect((await made.events()).map(({ details }) => details['answer'])).toEqual([
      ...['reverted', 'reverted', 'reverted'],
      'person_needed',
    ]);
    expect(made.writes).toHaveLength(4);
    expect(made.modelPackage.ModelApprovalStatus).toBe('Approved');
    expect(made.noted().slice(-1)).toEqual(['Model Package Needs Person']);
    made.pass(2 * DAY_MS);
    made.edit(APPROVED);
    await made.sync();
    expect(made.writes).toHaveLength(4);
    expect(await made.drift()).toHaveProperty('personNeededSince');
  });

  it('is reverted again where the last times were days ago', async () => {
    const made = aRegistryCase(validated);
    await made.sync();
    for (let time = 1; time <= 6; time += 1) {
      made.pass(9 * HOUR_MS);
      made.edit(APPROVED);
      await made.sync();
    }

    expect(made.modelPackage.ModelApprovalStatus).toBe('PendingManualApproval');
    expect(await made.drift()).toMatchObject({ answer: 'reverted' });
    expect((await made.drift())?.answeredAt).toHaveLength(3);
  });

  it('shows what a release becomes all the same, once for each change of it', async () => {
    const made = aRegistryCase(validated);
    await made.sync();
    for (let time = 1; time <= 4; time += 1) {
      made.edit(APPROVED);
      await made.sync();
    }
    made.replace({ modelPackageArn: ARN, state: 'rejected' });

    expect(await made.sync()).toMatchObject({ outcome: 'in_agreement' });

    expect(made.modelPackage.ModelApprovalStatus).toBe('Rejected');
  });
});

describe('a package that is not ours to show', () => {
  it('is that of no release, of another one by now, and one that is not there', async () => {
    const made = aRegistryCase(approved);
    expect(await releaseOfPackage(`${ARN}2`, made.store)).toBeUndefined();
    expect(await releaseOfPackage(ARN, made.store)).toBe(approved.releaseId);

    made.world.find = async () => undefined as never;
    expect(await made.review()).toEqual({ outcome: 'not_ours' });
  });

  it('is of another group', async () => {
    const made = aRegistryCase(approved);
    Object.assign(made.modelPackage, { ModelPackageGroupName: 'credit' });

    expect(await made.review()).toEqual({ outcome: 'not_ours' });
  });

  it('belongs to another release now', async () => {
    const made = aRegistryCase(approved);
    const holder = await made.store.get('package_holder', ARN.toLowerCase());
    if (holder === undefined) throw new Error('nobody has it');
    made.store.seed({ ...holder, version: 2, releaseId: 'another' as typeof holder.releaseId });

    expect(await made.review()).toEqual({ outcome: 'not_ours' });
  });

  it('is that of the release that needs it, where a former version wrote no row', async () => {
    const store = memoryReleaseStore();
    const ended = { ...approved, releaseId: 'mortgage-0-9' as typeof approved.releaseId, state: 'rejected' };
    store.seed(ended, approved);

    expect(await releaseOfPackage(approved.modelPackageArn ?? '', store)).toBe(approved.releaseId);
  });

  it('is not registered yet', async () => {
    const made = aRegistryCase(draft);
    const { modelPackageArn: _, ...open } = await made.release();
    made.store.seed({ ...open, version: open.version + 1 });

    expect(await made.review()).toEqual({ outcome: 'not_ours' });
  });
});
