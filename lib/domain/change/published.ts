import { cut } from '../cut.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import type { Reason, Release } from '../release/release.ts';

/** A domain event for subscribers of the bus: ids and the state, nothing that needs protection. */
export const published = (detailType: string, release: Release) => ({
  intent: {
    kind: 'publish_event' as const,
    detailType,
    detail: JSON.stringify({
      releaseId: release.releaseId,
      modelName: release.modelName,
      modelVersion: release.modelVersion,
      state: release.state,
    }),
  },
});

/** An event holds the first of the reasons; the release keeps them all. */
export const eventReasons = (reasons: readonly Reason[]): Reason[] =>
  fitIntoEvent(reasons.map((reason) => ({ ...reason, explanation: cut(reason.explanation, 400) })));
