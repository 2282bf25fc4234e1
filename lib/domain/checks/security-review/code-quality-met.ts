import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, judgeFurther, sayUnless } from '../finding.ts';
import { codeProblems } from './judge-code.ts';

/** Establishes that the code that trained the model passes its own tests and its linter. */
export const codeQualityMet = defineCheck({
  name: 'code_quality_met',
  stage: 'security_review',
  knownBy: 'attested',
  reads: ['manifest', 'codeQualityReport'],
  parameters: z.strictObject({
    minimum_tests: z.int().min(0).max(1_000_000).default(1),
    maximum_lint_errors: z.int().min(0).max(1_000_000).default(0),
  }),
  judge: ({ manifest, codeQualityReport }, { minimum_tests: tests, maximum_lint_errors: errors }) => {
    const threshold = `at least ${tests} tests, none failing; at most ${errors} lint errors`;
    const subject = { name: 'code quality report', field: 'code_quality_report', threshold } as const;
    return judgeFurther(codeQualityReport, subject, (report) => {
      const measured = `${report.tests.passed} tests passed, ${report.tests.failed} failed, ${report.lint.errors} lint errors`;
      return conclude(threshold, measured, `The code of commit ${report.git_commit} is in order: ${measured}.`, [
        ...codeProblems(report, manifest),
        ...sayUnless(report.tests.failed === 0, `${report.tests.failed} tests fail. Fix them, or the code.`),
        ...sayUnless(
          report.tests.passed >= tests,
          `${report.tests.passed} tests passed; the policy asks for ${tests}.`,
        ),
        ...sayUnless(
          report.lint.errors <= errors,
          `The linter reports ${report.lint.errors} errors; ${errors} are allowed.`,
        ),
      ]);
    });
  },
});
