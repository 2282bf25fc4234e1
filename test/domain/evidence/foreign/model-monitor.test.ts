import { describe, expect, it } from 'vitest';
import { parseDriftReport } from '../../../../lib/domain/evidence/foreign/model-monitor.ts';
import { bytesOf, changed, vector } from '../vectors.ts';

describe('the violations of Model Monitor', () => {
  it.each([
    ['monitor-data-quality.json', 'data_quality', 'income', 'data_type_check'],
    ['monitor-bias-drift.json', 'bias_drift', 'sex 1 DPPL', 'bias_drift_check'],
    ['monitor-attribution-drift.json', 'feature_attribution_drift', 'label0', 'feature_attribution_drift_check'],
    ['monitor-model-quality.json', 'model_quality', 'auc', 'LessThanThreshold'],
  ])('are distinguished by their keys: %s', (name, kind, subject, check) => {
    const report = parseDriftReport(vector(name));

    expect(report).toMatchObject({ outcome: 'violations', executionStatus: undefined });
    expect(report.violations[0]).toEqual({ kind, subject, check, description: expect.stringMatching(/./) });
  });

  it.each([
    [undefined, [], 'unproven'],
    ['Completed', [], 'no_violations'],
    ['CompletedWithViolations', [], 'violations'],
    ['Failed', [], 'unproven'],
    ['Completed', [{ constraint_check_type: 'x', facet: true }], 'violations'],
  ])('of an execution that is %s are, when the list is %j, %s', (status, violations, outcome) => {
    const report = parseDriftReport(bytesOf({ version: '1.0', violations, MonitoringExecutionStatus: status }));

    expect(report.outcome).toBe(outcome);
  });

  it('are refused where one is about nothing', () => {
    const bytes = changed('monitor-data-quality.json', ['violations', 1, 'feature_name'], undefined);

    expect(() => parseDriftReport(bytes)).toThrow('violations.1 names no feature_name, facet, label or metric_name');
  });

  it.each([
    [{ violations: [{ feature_name: 'a' }] }, 'violations.0.constraint_check_type is missing'],
    [{ violations: [1] }, 'violations.0'],
    [{ violations: {} }, 'shape that is not known'],
  ])('are refused as %j', (document, problem) => {
    expect(() => parseDriftReport(bytesOf(document))).toThrow(problem);
  });

  it('are bounded before they are parsed', () => {
    expect(() => parseDriftReport(new Uint8Array(262_145))).toThrow('at most 262144 are read');
  });
});
