import * as z from 'zod';
import { compare, fraction, Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { defineCheck } from '../check.ts';
import { conclude, finding, judgeFurther, sayUnless } from '../finding.ts';
import { codeProblems } from './judge-code.ts';

/** Establishes that tests cover enough of the code that trained the model. */
export const testCoverageAboveMinimum = defineCheck({
  name: 'test_coverage_above_minimum',
  stage: 'security_review',
  knownBy: 'attested',
  reads: ['manifest', 'codeQualityReport'],
  parameters: z.strictObject({ minimum: Share.default('0.80') }),
  judge: ({ manifest, codeQualityReport }, { minimum }) => {
    const threshold = `at least ${minimum} of the lines`;
    const subject = { name: 'code quality report', field: 'code_quality_report', threshold } as const;
    return judgeFurther(codeQualityReport, subject, (report) => {
      const { lines_covered: covered, lines_total: total } = report.coverage;
      const coverage = fraction(covered, total);
      if (coverage === undefined) return finding('inconclusive', 'no lines', threshold, 'The report counts no lines.');
      return conclude(threshold, toDecimal(coverage), `Tests run ${covered} of ${total} lines.`, [
        ...codeProblems(report, manifest),
        ...sayUnless(covered <= total, `${covered} lines are covered of ${total}. Correct the report.`),
        ...sayUnless(
          compare(coverage, share(minimum)) >= 0,
          `Tests run ${covered} of ${total} lines (${toDecimal(coverage)}); the policy asks for ${minimum}. Test the rest.`,
        ),
      ]);
    });
  },
});
