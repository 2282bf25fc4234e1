import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../../lib/domain/evidence/documents/document.ts';
import { recognize } from '../../../../lib/domain/evidence/documents/recognize.ts';
import { parseBiasReport } from '../../../../lib/domain/evidence/foreign/clarify.ts';
import { parseDriftReport } from '../../../../lib/domain/evidence/foreign/model-monitor.ts';
import { parseDataProvenance } from '../../../../lib/domain/evidence/readers/data-provenance.ts';
import { parseEvaluationReport } from '../../../../lib/domain/evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../../../../lib/domain/evidence/readers/model-card.ts';
import {
  parseBillOfMaterials,
  parseTrainingProvenance,
} from '../../../../lib/domain/evidence/readers/training-provenance.ts';
import { refusalOf } from '../../../support/refusals.ts';
import { bytesOf, vector } from '../vectors.ts';

const example = (name: string) =>
  readFileSync(new URL(`../../../../examples/hmda-mortgage/1.2.0/${name}`, import.meta.url));
const shapeOf = (bytes: Uint8Array) => recognize(parseDocument(bytes, 1_048_576));

describe('the format of a file', () => {
  it.each([
    ['clarify-analysis.json', 'a SageMaker Clarify analysis'],
    ['cyclonedx-mlbom.json', 'a CycloneDX bill of materials'],
    ['mlflow-run.json', 'an MLflow run'],
    ['model-quality-binary.json', 'a SageMaker model quality report'],
    ['model-quality-multiclass.json', 'a SageMaker model quality report'],
    ['model-quality-regression.json', 'a SageMaker model quality report'],
    ['monitor-attribution-drift.json', 'a Model Monitor violations report'],
    ['monitor-bias-drift.json', 'a Model Monitor violations report'],
    ['monitor-data-quality.json', 'a Model Monitor violations report'],
    ['monitor-model-quality.json', 'a Model Monitor violations report'],
    ['sagemaker-model-card.json', 'a SageMaker model card'],
    ['slsa-provenance.json', 'an in-toto statement'],
  ])('is recognised by its keys: %s', (name, format) => {
    expect([...new Set(shapeOf(vector(name)))]).toEqual([format]);
  });

  it.each([
    ['model-card.yaml', 'an Assay model card'],
    ['data-provenance.yaml', 'an Assay data provenance record'],
    ['evaluation.json', 'an Assay evaluation report'],
    ['release-manifest.yaml', 'an Assay release manifest'],
  ])('is distinguished from ours: %s', (name, format) => {
    expect([...new Set(shapeOf(example(name)))]).toEqual([format]);
  });

  it.each([[[]], ['text'], [1], [true], [{}], [{ a: 1 }]])('is none for %j', (document) => {
    expect(recognize(document)).toEqual([]);
  });
});

describe('a file in the wrong place', () => {
  it.each([
    ['model card', parseModelCard, vector('clarify-analysis.json'), 'is a SageMaker Clarify analysis'],
    ['model card', parseModelCard, example('release-manifest.yaml'), 'is an Assay release manifest'],
    ['model card', parseModelCard, bytesOf({ spdxVersion: 'SPDX-2.3' }), 'is an SPDX document'],
    ['model card', parseModelCard, bytesOf({ 'model-index': [] }), 'is a Hugging Face model card'],
    ['model card', parseModelCard, bytesOf({ model_details: {} }), 'is a Google model card'],
    ['model card', parseModelCard, bytesOf({ ModelCardArn: 'arn' }), 'is an answer of the SageMaker API'],
    ['evaluation report', parseEvaluationReport, vector('sagemaker-model-card.json'), 'is a SageMaker model card'],
    ['evaluation report', parseEvaluationReport, bytesOf({ runs: [] }), 'is a SARIF log'],
    ['data provenance', parseDataProvenance, example('evaluation.json'), 'is an Assay evaluation report'],
    ['data provenance', parseDataProvenance, vector('slsa-provenance.json'), 'is an in-toto statement'],
    ['bias report', parseBiasReport, vector('model-quality-binary.json'), 'is a SageMaker model quality report'],
    [
      'drift report',
      parseDriftReport,
      bytesOf({ version: 0, features: [], monitoring_config: {} }),
      'is a Model Monitor constraints file',
    ],
    ['training provenance', parseTrainingProvenance, example('model-card.yaml'), 'is an Assay model card'],
    ['bill of materials', parseBillOfMaterials, bytesOf({ spdxVersion: 'SPDX-2.3' }), 'is an SPDX document'],
  ])('is refused by name: a %s', async (name, parse: (bytes: Uint8Array) => unknown, bytes, found) => {
    const refusal = await refusalOf(() => parse(bytes));

    expect(refusal).toMatchObject({ code: 'EvidenceUnreadable' });
    expect(refusal.message).toContain(`could not read the ${name}: document ${found}; accepted here: a`);
  });
});

describe('a file of an unknown shape', () => {
  it.each([
    [
      { a: 1, b: 2 },
      'has a shape that is not known (keys a, b); accepted here: an Assay model card, a SageMaker model',
    ],
    [{}, '(keys none)'],
    [[1], '(a list)'],
    ['text', '(a string)'],
    [
      Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 1])),
      '(keys k0, k1, k2, k3, k4, k5 and 3 more)',
    ],
    [{ [`x${'😀'.repeat(40)}`]: 1 }, `(keys x${'😀'.repeat(15)}\ufffd)`],
  ])('is refused with what it looks like: %j', async (document, problem) => {
    expect((await refusalOf(() => parseModelCard(bytesOf(document)))).violations[0]?.problem).toContain(problem);
  });

  it('is ours where one key is ours: checks name the rest', () => {
    expect(parseModelCard(bytesOf({ owner: 'me', colour: 'blue' }))).toMatchObject({ owner: 'me' });
  });

  it('is ours where somebody added to ours what others call their own', () => {
    expect(parseModelCard(bytesOf({ intended_use: ['a'], library_name: 'b' }))).toMatchObject({ intended_use: ['a'] });
  });
});
