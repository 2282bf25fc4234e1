/** What a rollback waits for while a strategy brings traffic to the next release. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ModelName, ReleaseId } from '../../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { commandToEndBy, readStrategyUnderWay } from '../../../lib/domain/serving/strategy-under-way.ts';
import { aStrategy, gradually } from '../../support/a-strategy.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { deployed, MODEL } from '../../support/release-life.ts';

const next = { ...gradually(deployed), releaseId: ReleaseId.parse('next'), updatedAt: NOW };
const underWayOf = async (...releases: readonly Release[]) => {
  const store = memoryReleaseStore();
  store.seed({ ...deployed, releaseId: ReleaseId.parse('at-once') }, ...releases);
  return readStrategyUnderWay(ModelName.parse(MODEL), store, NOW);
};

it('is the release that it brings traffic to, by when that ends, and which alarms end it sooner (GT-5)', async () => {
  expect(await underWayOf(next)).toEqual({
    ...{ releaseId: next.releaseId, modelVersion: next.modelVersion, alarms: aStrategy().alarms },
    endsBy: plusMilliseconds(NOW, 1000 * aStrategy().maximum_execution_timeout_seconds),
  });
});

it.each([
  ['creates its endpoint', { createsEndpoint: true }],
  ['was given up', { reasons: [{ rule: 'deployment', evidence: '', explanation: 'it failed' }] }],
  ['has ordered nothing yet', { endpointConfigName: undefined }],
  ['is deployed at once', { serving: deployed.serving }],
])('is nothing of a release that %s', async (_, changes) => {
  expect(await underWayOf({ ...next, ...changes } as never)).toBeUndefined();
});

it('is told although a row of another release cannot be read, or is not there', async () => {
  const store = memoryReleaseStore();
  store.seed({ ...next, releaseId: ReleaseId.parse('broken') }, { ...next, releaseId: ReleaseId.parse('gone') }, next);
  const get = (kind: 'release', id: ReleaseId) => {
    if (id === 'broken') throw new TypeError('the row cannot be read');
    return id === 'gone' ? Promise.resolve(undefined) : store.get(kind, id);
  };
  const partly = { releasePage: store.releasePage, get: async (...key: never) => get(...(key as [never, never])) };

  expect(await readStrategyUnderWay(ModelName.parse(MODEL), partly as never, NOW)).toMatchObject({ releaseId: 'next' });
});

it('ends by a command in which a shell reads the name of the alarm as it is', () => {
  const alarm = `it's "$(echo x)" \`y\` \\ $HOME`;

  const words = execFileSync('sh', ['-c', commandToEndBy(alarm).replace('aws', 'printf "%s\\n"')], {
    encoding: 'utf8',
  });

  expect(words.split('\n')).toContain(alarm);
});
