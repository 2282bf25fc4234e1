import { describe, expect, it } from 'vitest';
import { readObstacles } from '../../../lib/domain/gate/read-obstacles.ts';
import { withVersion } from '../../../lib/domain/records/served-versions.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import {
  aHold,
  anEndpoint,
  aPointer,
  approved,
  aRollback,
  inProduction,
  keptPolicy,
  superseded,
  validated,
} from '../../support/release-life.ts';

const overtaking = { ...inProduction, releaseId: 'mortgage-2-1-0' as Release['releaseId'], modelVersion: '2.1.0' };
const pointer = aPointer({ releaseId: overtaking.releaseId });
const served = withVersion(withVersion(undefined, superseded), overtaking);
const waiting = { ...validated, rollbackTarget: superseded.releaseId };

const obstaclesOf = async (release: Release, ...rows: Parameters<ReturnType<typeof memoryReleaseStore>['seed']>) => {
  const store = memoryReleaseStore();
  store.seed(keptPolicy, ...rows);
  return (await readObstacles(release, store, NOW)).reasons;
};

describe('what stands in the way of a release', () => {
  it('is nothing where its model has done nothing yet', async () => {
    expect(await obstaclesOf(validated)).toEqual([]);
    expect(await obstaclesOf(approved)).toEqual([]);
  });

  it('is that another was promoted: by its version, since when, and against which this one was evaluated', async () => {
    expect(await obstaclesOf(waiting, pointer, served)).toMatchObject([
      {
        rule: 'rollback_target',
        explanation:
          '2.1.0 (mortgage-2-1-0) has been in production since 2026-11-21T09:00:00.000Z; when this release was evaluated, its way back was 1.1.0 (mortgage-1-1-0)',
      },
      { rule: 'model_version', explanation: '1.2.0 is lower than 2.1.0, the version of mortgage-2-1-0' },
    ]);
  });

  it.each([
    ['a hold', 'hold', [aHold({ modelName: validated.modelName })]],
    ['a rollback under way', 'rollback', [pointer, aRollback()]],
    ['another owner of the endpoint', 'endpoint', [anEndpoint({ modelName: 'other' as Release['modelName'] })]],
  ] as const)('is %s', async (_, rule, rows) => {
    expect((await obstaclesOf(waiting, ...rows)).map((one) => one.rule)).toContain(rule);
  });

  it('is a changed package', async () => {
    expect(await obstaclesOf({ ...validated, packageDiffers: ['image'] })).toMatchObject([{ rule: 'model_package' }]);
  });

  it('is also that the approval has expired', async () => {
    expect(await obstaclesOf({ ...approved, approvedUntil: NOW })).toMatchObject([{ rule: 'approval_expiry' }]);
  });

  it.each(['draft', 'rejected', 'production', 'superseded'] as const)(
    'is not asked of one that is %s',
    async (state) => {
      expect(await obstaclesOf({ ...waiting, state }, pointer, served)).toEqual([]);
    },
  );
});
