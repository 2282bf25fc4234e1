import { describe, expect, it } from 'vitest';
import { judgeDeployment, type judgeFlip } from '../../../lib/domain/gate/gate.ts';
import { NOW } from '../../support/approval-case.ts';
import {
  APPROVED_UNTIL,
  aHold,
  aPointer,
  approved,
  aRollback,
  NOTHING_BEFORE,
  superseded,
} from '../../support/release-life.ts';

const facts = { ...NOTHING_BEFORE, release: approved, now: NOW };

describe('the gate right before the order to the deployer', () => {
  const order = (changes: Partial<Parameters<typeof judgeFlip>[0]> = {}) => {
    const decision = judgeDeployment({ ...facts, ...changes, found: undefined, inProduction: [] });
    return decision.outcome === 'deny' ? decision.reasons.map(({ rule }) => rule) : [];
  };

  it('allows what may be flipped afterwards, and nothing else: what is held serves nobody for a moment', () => {
    expect(order()).toEqual([]);
    expect(order({ hold: aHold({ status: 'held' }) })).toEqual(['hold']);
    expect(order({ now: APPROVED_UNTIL })).toEqual(['approval_expiry']);
    expect(order({ release: superseded })).toContain('state');
    expect(order({ pointer: aPointer({ releaseId: superseded.releaseId }) })).toEqual(['rollback_target']);
    expect(order({ rollback: aRollback({ status: 'requested' }) })).toEqual(['rollback']);
  });
});
