import { describe, expect, it } from 'vitest';
import { parseDataProvenance } from '../../../../lib/domain/evidence/readers/data-provenance.ts';
import { parseModelCard } from '../../../../lib/domain/evidence/readers/model-card.ts';
import { parseTrainingProvenance } from '../../../../lib/domain/evidence/readers/training-provenance.ts';
import { bytesOf, changed, vector } from '../vectors.ts';

const BOM = 'cyclonedx-mlbom.json';
const MODEL = ['metadata', 'component'];

describe('a CycloneDX bill of materials', () => {
  it('is a model card', () => {
    expect(parseModelCard(vector(BOM))).toEqual({
      model_name: 'credit',
      version: '2.1.0',
      artifact_sha256: 'a'.repeat(64),
      owner: 'Credit modelling',
      overview: 'Gradient boosted trees that order the review queue.',
      intended_use: ['Order the review queue'],
      not_for_use: ['Pricing'],
      training_data: { source: 'credit applications; labels' },
      metrics: { accuracy: 0.86, auc: 0.83, 'female.recall': 0.9 },
      evaluation: { test_data: 'Held-out half' },
      fairness_analysis: [
        'group at risk: women; benefits: Shorter queue; harms: Wrong denial; mitigation: Second look',
      ],
      known_limitations: ['Two years of data only', 'Recall before precision'],
      failure_modes: [],
      edge_cases: [],
      operational_requirements: {},
      security_properties: ['Loading it runs no code'],
      approvals: {},
    });
  });

  it('is training provenance', () => {
    expect(parseTrainingProvenance(vector(BOM))).toEqual({
      format: 'a CycloneDX bill of materials',
      subjects: [{ name: 'credit', sha256: 'a'.repeat(64) }],
      gitCommits: ['49e9a8a31e9f7bb6dd6c08000fae2408c3ddb47e'],
      materials: [{ name: 'credit applications', uri: 's3://data/credit/train.parquet', sha256: 'c'.repeat(64) }],
      parameters: {},
    });
  });

  it('is the datasets of a data provenance record, and none of its other sections', () => {
    expect(parseDataProvenance(vector(BOM))).toEqual({
      schema_version: 1,
      datasets: [
        {
          name: 'credit applications',
          description: 'Applications of 2023 and 2024',
          source: 'Lending',
          uri: 's3://data/credit/train.parquet',
          sha256: 'c'.repeat(64),
          license: 'internal use',
        },
        { name: 'postcodes', uri: 'https://example.com/postcodes' },
      ],
      columns: [],
    });
  });

  it('may have its model among the components, with little said of it', () => {
    const component = { type: 'machine-learning-model', name: 'credit', manufacturer: { name: 'us' } };
    const bare = bytesOf({ bomFormat: 'CycloneDX', specVersion: '1.7', components: [component] });

    expect(parseModelCard(bare)).toMatchObject({ model_name: 'credit', owner: 'us', metrics: {}, training_data: {} });
    expect(parseTrainingProvenance(bare)).toMatchObject({ subjects: [], gitCommits: [], materials: [] });
  });

  it('leaves out a commit without an id, and takes data from nowhere by their digest', () => {
    const commits = [...MODEL, 'pedigree', 'commits'];
    expect(parseTrainingProvenance(changed(BOM, commits, [{ url: 'x' }])).gitCommits).toEqual([]);

    const data = { type: 'data', name: 'a', hashes: [{ alg: 'SHA-256', content: 'd'.repeat(64) }] };
    expect(parseTrainingProvenance(changed(BOM, ['components', 0], data)).materials).toEqual([
      { name: 'a', sha256: 'd'.repeat(64) },
    ]);
  });

  it('takes a licence as it is named, and a reference that leads nowhere as it is written', () => {
    const data = { type: 'data', name: 'a', licenses: [{ expression: 'MIT' }, { license: { id: 'ISC' } }, {}] };

    expect(parseDataProvenance(changed(BOM, ['components', 0], data)).datasets[0]).toEqual({
      name: 'a',
      license: 'MIT; ISC',
    });
    const datasets = [...MODEL, 'modelCard', 'modelParameters', 'datasets'];
    expect(parseModelCard(changed(BOM, datasets, [{ ref: 'gone' }, {}])).training_data?.source).toBe('gone');
  });

  it('has what a fairness assessment contains, and no more', () => {
    const path = [...MODEL, 'modelCard', 'considerations', 'fairnessAssessments'];

    expect(parseModelCard(changed(BOM, path, [{ groupAtRisk: 'men' }, {}])).fairness_analysis).toEqual([
      'group at risk: men',
      '',
    ]);
    expect(parseModelCard(changed(BOM, path, [])).fairness_analysis).toBeUndefined();
  });

  it.each([
    [['specVersion'], '1.4', 'specVersion is neither 1.6 nor 1.7'],
    [MODEL, undefined, 'components has no machine-learning-model'],
    [['components', 2, 'type'], 'machine-learning-model', 'components has 2 machine-learning-model'],
    [[...MODEL, 'hashes', 1, 'content'], 'abc', 'SHA-256 of the CycloneDX'],
    [[...MODEL, 'properties', 1, 'name'], 'gov.colour', 'gov.colour is no field of a model card'],
    [[...MODEL, 'properties', 1, 'name'], 'gov.security_properties', 'gives gov.security_properties twice'],
    [[...MODEL, 'modelCard', 'quantitativeAnalysis', 'performanceMetrics', 1, 'type'], 'accuracy', 'accuracy twice'],
    [[...MODEL, 'name'], undefined, 'metadata.component.name is missing'],
  ])('is refused where %j is %j', (path, value, problem) => {
    expect(() => parseModelCard(changed(BOM, path, value))).toThrow(problem);
  });
});
