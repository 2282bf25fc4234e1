import * as z from 'zod';
import { clarifyMeasures, type ReportedMeasure, type ReportedMeasures } from '../../evidence/foreign/clarify.ts';
import { compare, Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { defineCheck } from '../check.ts';
import { finding, judgeFurther, sentences, shown } from '../finding.ts';
import { DECIDE_ON, decidesOnInterval, thresholdOn } from './decide-on.ts';

const parameters = z.strictObject({
  maximum_demographic_parity: Share.default('0.20'),
  maximum_equalised_odds: Share.default('0.20'),
  minimum_disparate_impact: Share.default('0.80'),
  /** Clarify reports no counts, so there are no intervals: deciding on them, nothing is conclusive. */
  decide_on: z.exactOptional(DECIDE_ON),
});
type Parameters = z.infer<typeof parameters>;

/**
 * Establishes that the bias report of SageMaker Clarify is within the same limits as what is counted here. No digest in
 * it says which model it is about, so it adds to the checks that count and replaces none.
 */
export const reportedBiasWithinThreshold = defineCheck({
  name: 'reported_bias_within_threshold',
  stage: 'bias_and_fairness',
  knownBy: 'attested',
  reads: ['manifest', 'biasReport'],
  parameters,
  judge: ({ manifest: { predictions }, biasReport }, limits) => {
    const asked = `DPPL at most ${limits.maximum_demographic_parity}, RD and SD at most ${limits.maximum_equalised_odds}, DI at least ${limits.minimum_disparate_impact} either way`;
    const threshold = thresholdOn(asked, limits);
    const subject = { name: 'bias report', field: 'bias_report', threshold } as const;
    return judgeFurther(biasReport, subject, (analysis) => {
      const measures = clarifyMeasures(analysis, predictions, predictions.protected_attributes);
      const judged = measures.flatMap((group) => judgeGroup(group, limits));
      const status = (['failed', 'inconclusive'] as const).find((worst) => judged.some((one) => one.status === worst));
      const listed = judged.filter((one) => one.status === (status ?? 'passed')).map(({ sentence }) => sentence);
      const advice = status === undefined ? [] : [adviceFor(limits)];
      const measured = status === undefined ? 'within' : `${listed.length} ${status}`;
      return finding(status ?? 'passed', measured, threshold, sentences([...listed, ...advice]));
    });
  },
});

const adviceFor = (limits: Parameters): string =>
  decidesOnInterval(limits)
    ? 'Clarify reports no counts to make an interval of: let the checks that count decide on the interval, and this one on the point.'
    : 'Mitigate the bias, or correct the analysis and run it again.';

type Judged = { readonly status: 'passed' | 'failed' | 'inconclusive'; readonly sentence: string };

const judgeGroup = (group: ReportedMeasures, limits: Parameters): Judged[] => {
  const name = shown(`${group.attribute} ${group.value}`.trim());
  const judge = (measure: ReportedMeasure, what: string, limit: Share, bound: 'most' | 'least'): Judged => {
    if (measure.kind === 'unmeasurable') return { status: 'inconclusive', sentence: `${name}: ${measure.reason}.` };
    const distance = compare(measure.value, share(limit));
    const isMet = bound === 'most' ? distance <= 0 : distance >= 0;
    const sentence = `${name}: ${what} is ${toDecimal(measure.value)} (${measure.from}; interval: not_available), at ${bound} ${limit} is asked for.`;
    if (decidesOnInterval(limits)) return { status: 'inconclusive', sentence };
    return { status: isMet ? 'passed' : 'failed', sentence };
  };
  return [
    judge(group.demographicParityDifference, 'demographic parity', limits.maximum_demographic_parity, 'most'),
    judge(group.equalizedOddsDifference, 'equalised odds', limits.maximum_equalised_odds, 'most'),
    judge(group.disparateImpactRatio, 'disparate impact', limits.minimum_disparate_impact, 'least'),
  ];
};
