/** What a mail says of groups is read from the counts in the table, of the release and of the one that is live. */
import { expect, it } from 'vitest';
import { readMeasuredGroups } from '../../lambdas/dispatch-outbox/measured-groups.ts';
import { aManifest, anApprovalCase, at, seedOutcomes } from '../support/approval-case.ts';
import { totalsOf } from '../support/totals-of.ts';

const group = (value: string, favorable: number, count: number) => ({
  ...{ attribute: 'race', value, count, favorable, labelled: count, actualFavorable: favorable },
  ...{ truePositive: favorable, falsePositive: 0 },
});
const LIVE = aManifest({ release_id: 'mortgage-1-1-0', model_version: '1.1.0' });

/** A release beside one that is live, with this manifest. */
const beside = async (manifest: typeof LIVE) => {
  const scene = await anApprovalCase();
  const { store, release } = scene;
  const live = { ...release, releaseId: manifest.release_id, manifest };
  store.seed(live, {
    ...{ entity: 'pointer', version: 1, modelName: release.modelName, epoch: 1, releaseId: live.releaseId },
    ...{ fallbackReleaseId: '', endpointName: 'mortgage', endpointConfigName: 'config' },
    since: at('2026-01-01T00:00:00.000Z'),
  });
  return { scene, store, release, live };
};

it('says nothing of what is live where nothing is', async () => {
  const { store, release } = await anApprovalCase();

  expect((await readMeasuredGroups(store, release)).live).toBeUndefined();
});

it('compares no rates of a release that calls another decision favorable', async () => {
  const { predictions } = LIVE;
  const { store, release } = await beside({ ...LIVE, predictions: { ...predictions, favorable_value: 'granted' } });

  const { live } = await readMeasuredGroups(store, release);

  expect(live?.other?.live.favorable_value).toBe('granted');
  expect(live?.movements).toEqual([]);
});

it('names a group that vanished, and counts those of too few rows', async () => {
  const { scene, store, release, live } = await beside(LIVE);
  const own = [group('Asian', 590, 1000), group('Black', 0, 29), group('White', 600, 1000)];
  const former = [group('Asian', 590, 1000), group('Black', 480, 1000), group('White', 600, 1000)];
  seedOutcomes(scene, own, totalsOf(own));
  seedOutcomes({ ...scene, release: live }, former, totalsOf(former));

  const measured = await readMeasuredGroups(store, release);

  expect(measured.small).toEqual({ groups: 1, rows: 30 });
  expect(measured.live?.unmatched).toEqual({
    counted: {
      gone: [{ subject: 'selection rate', group: { attribute: 'race', value: 'Black' }, measured: 0.48 }],
      come: [],
    },
    reported: { gone: [], come: [] },
    unkept: [],
  });
});
