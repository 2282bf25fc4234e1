import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liveRelease } from '../../../lib/domain/checks/live-release.ts';
import { parseCodeQualityReport } from '../../../lib/domain/evidence/code-quality-report.ts';
import { parseDeploymentDescriptor } from '../../../lib/domain/evidence/deployment-descriptor.ts';
import { parseEdgeCaseResults, unmetExpectations } from '../../../lib/domain/evidence/edge-case-results.ts';
import { parseExplainabilityReport } from '../../../lib/domain/evidence/explainability-report.ts';
import { parseInputProtectionReport } from '../../../lib/domain/evidence/input-protection-report.ts';
import { parseLoadTestReport } from '../../../lib/domain/evidence/load-test-report.ts';
import { draft, inProduction } from '../../support/release-life.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/hmda-mortgage');
const example = (version: string, file: string) => readFileSync(join(EXAMPLE, version, file));
const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));
const DIGEST = 'a'.repeat(64);

describe.each(['1.0.0', '1.1.0', '1.2.0'])('the example %s', (version) => {
  it('handles its edge cases', () => {
    const { cases } = parseEdgeCaseResults(example(version, 'edge-cases.json'));

    expect(cases.flatMap(unmetExpectations)).toEqual([]);
    expect(new Set(cases.map(({ kind }) => kind)).size).toBe(8);
  });

  it('says how callers reach it, and names no API', () => {
    expect(parseDeploymentDescriptor(example(version, 'deployment-descriptor.yaml'))).toMatchObject({
      endpoint_name: 'hmda-mortgage',
      entry_point: {},
      tls: { minimum_version: '1.2', plain_http: 'refused' },
    });
  });
});

describe('edge case results', () => {
  it('need something that could be observed', () => {
    const one = {
      id: 'a',
      kind: 'missing_value',
      description: 'd',
      input_summary: 'i',
      observed: {},
      outcome: 'passed',
    };

    expect(() =>
      parseEdgeCaseResults(bytes({ schema_version: 1, artifact_sha256: DIGEST, cases: [{ ...one, expected: {} }] })),
    ).toThrow('names nothing that could be observed');
  });
});

describe('a deployment descriptor', () => {
  const described = (entry_point: object) =>
    parseDeploymentDescriptor(bytes({ schema_version: 1, endpoint_name: 'credit', entry_point }));

  it.each([
    'arn:aws:apigateway:eu-central-1::/apis/a1b2c3/stages/$default',
    'arn:aws-cn:apigateway:cn-north-1::/restapis/a1b2c3/stages/prod',
    'arn:aws:sagemaker:us-east-1:111122223333:endpoint/credit',
  ])('may name %s', (arn) => {
    expect(described({ arn }).entry_point.arn).toBe(arn);
  });

  it.each(['arn:aws:apigateway:eu-central-1::/apis/a1b2c3', 'arn:aws:s3:::bucket', 'https://api.bank.example'])(
    'may not name %s',
    (arn) => {
      expect(() => described({ arn })).toThrow('must be the ARN of a stage');
    },
  );

  it('names a domain by its name', () => {
    expect(() => described({ domain_name: 'https://api.bank.example/' })).toThrow('must be a domain name');
  });
});

describe('an explainability report', () => {
  it('may be our own', () => {
    const own = { schema_version: 1, artifact_sha256: DIGEST, method: 'shap', global_attributions: { income: 0.3 } };

    expect(parseExplainabilityReport(bytes(own))).toMatchObject({
      method: 'shap',
      global_attributions: { income: 0.3 },
    });
  });

  it("may be Clarify's analysis, with the strongest attribution of any label", () => {
    const analysis = {
      version: '1.0',
      explanations: {
        kernel_shap: {
          label0: { global_shap_values: { income: 0.1, debt: -0.5 }, expected_value: 0.4 },
          label1: { global_shap_values: { income: 0.3, debt: 0.2 } },
          notes: 'whatever else stands there',
        },
      },
    };

    expect(parseExplainabilityReport(bytes(analysis))).toEqual({
      method: 'kernel_shap',
      global_attributions: { income: 0.3, debt: 0.5 },
    });
  });

  it('may hold plots and other methods beside, whatever their shape and order', () => {
    const kernel_shap = { label0: { global_shap_values: { income: 0.1 } } };
    const explanations = { pdp: [{ label: 'label0', feature: 'income' }], nothing: null, empty: {}, kernel_shap };

    expect(parseExplainabilityReport(bytes({ version: '1.0', explanations }))).toEqual({
      method: 'kernel_shap',
      global_attributions: { income: 0.1 },
    });
  });

  it('explains nothing when it has no method', () => {
    expect(parseExplainabilityReport(bytes({ version: '1.0', explanations: {} }))).toEqual({
      method: 'none',
      global_attributions: {},
    });
  });

  it.each([
    [{ importance: {} }, 'document has a shape that is not known (keys importance); accepted here: an Assay'],
    [{ violations: [] }, 'document is a Model Monitor violations report'],
    [{ global_attributions: { income: 'much' } }, 'schema_version'],
    [{ global_attributions: { income: 'much' } }, 'global_attributions.income'],
    [{ post_training_bias_metrics: {} }, 'explanations is missing'],
  ])('is refused by name in any other shape: %j', (document, problem) => {
    const parse = () => parseExplainabilityReport(bytes(document));

    expect(parse).toThrow('could not read the explainability report');
    expect(parse).toThrow(problem);
  });
});

describe.each([
  ['code quality report', parseCodeQualityReport],
  ['input protection report', parseInputProtectionReport],
  ['load test report', parseLoadTestReport],
] as const)('a %s', (name, parse) => {
  it('is refused with every field that is at fault', () => {
    expect(() => parse(bytes({ schema_version: 2 }))).toThrow(`could not read the ${name}: schema_version`);
  });
});

describe('the release in production', () => {
  it('has what a rollback to it needs', () => {
    expect(liveRelease(inProduction, undefined)).toMatchObject({
      releaseId: inProduction.releaseId,
      state: 'production',
      hasRecord: true,
      artifactSha256: inProduction.pinned?.artifactSha256,
      approvedUntil: inProduction.approvedUntil,
    });
  });

  it('claims nothing that is not there', () => {
    expect(liveRelease(draft, undefined)).toMatchObject({ hasRecord: false, artifactSha256: '', approvedUntil: '' });
  });
});
