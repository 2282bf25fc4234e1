import { describe, expect, it } from 'vitest';
import { requestClosed, statusNow } from '../../../lib/domain/approval/closed-by.ts';
import { anApprovalCase, at } from '../../support/approval-case.ts';
import { anUnsignedApprovalOf } from '../../support/release-life.ts';

const { release } = await anApprovalCase();
const ada = anUnsignedApprovalOf('ada', 'ml_lead', { timestamp: at('2026-11-21T10:00:00.000Z') });
const grace = anUnsignedApprovalOf('grace', 'risk_owner', { timestamp: at('2026-11-21T09:30:00.000Z') });

const wordsOf = (status: string, signed: readonly (typeof ada)[], reasons: typeof release.reasons = []) => {
  const { message, violations } = requestClosed({ request: { status }, release: { ...release, reasons }, signed });
  return [message, ...violations.map(({ problem }) => problem)];
};

describe('who comes too late hears who was faster, and when', () => {
  it.each([
    [
      'approved',
      [ada, grace],
      [
        'Request is approved, not pending',
        'grace approved it as risk_owner at 2026-11-21T09:30:00.000Z',
        'ada approved it as ml_lead at 2026-11-21T10:00:00.000Z',
      ],
    ],
    [
      'rejected',
      [grace, { ...ada, decision: 'deny' }],
      ['Request is rejected, not pending', 'ada denied it as ml_lead at 2026-11-21T10:00:00.000Z'],
    ],
    [
      'rejected',
      [grace, { ...ada, decision: 'request_changes' }],
      ['Request is rejected, not pending', 'ada asked for changes to it as ml_lead at 2026-11-21T10:00:00.000Z'],
    ],
  ])('of one that people %s', (status, signed, words) => {
    expect(wordsOf(status, signed)).toEqual(words);
  });

  it('of one that nobody denied, by the reasons of the release', () => {
    const explanation = 'omar withdrew it as operator: wrong labels';

    expect(wordsOf('rejected', [ada], [{ rule: 'withdrawn', evidence: '', explanation }])).toEqual([
      'Request is rejected, not pending',
      `${explanation} (${release.updatedAt})`,
    ]);
  });
});

describe('the status of a request', () => {
  it.each([
    ['pending', 'validated', 'pending'],
    ['pending', 'rejected', 'rejected'],
    ['pending', 'expired', 'expired'],
    ['pending', 'production', 'pending'],
    ['approved', 'rejected', 'approved'],
  ] as const)('read as %s beside a release that is %s is %s', (status, state, now) => {
    expect(statusNow({ request: { status }, release: { state } })).toBe(now);
  });
});
