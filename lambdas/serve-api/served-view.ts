import type { ServedPeriod } from '../../lib/domain/records/served-period.ts';
import type { WatchedEndpoint } from '../../lib/domain/records/watched-endpoint.ts';
import { intervalsOf } from '../../lib/domain/serving/served-at.ts';

/** What an endpoint served since when, and what it serves that nobody approved. */
export const servedView = (watched: WatchedEndpoint, periods: readonly ServedPeriod[]) => ({
  endpoint_name: watched.endpointName,
  model_name: watched.modelName,
  intervals: intervalsOf(periods).map(
    ({ variantName, weight, releaseId, modelVersion, endpointConfigName, from, to, ...shift }) => ({
      variant: variantName,
      weight,
      release_id: releaseId,
      model_version: modelVersion,
      endpoint_config: endpointConfigName,
      from,
      to,
      instances: shift.instances,
      stage: shift.stage,
      stage_message: shift.stageMessage,
    }),
  ),
  ...deviationsView(watched),
});

/** Empty if nothing was found. */
export const deviationsView = ({ deviations, deviatesSince, quarantine }: Omit<WatchedEndpoint, 'entity'>) => ({
  deviations,
  ...(deviatesSince === undefined ? {} : { deviates_since: deviatesSince }),
  ...(quarantine === undefined
    ? {}
    : {
        quarantine: {
          act: quarantine.act,
          status: quarantine.status,
          endpoint_config: quarantine.endpointConfigName,
          ordered_at: quarantine.orderedAt,
        },
      }),
});
