import { describe, expect, it } from 'vitest';
import { readChecks } from '../../../lib/domain/change/read-checks.ts';
import { inOrder } from '../../../lib/domain/records/signed-check.ts';
import { stageChecks } from '../../../lib/domain/records/stage-checks.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { checks, validated } from '../../support/release-life.ts';

const { releaseId } = validated;
const isOfCard = ({ stage }: { stage: string }) => stage === 'model_card';

describe('the checks of a release', () => {
  it.each([
    ['a former version stored one by one', checks, []],
    ['this version stored by stage', [], [...Map.groupBy(checks, ({ stage }) => stage)]],
    [
      'were stored by both, because it was upgraded between two stages',
      checks.filter((check) => !isOfCard(check)),
      [['model_card', checks.filter(isOfCard)] as const],
    ],
  ])('are all read, in one order, that %s', async (_, single, stages) => {
    const store = memoryReleaseStore();
    store.seed(...single, ...stages.map(([stage, found]) => ({ ...stageChecks(releaseId, stage, found), version: 1 })));

    expect(await readChecks(store, releaseId)).toEqual(inOrder(checks));
  });
});
