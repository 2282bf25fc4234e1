import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/domain/change/change.ts';
import { expecting } from '../../../lib/domain/change/expecting.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { NOW } from '../../support/approval-case.ts';
import { aFaultOf } from '../../support/faults.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { aPointer, aRollback, inProduction, written } from '../../support/release-life.ts';

const change: Change = { ...aFaultOf(inProduction), writes: [{ kind: 'expect', entity: inProduction }], intents: [] };

describe('a change that expects what was read', () => {
  it('writes what it wrote, and expects the rest once', () => {
    const expected = expecting(change, inProduction, aPointer(), undefined, aRollback(), aPointer());

    expect(written(expected)).toEqual(['expect release', 'expect pointer', 'expect rollback']);
    expect({ ...expected, writes: [] }).toEqual({ ...change, writes: [] });
  });

  it('is not committed when something else was committed in between', async () => {
    const store = memoryReleaseStore();
    store.seed(inProduction, aPointer({ version: 3 }));

    await expect(store.commit(expecting(change, aPointer({ version: 2 })), NOW)).rejects.toThrow(Conflict);
    await expect(store.commit(expecting(change, aPointer({ version: 3 })), NOW)).resolves.toBeDefined();
  });
});
