import { describe, expect, it } from 'vitest';
import { CHANGES_REQUESTED, DENIED, type Outcome, outcomesOf } from '../../../lib/domain/release/outcome.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { NOW } from '../../support/approval-case.ts';
import { APPROVED_UNTIL, draft, inProduction, validated } from '../../support/release-life.ts';

const because = (rule: string, evidence = '') => [{ rule, evidence, explanation: 'why' }];
const decided = (rule: string) => because(rule, inProduction.approvalRequestId);

describe('what people hear of a release (AP-18)', () => {
  it.each<[string, Partial<Release>, readonly Outcome[]]>([
    ['one that is checked', { state: 'draft' }, []],
    ['one that waits for people', { state: 'validated' }, []],
    ['one that is approved', { state: 'approved' }, ['approved_with_conditions']],
    [
      'one whose deployment failed',
      { state: 'approved', reasons: because('deployment') },
      ['approved_with_conditions', 'not_deployed'],
    ],
    ...['fault', 'image', 'restoration'].map((rule): [string, Partial<Release>, readonly Outcome[]] => [
      `one that says ${rule} of its last attempt`,
      { state: 'approved', reasons: because(rule) },
      ['approved_with_conditions', 'not_deployed'],
    ]),
    ['one that is promoted again', { state: 'approved', reasons: [] }, ['approved_with_conditions']],
    [
      'one whose approval is suspended',
      { state: 'approved', suspendedSince: NOW },
      ['approved_with_conditions', 'suspended'],
    ],
    ['one that ended while it was suspended', { state: 'expired', suspendedSince: NOW }, ['expired']],
    ['one that the gate rejected', { state: 'rejected', reasons: because('bias') }, ['rejected']],
    ['one that a person denied', { state: 'rejected', reasons: decided(DENIED) }, ['denied']],
    [
      'one that changes were asked for',
      { state: 'rejected', reasons: decided(CHANGES_REQUESTED) },
      ['changes_requested', 'rejected'],
    ],
    ['one that was withdrawn', { state: 'rejected', reasons: decided('withdrawn') }, ['withdrawn']],
    ['one that ran out of time', { state: 'expired' }, ['expired']],
    ['one in production', { state: 'production' }, ['approved_with_conditions', 'promoted']],
    [
      'one whose approval ran out there',
      { state: 'production', approvalExpiredAt: NOW },
      ['approved_with_conditions', 'promoted', 'expired'],
    ],
    [
      'one whose approval is about to end',
      { state: 'production', expiryWarning: { until: APPROVED_UNTIL, days: 14 } },
      ['approved_with_conditions', 'promoted', 'expiring'],
    ],
    [
      'one that was warned of an end which was put off since',
      { state: 'production', expiryWarning: { until: NOW, days: 1 } },
      ['approved_with_conditions', 'promoted'],
    ],
    [
      'one whose approval was renewed',
      { state: 'production', approvalRenewedAt: NOW },
      ['approved_with_conditions', 'promoted', 'renewed'],
    ],
    [
      'one whose approval was not',
      { state: 'production', renewalRefused: { until: APPROVED_UNTIL, reasons: [] } },
      ['approved_with_conditions', 'promoted', 'not_renewed'],
    ],
    ['one that another replaced', { state: 'superseded' }, ['promoted']],
    ['one that was rolled back', { state: 'rolled_back' }, ['rolled_back']],
    ['one in a state of another version', { state: 'paused' }, []],
  ])('of %s is that alone', (_, changes, outcomes) => {
    expect(outcomesOf({ ...inProduction, ...changes })).toEqual(outcomes);
  });

  it.each([DENIED, CHANGES_REQUESTED, 'withdrawn'])('of a custom check named %s is a rejection by the gate', (name) => {
    for (const evidence of ['', 'a'.repeat(64)]) {
      const rejected = { ...inProduction, state: 'rejected', reasons: because(name, evidence) };
      expect(outcomesOf(rejected)).toEqual(['rejected']);
      expect(outcomesOf({ ...rejected, approvalRequestId: undefined })).toEqual(['rejected']);
    }
  });

  it('is nothing while it is on its way', () => {
    for (const release of [draft, validated]) expect(outcomesOf(release)).toEqual([]);
  });
});
