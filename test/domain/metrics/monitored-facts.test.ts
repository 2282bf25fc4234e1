import { describe, expect, it } from 'vitest';
import { monitoredFacts } from '../../../lib/domain/metrics/monitored-facts.ts';
import { Monitored } from '../../../lib/domain/records/monitored.ts';
import { NOW } from '../../support/approval-case.ts';

const report = { executionArn: 'arn', at: NOW, violations: 2, isBreach: true };
const facts = (changes: object) =>
  monitoredFacts(
    Monitored.parse({
      ...{ entity: 'monitored', version: 1, modelName: 'credit', releaseId: 'credit-1', endpointName: 'credit' },
      ...{ reports: {}, changedAt: NOW, ...changes },
    }),
  );

describe('what monitors found, in numbers', () => {
  it('is how many violations are breaches, of data, groups and attributions', () => {
    const reports = { data_quality: report, bias_drift: { ...report, isBreach: false }, model_quality: report };

    expect(facts({ reports })).toEqual({ modelName: 'credit', releaseId: 'credit-1', driftViolations: 2 });
  });

  it('counts a rate that has drifted as one more', () => {
    const drift = { until: NOW, days: [], isDrifting: true };

    expect(facts({ drift, reports: { data_quality: report } }).driftViolations).toBe(3);
    expect(facts({ drift: { ...drift, isDrifting: false } }).driftViolations).toBe(0);
  });

  it.each([
    [{ minimum: '0.8' }, 0.05],
    [{}, undefined],
  ])('says how far the accuracy is below the least that is allowed: %j', (limits, shortfall) => {
    expect(facts({ accuracy: { at: NOW, value: '0.75', ...limits } }).accuracyShortfall).toBe(shortfall);
  });
});
