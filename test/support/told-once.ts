/** What the acts of a story have put on record: each event as the catalogue describes it, and once. */
import { isDeepStrictEqual } from 'node:util';
import { EVENT_CATALOGUE } from '../../lib/domain/ledger/catalogue/catalogue.ts';
import type { EventDraft } from '../../lib/domain/ledger/event.ts';
import { type Transaction, transactions } from './recorded-acts.ts';

/** The events of AU-1 that one release, approved and promoted, has in its life. Two people approve it. */
export const ONCE_IN_A_LIFE: Readonly<Record<string, number>> = {
  release_requested: 1,
  model_registered: 1,
  evaluation_completed: 1,
  approval_granted: 2,
  release_approved: 1,
  deployment_promoted: 1,
};

/** What was committed in an act. What was there before the story began is made up, and not looked at. */
export const told = (): Transaction[] => transactions.filter(({ isCommitted, act }) => isCommitted() && act !== 'none');

/** The events whose details are not what the catalogue describes: its schema leaves out what it does not know. */
export const wronglySaid = (drafts: readonly EventDraft[]): string[] =>
  drafts.flatMap(({ event_type: type, details }) => {
    const described = EVENT_CATALOGUE[type].details.safeParse(details);
    return isDeepStrictEqual(described.data, details) ? [] : [`${type}: ${JSON.stringify(details)}`];
  });

/** The events that one act has written more than once. */
export const saidTwice = (): string[] => {
  const keys = told().map(
    ({ number, draft: { event_type: type, idempotency_key: key } }) => `${number} ${type} ${key}`,
  );
  return keys.filter((key, index) => keys.indexOf(key) !== index);
};

/** How many events of these types a release has. */
export const countsOf = (releaseId: string, types: readonly string[]): Record<string, number> => {
  const of = told().flatMap(({ draft }) => (draft.release_id === releaseId ? [draft.event_type as string] : []));
  return Object.fromEntries(types.map((type) => [type, of.filter((one) => one === type).length]));
};
