import { expect, it } from 'vitest';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { NOW } from '../support/approval-case.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { draft } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const change = aChange('credit', [{ kind: 'create', entity: { ...draft, version: 0 } }]);

it('a Lambda cannot commit what its row does not have, and nothing of it is written', async () => {
  const store = memoryReleaseStore();

  await expect(withinRights('EvaluateModelCard', store).commit(change, NOW)).rejects.toThrow(
    'EvaluateModelCard may not write release',
  );
  expect(store.commits).toBe(0);

  await withinRights('ReceiveRelease', store).commit(change, NOW);
  expect(store.commits).toBe(1);
});
