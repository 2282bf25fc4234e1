import * as z from 'zod';
import type { DriftReport } from '../../evidence/foreign/model-monitor.ts';
import { defineCheck } from '../check.ts';
import { type Finding, finding, judgeFurther, sentences, shown } from '../finding.ts';

const THRESHOLD = 'an execution that completed without a violation';

/** Establishes that the monitor, which compares data and answers with their baseline, has found no drift. */
export const noDriftReported = defineCheck({
  name: 'no_drift_reported',
  stage: 'safety_evaluation',
  knownBy: 'attested',
  reads: ['driftReport'],
  parameters: z.strictObject({}),
  judge: ({ driftReport }) => {
    const subject = { name: 'drift report', field: 'drift_report', threshold: THRESHOLD } as const;
    return judgeFurther(driftReport, subject, judgeOutcome);
  },
});

const judgeOutcome = ({ outcome, executionStatus: status, violations }: DriftReport): Finding => {
  if (outcome === 'no_violations') {
    return finding('passed', '0 violations', THRESHOLD, 'The monitor completed and found no violation.');
  }
  if (outcome === 'unproven') {
    const explanation = `The list of violations is empty, and the execution is ${shown(status ?? 'not named')}: that may mean there is no result. Add MonitoringExecutionStatus, which must be Completed.`;
    return finding('inconclusive', 'no result', THRESHOLD, explanation);
  }
  const drifted = violations.map(
    ({ kind, subject, check, description }) =>
      `${shown(subject)} (${kind}, ${shown(check)}): ${shown(description) || 'no description'}.`,
  );
  // An execution can end with violations without listing any.
  const explanation = `${sentences(drifted) || 'The execution completed with violations.'} Find out what changed, and retrain or renew the baseline.`;
  return finding('failed', `${violations.length} violations`, THRESHOLD, explanation);
};
