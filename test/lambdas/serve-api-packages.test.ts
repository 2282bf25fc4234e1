import { beforeEach, describe, expect, it } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { NOW } from '../support/approval-case.ts';
import { everyKind } from '../support/every-kind.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { approved } from '../support/release-life.ts';

const { modelPackageArn = '', releaseId } = approved;
let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  const { record } = everyKind(approved).registry_drift;
  intake.store.seed(
    { ...approved, suspendedSince: NOW, packageRejectedSince: NOW },
    { ...record, version: 1, packageId: modelPackageArn.toLowerCase(), modelPackageArn, kind: 'rejected_by_hand' },
    {
      ...{ entity: 'suspension', version: 1, releaseId, causeId: 'rejected_by_hand', kind: 'rejected_by_hand' },
      ...{ modelName: approved.modelName, status: 'in_force', reason: 'r', since: NOW },
    },
  );
});

const ORDER = { reason: 'a slip of the hand', incident: 'INC-7' };
const settle = (username: string, groups = ['operator'], id: string = releaseId, body: object = ORDER) =>
  callApi(anApi(intake), `/releases/${id}/package/settle`, { username, groups }, body);

describe('what was done to a package by hand', () => {
  it('is settled by an operator, and shown with the release until then', async () => {
    const release = async () =>
      (await callApi(anApi(intake), `/releases/${releaseId}`, { username: 'aud', groups: ['auditor'] })).body;
    expect(await release()).toMatchObject({ release: { package_rejected_since: NOW, suspended_since: NOW } });

    expect(await settle('olga')).toEqual(
      expect.objectContaining({
        status: 200,
        body: {
          ...{ release_id: releaseId, model_package_arn: modelPackageArn, kind: 'rejected_by_hand', found_at: NOW },
          ...{ settled_at: expect.any(String), settled_by: 'olga' },
        },
      }),
    );

    expect(await release()).not.toHaveProperty('release.package_rejected_since');
  });

  it('is settled by nobody else', async () => {
    expect(await settle('olga', ['releaser', 'auditor'])).toMatchObject({ status: 403 });
    expect(await settle('olga', ['operator'], 'gone')).toMatchObject({ status: 404 });
    expect(await settle('olga', ['operator'], releaseId, { reason: 'r' })).toMatchObject({ status: 422 });
  });
});
