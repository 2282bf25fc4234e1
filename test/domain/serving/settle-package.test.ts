import { describe, expect, it } from 'vitest';
import { settlePackage } from '../../../lib/domain/serving/settle-package.ts';
import { ARN, aRegistryCase } from '../../support/registry-case.ts';
import { approved, validated } from '../../support/release-life.ts';

const OPERATOR = { id: 'olga', role: 'operator', auth: 'jwt' };
const CLAIM = {
  releaseId: approved.releaseId,
  actor: OPERATOR,
  names: ['olga'],
  reason: 'a slip',
  linkedIncident: 'INC-3',
};

const rejected = async () => {
  const made = aRegistryCase(approved);
  await made.sync();
  made.edit({ ModelApprovalStatus: 'Rejected' });
  await made.sync();
  return made;
};
const settle = (made: Awaited<ReturnType<typeof rejected>>, changes: Partial<typeof CLAIM> = {}) =>
  settlePackage({ ...CLAIM, ...changes }, made.store, made.now);

describe('a person who has dealt with what was done to a package by hand', () => {
  it('lifts a rejection, by name: the gate is open again, and the registry says so', async () => {
    const made = await rejected();

    expect(await settle(made)).toMatchObject({ outcome: 'settled', drift: { settledBy: 'olga' } });
    await made.sync();

    const release = await made.release();
    expect(release).not.toHaveProperty('suspendedSince');
    expect(release).not.toHaveProperty('packageRejectedSince');
    expect(await made.rejection()).toMatchObject({ status: 'lifted', liftedBy: 'olga' });
    expect(made.modelPackage.ModelApprovalStatus).toBe('Approved');
    expect((await made.events()).at(-1)).toMatchObject({
      ...{ event_type: 'model_package_settled', actor_id: 'olga', actor_role: 'operator', reason: 'a slip' },
      ...{ linked_incident: 'INC-3', details: { model_package_arn: ARN, kind: 'rejected_by_hand', lifted: true } },
    });
    expect(made.noted().slice(-3)).toEqual(['sync_registry', 'Approval Reinstated', 'Model Package Settled']);
  });

  it('says so once', async () => {
    const made = await rejected();
    await settle(made);
    const events = await made.events();

    expect(await settle(made)).toMatchObject({ outcome: 'known' });
    expect(await made.events()).toHaveLength(events.length);
  });

  it('lifts no other suspension with it', async () => {
    const made = await rejected();
    const { entity, ...other } = {
      ...{ entity: 'suspension' as const, version: 1, releaseId: approved.releaseId, causeId: 'ada-1' },
      ...{
        kind: 'condition_overdue',
        modelName: approved.modelName,
        status: 'in_force',
        reason: 'r',
        since: made.now(),
      },
    };
    made.store.seed({ entity, ...other });

    await settle(made);

    const release = await made.release();
    expect(release).toHaveProperty('suspendedSince');
    expect(release).not.toHaveProperty('packageRejectedSince');
  });

  it('makes Assay answer again where it had stopped, and the registry show what the table says', async () => {
    const made = aRegistryCase(validated, { registry_drift: 'report' });
    await made.sync();
    for (let time = 1; time <= 4; time += 1) {
      made.edit({ ModelApprovalStatus: 'Approved' });
      await made.sync();
    }
    expect(await made.drift()).toHaveProperty('personNeededSince');

    await settlePackage({ ...CLAIM, names: [validated.requestedBy] }, made.store, made.now);
    await made.sync();

    expect(made.modelPackage.ModelApprovalStatus).toBe('PendingManualApproval');
    expect(await made.drift()).not.toHaveProperty('personNeededSince');
    made.edit({ ModelApprovalStatus: 'Approved' });
    await made.sync();
    expect(await made.drift()).toMatchObject({ answer: 'reported' });
    expect(await made.drift()).not.toHaveProperty('settledAt');
  });

  it.each([approved.requestedBy, approved.submittedBy, approved.manifest.trained_by])(
    'is none of those who want the release: %s',
    async (maker) => {
      const made = await rejected();

      await expect(settle(made, { names: ['olga', maker] })).rejects.toMatchObject({ code: 'SeparationOfDuties' });
      expect(await made.rejection()).toMatchObject({ status: 'in_force' });
    },
  );

  it('has nothing to say where nothing was done, and of no release', async () => {
    const made = aRegistryCase(approved);

    await expect(settle(made)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(settle(made, { releaseId: 'gone' as typeof approved.releaseId })).rejects.toMatchObject({
      code: 'NotFound',
    });
    const { modelPackageArn: _, ...open } = await made.release();
    made.store.seed({ ...open, version: open.version + 1 });
    await expect(settle(made)).rejects.toMatchObject({ code: 'NotFound' });
  });
});
