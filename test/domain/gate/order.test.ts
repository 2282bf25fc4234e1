import { describe, expect, it } from 'vitest';
import { judgeDeployment, type judgeFlip } from '../../../lib/domain/gate/gate.ts';
import { promote } from '../../../lib/domain/gate/promotion.ts';
import { NOW } from '../../support/approval-case.ts';
import {
  APPROVED_UNTIL,
  aHold,
  aPointer,
  approved,
  aRollback,
  deployed,
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

  it('touches no endpoint that Assay did not make and nobody gave it', () => {
    const found = { serves: 'by-hand', headsFor: 'by-hand', condition: 'in_service', createdAt: NOW } as const;

    const decision = judgeDeployment({ ...facts, found, inProduction: [] });

    expect(decision).toMatchObject({ outcome: 'deny', reasons: [{ rule: 'endpoint' }] });
  });
});

it('the flip after it says when the artifact was written, by the word of S3', () => {
  const sources = { ...deployed.sources, artifact: { ...deployed.sources.artifact, writtenAt: NOW } };
  const none = { pointer: undefined, former: undefined, served: undefined, endpoint: undefined };

  const { event } = promote({ ...none, release: { ...deployed, sources }, now: NOW });

  expect(event.details).toMatchObject({ artifact_written_at: NOW });
});
