/** What monitors last found, in the numbers of metrics. */
import * as z from 'zod';
import { driftingReports, type Monitored } from '../records/monitored.ts';
import { stored } from '../stored.ts';

export const MonitoredFacts = stored({
  modelName: z.string(),
  releaseId: z.string(),
  /** How many violations of data, groups and attributions are beyond what the policy tolerates, and one for a drift of the rate. */
  driftViolations: z.int().min(0),
  /** How far the accuracy is below the least that is allowed; absent where nothing was measured, or nothing is asked for. */
  accuracyShortfall: z.number().optional(),
});
export type MonitoredFacts = z.infer<typeof MonitoredFacts>;

export const monitoredFacts = (found: Monitored): MonitoredFacts => {
  const { modelName, releaseId, drift, accuracy } = found;
  const violations = driftingReports(found).reduce((sum, report) => sum + report.violations, 0);
  return {
    modelName,
    releaseId,
    driftViolations: violations + (drift?.isDrifting === true ? 1 : 0),
    ...(accuracy?.minimum !== undefined && {
      accuracyShortfall: Number((Number(accuracy.minimum) - Number(accuracy.value)).toFixed(6)),
    }),
  };
};
