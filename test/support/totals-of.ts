import type { OutcomeRecord, OutcomeTotals } from '../../lib/domain/evidence/outcome-record.ts';
import { perOutcome } from '../../lib/domain/evidence/predictions/predictions.ts';

type Group = OutcomeRecord['groups'][number];

/** Of a table of which every row has a value of the first attribute. */
export const totalsOf = (groups: readonly Group[], changes: Partial<OutcomeTotals> = {}): OutcomeTotals => {
  const ofOne = groups.filter(({ attribute }) => attribute === groups[0]?.attribute);
  const sums = perOutcome((outcome) => ofOne.reduce((sum, group) => sum + (group[outcome] ?? 0), 0));
  return { rows: sums.count, missing: { predictions: 0, labels: 0, attributes: {} }, ...sums, ...changes };
};
