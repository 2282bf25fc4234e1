import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DATA_PROVENANCE_MAX_BYTES } from '../../../lib/domain/evidence/data-provenance.ts';
import { EVALUATION_REPORT_MAX_BYTES } from '../../../lib/domain/evidence/evaluation-report.ts';
import { MODEL_CARD_MAX_BYTES } from '../../../lib/domain/evidence/model-card.ts';
import { parseDataProvenance } from '../../../lib/domain/evidence/readers/data-provenance.ts';
import { parseEvaluationReport } from '../../../lib/domain/evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../../../lib/domain/evidence/readers/model-card.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const example = (name: string) =>
  readFileSync(new URL(`../../../examples/hmda-mortgage/1.1.0/${name}`, import.meta.url));

describe('a model card', () => {
  it('MC-2 accepts a card with the example keys unchanged', () => {
    const card = parseModelCard(
      bytes(`model_name: review-queue
version: 2026-04-10
owner: risk-ml
intended_use: [Order the review queue]
not_for_use: [Decline a customer]
training_data_window: 2025-01-01/2025-12-31
metrics: {auc: 0.91, precision_at_review_queue: 0.72, latency_p95_ms: 41}
known_limitations: [New merchants]
approvals: {risk_owner: pending, ml_lead: pending, platform_owner: pending}
`),
    );

    expect(card).toMatchObject({ version: '2026-04-10', metrics: { latency_p95_ms: 41 }, failure_modes: [] });
  });

  it('is read with every section absent, so that a check can name what is missing', () => {
    expect(parseModelCard(bytes('owner: me'))).toMatchObject({ owner: 'me', intended_use: [], metrics: {} });
  });

  it('leaves out keys that no check knows', () => {
    expect(parseModelCard(bytes('owner: me\nlicense: apache-2.0'))).not.toHaveProperty('license');
  });

  it.each([
    ['metrics: {auc: "0.9"}', 'metrics.auc'],
    ['intended_use: everything', 'intended_use'],
    ['version: 1.0', 'version'],
    ['failure_modes: [{effect: x}]', 'failure_modes.0.mode'],
  ])('is refused where the type is wrong: %s', (text, field) => {
    expect(() => parseModelCard(bytes(text))).toThrow(Refusal);
    expect(() => parseModelCard(bytes(text))).toThrow(field);
  });
});

describe('data provenance', () => {
  it('is read with every section absent', () => {
    expect(parseDataProvenance(bytes('schema_version: 1'))).toEqual({ schema_version: 1, datasets: [], columns: [] });
  });

  it.each([
    ['datasets: []', 'schema_version'],
    ['{schema_version: 2}', 'schema_version'],
    ['{schema_version: 1, columns: [{name: a, personal_data: some, handling: kept}]}', 'columns.0.personal_data'],
    ['{schema_version: 1, consent: {basis: hope}}', 'consent.basis'],
    ['{schema_version: 1, retention: {review_date: soon}}', 'retention.review_date'],
    ['{schema_version: 1, retention: {retention_days: 1.5}}', 'retention.retention_days'],
  ])('is refused when a word is wrong: %s', (text, field) => {
    expect(() => parseDataProvenance(bytes(text))).toThrow(field);
  });
});

describe('an evaluation report', () => {
  it('is refused without its core, which a program writes', () => {
    expect(() => parseEvaluationReport(bytes('{"schema_version": 1}'))).toThrow(
      /artifact_sha256 is missing.*features is missing/,
    );
  });
});

describe('evidence files', () => {
  it('of the example are read', () => {
    expect(parseModelCard(example('model-card.yaml')).model_name).toBe('hmda-mortgage');
    expect(parseDataProvenance(example('data-provenance.yaml')).datasets).toHaveLength(1);
    expect(parseEvaluationReport(example('evaluation.json')).features).toContain('pirat');
  });

  it.each([
    ['model card', parseModelCard, MODEL_CARD_MAX_BYTES, 1_048_576],
    ['data provenance', parseDataProvenance, DATA_PROVENANCE_MAX_BYTES, 262_144],
    ['evaluation report', parseEvaluationReport, EVALUATION_REPORT_MAX_BYTES, 262_144],
  ] as const)('are bounded before they are parsed: %s', (_, parse, limit, documented) => {
    expect(limit).toBe(documented);
    expect(() => parse(new Uint8Array(limit + 1))).toThrow(`at most ${limit} are read`);
  });
});
