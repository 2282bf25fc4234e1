import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, sampleNames } from '../../../lib/domain/metrics/metrics.ts';
import { DASHBOARD_TITLE, PANELS } from '../../../lib/domain/metrics/panels.ts';

describe(DASHBOARD_TITLE, () => {
  it('has the six panels that are asked for, by title and type, that of expired approvals among them (EX-4)', () => {
    expect(PANELS.map(({ title, type }) => [title, type])).toEqual([
      ['Models in Production by Governance Status', 'piechart'],
      ['Governance Pipeline Pass Rate (30d)', 'stat'],
      ['Pending Approvals', 'stat'],
      ['Governance Check Failures by Stage (7d)', 'barchart'],
      ['Time from Training to Production (P50)', 'gauge'],
      ['Models with Expired Governance Approvals', 'table'],
    ]);
  });

  it('shows each approval that the alert reports: those older than 90 days, and those that their policy ended (EX-4)', () => {
    expect(PANELS.at(-1)?.expression).toBe(
      'governance_approval_age_seconds > 7776000 or governance_approval_age_seconds and on (model_name, endpoint) governance_status{governance_status="expired"} == 1',
    );
  });

  it.each(PANELS)('asks for metrics of the list: $title', ({ expression }) => {
    const known = METRIC_NAMES.flatMap(sampleNames);
    const words = expression.match(/\b(?:governance|model)_[a-z_]+/g) ?? [];

    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((word) => !known.includes(word) && word !== 'model_name')).toEqual([]);
  });
});
