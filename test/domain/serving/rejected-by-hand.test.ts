import { describe, expect, it } from 'vitest';
import { judgeFlip } from '../../../lib/domain/gate/gate.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { ARN, aRegistryCase } from '../../support/registry-case.ts';
import { approved, deployed, NOTHING_BEFORE, validated } from '../../support/release-life.ts';

const APPROVED = { ModelApprovalStatus: 'Approved' };
const REJECTED = { ModelApprovalStatus: 'Rejected' };
const types = async (made: ReturnType<typeof aRegistryCase>) =>
  (await made.events()).map(({ event_type: type }) => type);

describe('a rejection by hand (GT-4)', () => {
  it('closes the gate at once, and stays in the registry', async () => {
    const made = aRegistryCase(deployed);
    await made.sync();
    made.edit({ ...REJECTED, ApprovalDescription: 'biased' });

    await made.sync();

    const release = await made.release();
    const since = plusMilliseconds(made.now(), -1000); // showing it took a second
    expect(release).toMatchObject({ state: 'approved', suspendedSince: since, packageRejectedSince: since });
    const suspension = await made.rejection();
    if (suspension === undefined) throw new Error('nothing suspends it');
    expect(suspension).toMatchObject({
      status: 'in_force',
      reason: `its package ${ARN} was rejected by hand by nora`,
    });
    expect(await types(made)).toEqual(['model_package_rejected']);
    expect(made.noted()).toEqual(['sync_registry', 'Approval Suspended', 'notify_people', 'Model Package Rejected']);
    expect(made.modelPackage).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      ModelLifeCycle: { StageStatus: 'OnHold' },
      ApprovalDescription: expect.stringContaining('was rejected by hand'),
    });
    const facts = { ...NOTHING_BEFORE, suspensions: [suspension], release: { ...release, rollbackTarget: 'none' } };
    expect(judgeFlip({ ...facts, now: made.now() })).toMatchObject({
      outcome: 'deny',
      reasons: [{ rule: 'approval_suspended', explanation: expect.stringContaining('was rejected by hand') }],
    });
    expect(await made.review()).toMatchObject({ outcome: 'in_agreement' });
  });

  it('counts before people have decided, and although a sync comes before its message', async () => {
    const made = aRegistryCase(validated);
    await made.sync();
    made.edit(REJECTED);
    made.replace({ ...approved, modelPackageArn: ARN });

    await made.sync();

    expect(await made.release()).toHaveProperty('packageRejectedSince');
    expect(made.modelPackage.ModelApprovalStatus).toBe('Rejected');
  });

  it('is not lifted by an approval by hand, in whosever words', async () => {
    const made = aRegistryCase(approved);
    await made.sync();
    const words = structuredClone(made.modelPackage);
    made.edit(REJECTED);
    await made.sync();
    made.pass(HOUR_MS);
    made.edit({
      ...APPROVED,
      ApprovalDescription: words.ApprovalDescription ?? '',
      ...(words.ModelLifeCycle && { ModelLifeCycle: words.ModelLifeCycle }),
      CustomerMetadataProperties: words.CustomerMetadataProperties,
    });

    await made.sync();

    expect(made.modelPackage.ModelApprovalStatus).toBe('Rejected');
    expect(await types(made)).toEqual(['model_package_rejected', 'model_package_drifted']);
  });

  it('closes the gate although a person is needed for the package already', async () => {
    const made = aRegistryCase(approved);
    await made.sync();
    for (let time = 1; time <= 4; time += 1) {
      made.edit({ ApprovalDescription: 'mine' });
      await made.sync();
    }
    made.edit(REJECTED);

    await made.sync();

    expect(await made.release()).toHaveProperty('packageRejectedSince');
    expect(await made.drift()).toHaveProperty('personNeededSince');
  });

  it('is told from what a former version wrote, which left no fingerprint', async () => {
    const made = aRegistryCase(approved);
    made.edit(REJECTED);
    expect(await made.review()).toMatchObject({ outcome: 'recorded' });

    const before = aRegistryCase(validated);
    Object.assign(before.modelPackage, REJECTED, { CreationTime: plusMilliseconds(validated.createdAt, -1000) });
    expect(await before.review()).toMatchObject({ outcome: 'behind' });
    const unwritten = aRegistryCase(validated);
    Object.assign(unwritten.modelPackage, REJECTED, { CreationTime: undefined });
    expect(await unwritten.review()).toMatchObject({ outcome: 'behind' });
  });

  it('is not what a lifted rejection leaves in the registry', async () => {
    const made = aRegistryCase({ ...approved, packageRejectedSince: approved.createdAt });
    await made.sync();
    const { packageRejectedSince: _, ...free } = await made.release();
    made.store.seed({ ...free, version: free.version + 1 });

    expect(await made.review()).toMatchObject({ outcome: 'behind' });
  });

  it('names nobody where SageMaker names nobody', async () => {
    const made = aRegistryCase(approved);
    await made.sync();
    made.edit(REJECTED);
    made.world.lastWriterOf = async () => '';

    await made.review();

    expect((await made.rejection())?.reason).toBe(`its package ${ARN} was rejected by hand`);
  });
});
