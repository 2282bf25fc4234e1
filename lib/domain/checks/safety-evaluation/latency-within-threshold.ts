import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, judgeFurther, sayUnless } from '../finding.ts';
import { artifactProblems } from '../measured-on.ts';

/** Establishes that answers come in time, as the load test measured them. */
export const latencyWithinThreshold = defineCheck({
  name: 'latency_within_threshold',
  stage: 'safety_evaluation',
  knownBy: 'attested',
  reads: ['manifest', 'loadTestReport'],
  parameters: z.strictObject({
    maximum_p95_ms: z.int().min(1).max(600_000).default(500),
    maximum_p99_ms: z.int().min(1).max(600_000).default(1000),
  }),
  judge: ({ manifest, loadTestReport }, { maximum_p95_ms: p95, maximum_p99_ms: p99 }) => {
    const threshold = `at most ${p95} ms for 95 and ${p99} ms for 99 of 100 answers`;
    const subject = { name: 'load test report', field: 'load_test_report', threshold } as const;
    return judgeFurther(loadTestReport, subject, (report) => {
      const { latency_ms: latency } = report;
      const measured = `${latency.p95} ms (p95), ${latency.p99} ms (p99)`;
      return conclude(threshold, measured, `Answers came in time: ${measured}, over ${report.requests} requests.`, [
        ...artifactProblems('load test report', report.artifact_sha256, manifest),
        ...sayUnless(report.requests > 0, 'The load test made no request.'),
        ...sayUnless(latency.p95 <= p95, `95 of 100 answers came within ${latency.p95} ms; ${p95} ms are allowed.`),
        ...sayUnless(latency.p99 <= p99, `99 of 100 answers came within ${latency.p99} ms; ${p99} ms are allowed.`),
      ]);
    });
  },
});
