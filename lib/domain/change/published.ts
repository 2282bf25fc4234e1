import { cut } from '../cut.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import type { Reason, Release } from '../release/release.ts';

/** A domain event for subscribers of the event bus. It carries ids and the state, and nothing that needs protection. */
export const published = (detailType: string, { releaseId, modelName, modelVersion, state }: Release) =>
  publishedDetail(detailType, { releaseId, modelName, modelVersion, state });

/** The same, about something else than a release. */
export const publishedDetail = (detailType: string, detail: object) => ({
  intent: { kind: 'publish_event' as const, detailType, detail: JSON.stringify(detail) },
});

/** As many reasons as fit into an event. The release keeps all of them. */
export const eventReasons = (reasons: readonly Reason[]): Reason[] =>
  fitIntoEvent(reasons.map((reason) => ({ ...reason, explanation: cut(reason.explanation, 400) })));
