import { describe, expect, it } from 'vitest';
import { ALERT_NAMES, type ALERTS, alertOf, holding } from '../../../lib/domain/metrics/alerts.ts';
import { METRIC_NAMES } from '../../../lib/domain/metrics/metrics.ts';
import { ALERT_CASES, CASES_AT } from './alert-cases.ts';

/** An empty label is one that is not there. */
const written = (labels: object) => Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));

// GovernanceApprovalExpired is EX-4; DashboardStale and RegistryOutOfStep are FM-5.
describe('the alerts', () => {
  it.each(ALERT_CASES)('$alert: $claim', ({ alert, samples, on }) => {
    const found = alertOf(alert).holds({ seconds: CASES_AT, samples });

    expect(found.map(({ labels }) => written(labels))).toEqual(on);
  });

  it.each(ALERT_NAMES)('have a case in which %s holds, and one in which it does not', (name) => {
    const cases = ALERT_CASES.filter(({ alert }) => alert === name);

    expect(cases.some(({ on }) => on.length > 0)).toBe(true);
    expect(cases.some(({ on }) => on.length === 0)).toBe(true);
  });

  it('are those that are asked for, by name, expression, duration and severity', () => {
    const asked = (name: keyof typeof ALERTS) => {
      const { expression, seconds, severity } = alertOf(name);
      return [expression, seconds, severity];
    };

    // ModelMissingGovernanceRecord, GovernanceRecordMismatch, GovernanceApprovalExpired, GovernanceStageSkipped.
    expect(asked('ModelMissingGovernanceRecord')).toEqual([
      'model_serving_active == 1 unless governance_record_exists == 1',
      300,
      'critical',
    ]);
    expect(asked('GovernanceRecordMismatch')).toEqual([
      'governance_model_hash != model_deployed_hash',
      300,
      'critical',
    ]);
    expect(asked('GovernanceApprovalExpired')).toEqual([
      expect.stringMatching(/^time\(\) - governance_approval_timestamp > 7776000 or /),
      3600,
      'warning',
    ]);
    expect(asked('GovernanceStageSkipped')).toEqual([
      'governance_required_stages_total - governance_completed_stages_total > 0',
      300,
      'critical',
    ]);
  });

  it.each([
    [2, []],
    [3, ['PendingApprovalsElevated']],
    [4, ['PendingApprovalsElevated']],
    [5, ['PendingApprovalsElevated', 'PendingApprovalsHigh']],
  ])('of pending approvals hold from three on, and from five: %i', (count, names) => {
    const pending = Array.from({ length: count }, (_, index) => ({
      name: 'governance_approval_status',
      labels: { model_name: 'credit', release_id: `credit-${index}`, status: 'pending' },
      value: 1,
    }));
    const look = { name: 'governance_look_timestamp_seconds', labels: {}, value: CASES_AT };

    expect(holding({ seconds: CASES_AT, samples: [...pending, look] }).map(({ name }) => name)).toEqual(names);
  });

  it('name metrics of the list, and nothing else', () => {
    for (const name of ALERT_NAMES) {
      const words = alertOf(name).expression.match(/\b(?:governance|model)_[a-z_]+/g) ?? [];
      const labels = ['governance_status', 'model_name'];
      expect(words.length).toBeGreaterThan(0);
      expect(words.filter((word) => !METRIC_NAMES.some((metric) => metric === word) && !labels.includes(word))).toEqual(
        [],
      );
    }
  });

  it('that hold at a moment are named, with the series on which they do', () => {
    const labels = { model_name: 'credit', endpoint: 'credit' };
    const samples = [
      { name: 'model_serving_active', labels, value: 1 },
      { name: 'governance_look_timestamp_seconds', labels: {}, value: CASES_AT },
    ];

    expect(holding({ seconds: CASES_AT, samples })).toEqual([
      { name: 'ModelMissingGovernanceRecord', on: [{ labels, value: 1 }] },
    ]);
  });
});
