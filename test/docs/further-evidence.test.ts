import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../lib/domain/checks/known-checks.ts';
import { ARTIFACT_SIGNATURE_MAX_BYTES } from '../../lib/domain/evidence/artifact-signature.ts';
import { ATTESTATIONS_MAX_BYTES } from '../../lib/domain/evidence/attestations.ts';
import {
  CODE_QUALITY_REPORT_MAX_BYTES,
  CodeQualityReport,
  parseCodeQualityReport,
} from '../../lib/domain/evidence/code-quality-report.ts';
import {
  DEPLOYMENT_DESCRIPTOR_MAX_BYTES,
  DeploymentDescriptor,
  parseDeploymentDescriptor,
} from '../../lib/domain/evidence/deployment-descriptor.ts';
import { parseDocument } from '../../lib/domain/evidence/documents/document.ts';
import {
  EDGE_CASE_RESULTS_MAX_BYTES,
  EdgeCaseResults,
  parseEdgeCaseResults,
  unmetExpectations,
} from '../../lib/domain/evidence/edge-case-results.ts';
import { EVALUATION_REPORT_MAX_BYTES } from '../../lib/domain/evidence/evaluation-report.ts';
import {
  EXPLAINABILITY_REPORT_MAX_BYTES,
  parseExplainabilityReport,
} from '../../lib/domain/evidence/explainability-report.ts';
import { BIAS_REPORT_MAX_BYTES } from '../../lib/domain/evidence/foreign/clarify.ts';
import { DRIFT_REPORT_MAX_BYTES } from '../../lib/domain/evidence/foreign/model-monitor.ts';
import {
  INPUT_PROTECTION_REPORT_MAX_BYTES,
  InputProtectionReport,
  parseInputProtectionReport,
} from '../../lib/domain/evidence/input-protection-report.ts';
import {
  LOAD_TEST_REPORT_MAX_BYTES,
  LoadTestReport,
  parseLoadTestReport,
} from '../../lib/domain/evidence/load-test-report.ts';
import { TRAINING_PROVENANCE_MAX_BYTES } from '../../lib/domain/evidence/training-provenance.ts';
import { FURTHER_EVIDENCE, ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { EVIDENCE_MAX_BYTES } from '../../lib/domain/release/release.ts';
import { grammarOf } from './grammar.ts';
import { codes, examples, firstExample, formatPage, headings, rows, section, sizeOf } from './pages.ts';

const PAGE = formatPage('further-evidence');

/** What is read of each file at most. */
const MAX_BYTES: Readonly<Record<(typeof FURTHER_EVIDENCE)[number], number>> = {
  artifact_signature: ARTIFACT_SIGNATURE_MAX_BYTES,
  attestations: ATTESTATIONS_MAX_BYTES,
  baseline_report: EVALUATION_REPORT_MAX_BYTES,
  bias_report: BIAS_REPORT_MAX_BYTES,
  bill_of_materials: TRAINING_PROVENANCE_MAX_BYTES,
  code_quality_report: CODE_QUALITY_REPORT_MAX_BYTES,
  deployment_descriptor: DEPLOYMENT_DESCRIPTOR_MAX_BYTES,
  drift_report: DRIFT_REPORT_MAX_BYTES,
  edge_case_results: EDGE_CASE_RESULTS_MAX_BYTES,
  explainability_report: EXPLAINABILITY_REPORT_MAX_BYTES,
  input_protection_report: INPUT_PROTECTION_REPORT_MAX_BYTES,
  load_test_report: LOAD_TEST_REPORT_MAX_BYTES,
  perturbed_predictions: EVIDENCE_MAX_BYTES,
  routing_config: EVIDENCE_MAX_BYTES,
  threshold_config: EVIDENCE_MAX_BYTES,
  training_config: EVIDENCE_MAX_BYTES,
  training_provenance: TRAINING_PROVENANCE_MAX_BYTES,
};

/** Our own shapes, by the sections that describe them. */
const OWN = [
  ['load_test_report', parseLoadTestReport, LoadTestReport],
  ['edge_case_results', parseEdgeCaseResults, EdgeCaseResults],
  ['code_quality_report', parseCodeQualityReport, CodeQualityReport],
  ['input_protection_report', parseInputProtectionReport, InputProtectionReport],
  ['deployment_descriptor', parseDeploymentDescriptor, DeploymentDescriptor],
] as const;

const bytesOf = (document: unknown): Uint8Array => Buffer.from(JSON.stringify(document));

describe('the page about further evidence', () => {
  const table = rows(PAGE.split('\n## ')[0] ?? '');

  it('has one row for each further evidence, with its limit', () => {
    const told = table.map(([name = '', , limit = '']) => [codes(name)[0], limit]);

    expect(told).toEqual(FURTHER_EVIDENCE.map((name) => [name, sizeOf(MAX_BYTES[name])]));
  });

  it.each(table)('names the checks that read %s', (name, _, __, checks = '') => {
    const [evidence = ''] = codes(name);
    const field =
      { perturbed_predictions: 'perturbation' }[evidence] ??
      evidence.replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase());
    const reading = CHECKS.filter(({ reads }) => reads.some((one) => one === field)).map((check) => check.name);

    expect(codes(checks).toSorted()).toEqual(
      evidence.endsWith('_config') ? ['configuration_versions_recorded'] : reading.toSorted(),
    );
  });

  it('begins with a part of a manifest', () => {
    const { further_evidence, evidence_sha256 } = ReleaseManifest.unwrap().shape;
    const shown = Object(parseDocument(firstExample(PAGE), 65_536));

    expect(Object.keys(further_evidence.parse(shown.further_evidence) ?? {})).toHaveLength(2);
    expect(Object.keys(evidence_sha256.parse(shown.evidence_sha256) ?? {})).toHaveLength(1);
  });

  it('has an example in no section without a parser', () => {
    const withExample = headings(PAGE).filter((heading) => examples(section(PAGE, heading)).length > 0);

    expect(withExample.toSorted()).toEqual([...OWN.map(([name]) => name), 'explainability_report'].toSorted());
  });
});

