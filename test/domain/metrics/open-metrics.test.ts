import { describe, expect, it } from 'vitest';
import { momentOf } from '../../../lib/domain/metrics/look.ts';
import { METRIC_NAMES } from '../../../lib/domain/metrics/metrics.ts';
import { CONTENT_TYPES, metricsText } from '../../../lib/domain/metrics/open-metrics.ts';
import { parseOpenMetrics } from '../../support/open-metrics.ts';
import { aLook } from './a-look.ts';

describe('the text that is scraped', () => {
  const moment = momentOf(aLook());

  it('is OpenMetrics: every metric of the list, and each sample as it is', () => {
    const families = parseOpenMetrics(metricsText(moment, 'openmetrics'));

    expect(CONTENT_TYPES.openmetrics).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(families.map(({ name, type }) => (type === 'counter' ? `${name}_total` : name))).toEqual(METRIC_NAMES);
    const parsed = families.flatMap(({ samples }) => samples);
    expect(parsed).toHaveLength(moment.samples.length);
    expect(parsed).toEqual(expect.arrayContaining([...moment.samples]));
  });

  it('has the names that rules and panels of others stand on', () => {
    const lines = metricsText(moment, 'openmetrics').split('\n');

    for (const name of [
      ...['model_serving_active', 'governance_record_exists', 'governance_model_hash', 'model_deployed_hash'],
      ...['governance_approval_timestamp', 'governance_required_stages_total', 'governance_completed_stages_total'],
      ...['governance_status', 'governance_pipeline_passed_total', 'governance_pipeline_runs_total'],
      ...['governance_approval_status', 'governance_check_failed_total', 'model_training_to_production_seconds_bucket'],
      'governance_approval_age_seconds',
    ])
      expect(lines.filter((line) => new RegExp(`^${name}[ {]`).test(line)).length, name).toBeGreaterThan(0);
    expect(lines.some((line) => /^governance_approval_status\{.*status="pending"/.test(line))).toBe(true);
    expect(lines.some((line) => /^governance_check_failed_total\{stage="/.test(line))).toBe(true);
  });

  it('is also the format before it, for those who ask for no other', () => {
    const text = metricsText(moment, 'prometheus');

    expect(text).toContain('# TYPE governance_pipeline_runs_total counter\n');
    expect(text).toContain('# TYPE governance_required_stages_total untyped\n');
    expect(text).not.toContain('# EOF');
    expect(CONTENT_TYPES.prometheus).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('escapes what a label may contain, and leaves out labels that are empty', () => {
    const labels = { model_name: '', endpoint: 'a"b\\c\nd' };
    const text = metricsText({ samples: [{ name: 'model_serving_active', labels, value: 1 }] }, 'openmetrics');

    expect(text).toContain('model_serving_active{endpoint="a\\"b\\\\c\\nd"} 1\n');
    expect(parseOpenMetrics(text).flatMap(({ samples }) => samples)[0]?.labels).toEqual({ endpoint: 'a"b\\c\nd' });
  });
});
