import * as z from 'zod';
import { compare, fraction, Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { defineCheck } from '../check.ts';
import { conclude, finding, judgeFurther, sayUnless } from '../finding.ts';
import { artifactProblems } from '../measured-on.ts';

/** Establishes that the served model handles a load like that of production, for long enough and with few errors. */
export const loadTestPassed = defineCheck({
  name: 'load_test_passed',
  stage: 'safety_evaluation',
  knownBy: 'attested',
  reads: ['manifest', 'loadTestReport'],
  parameters: z.strictObject({
    minimum_requests_per_second: z.int().min(1).max(1_000_000).default(1),
    minimum_duration_seconds: z.int().min(1).max(86_400).default(60),
    maximum_error_rate: Share.default('0.01'),
  }),
  judge: ({ manifest, loadTestReport }, limits) => {
    const {
      minimum_requests_per_second: rate,
      minimum_duration_seconds: duration,
      maximum_error_rate: errors,
    } = limits;
    const threshold = `at least ${rate} requests a second for ${duration} seconds, at most ${errors} of them errors`;
    const subject = { name: 'load test report', field: 'load_test_report', threshold } as const;
    return judgeFurther(loadTestReport, subject, (report) => {
      const failed = fraction(report.errors, report.requests);
      if (failed === undefined)
        return finding('inconclusive', 'no requests', threshold, 'The load test made no request.');
      const perSecond = report.requests / report.duration_seconds;
      const measured = `${perSecond.toFixed(1)} requests a second, ${toDecimal(failed)} errors`;
      return conclude(
        threshold,
        measured,
        `The load test passed: ${measured}, for ${report.duration_seconds} seconds.`,
        [
          ...artifactProblems('load test report', report.artifact_sha256, manifest),
          ...sayUnless(
            perSecond >= rate,
            `The test made ${perSecond.toFixed(1)} requests a second; the policy asks for ${rate}.`,
          ),
          ...sayUnless(
            report.duration_seconds >= duration,
            `The test took ${report.duration_seconds} seconds; the policy asks for ${duration}.`,
          ),
          ...sayUnless(
            compare(failed, share(errors)) <= 0,
            `${report.errors} of ${report.requests} requests failed; a share of ${errors} is allowed.`,
          ),
        ],
      );
    });
  },
});