describe.each(OWN)('the section about %s', (name, parse, shape) => {
  const text = section(PAGE, name);

  it('shows a file that is read', () => {
    expect(parse(firstExample(text))).toMatchObject({ schema_version: 1 });
  });

  it('has a row for each field, with whether it must be there and what it is', () => {
    expect(rows(text).map(([path = '', must, is]) => [codes(path)[0], must, is])).toEqual(grammarOf(shape));
  });

  it('shows every field somewhere in its example', () => {
    const example = new TextDecoder().decode(firstExample(text));

    for (const [path = ''] of grammarOf(shape)) {
      const field = path.split('.').at(-1)?.replace('[]', '') ?? '';
      expect(example).toMatch(new RegExp(`\\b${field}"?:`));
    }
  });
});

describe('the section about explainability_report', () => {
  const text = section(PAGE, 'explainability_report');
  const shown = Object(parseDocument(firstExample(text), 65_536));

  it('shows a file that is read', () => {
    expect(parseExplainabilityReport(firstExample(text))).toMatchObject({ method: shown.method });
  });

  it.each(rows(text))('says rightly that %s must be there', (path) => {
    const [field = ''] = codes(path);
    const without = bytesOf({ ...shown, [field]: undefined });

    expect(Object.keys(shown)).toContain(field);
    expect(() => parseExplainabilityReport(without)).toThrow('could not read the explainability report');
  });
});

describe('the edge cases that are shown', () => {
  it('were handled', () => {
    const { cases } = parseEdgeCaseResults(firstExample(section(PAGE, 'edge_case_results')));

    expect(cases.flatMap(unmetExpectations)).toEqual([]);
  });
});
