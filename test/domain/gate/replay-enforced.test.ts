import { describe, expect, it } from 'vitest';
import { enforcing, replayEnforced } from '../../../lib/domain/gate/replay-enforced.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { checks, inProduction, policy } from '../../support/release-life.ts';

const first = policy.stages[0]?.checks[0]?.name ?? '';
const second = policy.stages[0]?.checks[1]?.name ?? '';
const failing = (...names: string[]) =>
  checks.map((one) => (names.includes(one.name) ? { ...one, status: 'failed', passed: false } : one));
const observing = (...names: string[]): PolicyRecord => ({
  ...policy,
  stages: policy.stages.map((stage) => ({
    ...stage,
    checks: stage.checks.map((check) => (names.includes(check.name) ? { ...check, mode: 'observe' } : check)),
  })),
});
const notBlocking: PolicyRecord = { ...policy, stages: policy.stages.map((stage) => ({ ...stage, blocking: false })) };

describe('what enforce would have done (CO-7)', () => {
  it('stops what a policy only observes, and says by which check', () => {
    const { isStopped, reasons, notEnforced } = replayEnforced(inProduction, observing(first), failing(first));

    expect(isStopped).toBe(true);
    expect(reasons.map(({ rule }) => rule)).toEqual([first]);
    expect(notEnforced).toEqual([first]);
  });

  it('lets pass what passed everything, whatever was enforced', () => {
    expect(replayEnforced(inProduction, observing(first), checks)).toEqual({
      isStopped: false,
      reasons: [],
      notEnforced: [first],
    });
    expect(replayEnforced(inProduction, policy, checks).notEnforced).toEqual([]);
  });

  it('names what it would stop by beyond what the policy stops by itself', () => {
    const { isStopped, reasons } = replayEnforced(inProduction, observing(second), failing(first, second));

    expect(isStopped).toBe(true);
    expect(reasons.map(({ rule }) => rule)).toEqual([second]);
  });

  it('counts the checks of stages that are not blocking, too', () => {
    const found = replayEnforced(inProduction, notBlocking, failing(first));

    expect(found.isStopped).toBe(true);
    expect(found.notEnforced).toContain(first);
  });

  it('changes how checks count, and nothing else of a policy', () => {
    expect(enforcing(policy)).toEqual(policy);
    expect(enforcing(observing(first))).toEqual(policy);
  });
});
