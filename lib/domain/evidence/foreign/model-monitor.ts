/**
 * The report of a SageMaker Model Monitor execution (`constraint_violations.json`). Data quality, bias drift, feature
 * attribution drift and model quality each write it in a shape of their own; the keys of each violation tell them
 * apart.
 */
import * as z from 'zod';
import { readShape, refuseDocument } from '../documents/document.ts';
import { readInAnyFormat } from '../documents/recognize.ts';

export const DRIFT_REPORT_MAX_BYTES = 262_144;
const NAME = 'Model Monitor violations report';

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Violation = z.object({
  constraint_check_type: z.string(),
  description: z.string().default(''),
  feature_name: Text.optional(),
  facet: Text.optional(),
  facet_value: Text.optional(),
  label: Text.optional(),
  metric_name: Text.optional(),
});

const Violations = z.object({
  violations: z.array(Violation),
  /** From the description of the execution: if the execution did not complete, its report proves nothing. */
  MonitoringExecutionStatus: z.string().optional(),
});

export type MonitorViolation = {
  readonly kind: 'data_quality' | 'bias_drift' | 'feature_attribution_drift' | 'model_quality';
  /** The feature, facet, label or metric that it is about. */
  readonly subject: string;
  readonly check: string;
  readonly description: string;
};

export type DriftReport = {
  /** `unproven`: an empty list without proof that the execution completed. It may mean no violations, or no result. */
  readonly outcome: 'no_violations' | 'violations' | 'unproven';
  readonly executionStatus: string | undefined;
  readonly violations: readonly MonitorViolation[];
};

/** Establishes that bytes are a violations report of Model Monitor, and what it proves. */
export const parseDriftReport = (bytes: Uint8Array): DriftReport =>
  readInAnyFormat(bytes, {
    name: 'drift report',
    maxBytes: DRIFT_REPORT_MAX_BYTES,
    readers: [{ format: 'a Model Monitor violations report', read: readViolations }],
  });

const readViolations = (document: unknown): DriftReport => {
  const { violations, MonitoringExecutionStatus: executionStatus } = readShape(Violations, document, NAME);
  const hasViolations = violations.length > 0 || executionStatus === 'CompletedWithViolations';
  const clean = executionStatus === 'Completed' ? 'no_violations' : 'unproven';
  return { outcome: hasViolations ? 'violations' : clean, executionStatus, violations: violations.map(violationOf) };
};

const violationOf = (violation: z.infer<typeof Violation>, index: number): MonitorViolation => {
  const { feature_name: feature, facet, facet_value: value = '', label, metric_name: metric } = violation;
  const details = { check: violation.constraint_check_type, description: violation.description };
  if (feature !== undefined) return { kind: 'data_quality', subject: feature, ...details };
  if (facet !== undefined)
    return { kind: 'bias_drift', subject: [facet, value, metric ?? ''].join(' ').trim(), ...details };
  if (label !== undefined) return { kind: 'feature_attribution_drift', subject: label, ...details };
  if (metric !== undefined) return { kind: 'model_quality', subject: metric, ...details };
  const problem = 'names no feature_name, facet, label or metric_name';
  return refuseDocument(NAME, [{ field: `violations.${index}`, problem }]);
};
