/** What the record of the configuration knows of clauses: which it found deployed, with which days, from when until when. */
import type { Instant } from '../identifiers.ts';
import { type ClauseDays, heldAt } from './clause-days.ts';

type Clause = ClauseDays[number];

/** As it was deployed. Without `knownSince` it was there as long as anybody knows. */
export type KnownClause = Clause & { readonly knownSince?: Instant };

/** As it is deployed no more: it was missed then, or had other days. Of those that a former version missed no days are known. */
export type GoneClause = Pick<Clause, 'id'> &
  Partial<Omit<Clause, 'id'>> & { readonly knownSince?: Instant; readonly missedAt: Instant };

export type RecordedClauses = {
  readonly clauses?: readonly KnownClause[];
  /** In the order in which they were missed. */
  readonly goneClauses?: readonly GoneClause[];
};

/** As many as fit into the record; the oldest are forgotten first. */
export const GONE_MAX = 500;

/** The record after these clauses were found deployed. */
export const recordClauses = (
  previous: RecordedClauses | undefined,
  deployed: ClauseDays,
  now: Instant,
): { clauses: KnownClause[]; goneClauses: GoneClause[] } => {
  const before = previous?.clauses ?? [];
  const isThere = (clauses: readonly Clause[], one: Clause): boolean => clauses.some((other) => isSame(one, other));
  const clauses = deployed.map((clause): KnownClause => {
    const known = before.find((one) => isSame(one, clause));
    return known ?? (previous?.clauses === undefined ? clause : { ...clause, knownSince: now });
  });
  const gone = before.filter((clause) => !isThere(deployed, clause)).map((clause) => ({ ...clause, missedAt: now }));
  return { clauses, goneClauses: [...(previous?.goneClauses ?? []), ...gone].slice(-GONE_MAX) };
};

const isSame = (one: Clause, other: Clause): boolean =>
  one.id === other.id && one.in_force_from === other.in_force_from && one.in_force_until === other.in_force_until;

/**
 * Why the deployed clauses do not say of an instant what the record then said of it, in words; empty if they do. What was deployed at that
 * instant or later, and is no more, is named whatever its days: nobody deletes law.
 */
export const departuresFrom = (
  recorded: RecordedClauses | undefined,
  deployed: ClauseDays,
  since: Instant,
): string[] => {
  const { clauses: known = deployed, goneClauses: gone = [] } = recorded ?? {};
  if (gone.length >= GONE_MAX && gone.every(({ missedAt }) => missedAt > since)) {
    return ['which clauses were deployed then is not on record any more'];
  }
  const later = gone.filter(({ missedAt }) => missedAt > since);
  const ids = new Set(deployed.map(({ id }) => id));
  const lost = [...new Set([...later, ...known].map(({ id }) => id))].filter((id) => !ids.has(id));
  const then = recordedAt({ clauses: known, goneClauses: gone }, since);
  const [held, holds] = [heldAt(then, since), heldAt(deployed, since)];
  return [
    ...lost.map((id) => `${id} is in the deployed regimes no more`),
    ...held
      .filter((id) => ids.has(id) && !holds.includes(id))
      .map((id) => `${id} held then, and by the days that are deployed now it did not`),
    ...holds
      .filter((id) => !held.includes(id))
      .map((id) => `${id} held then by the days that are deployed now, and was not deployed with them`),
  ];
};

/** The clauses as they were deployed at an instant, as far as the record knows. What was missed without its days counts as if it had always held. */
export const recordedAt = ({ clauses = [], goneClauses = [] }: RecordedClauses, at: Instant): ClauseDays => {
  const isKnown = ({ knownSince }: Pick<KnownClause, 'knownSince'>): boolean =>
    knownSince === undefined || knownSince <= at;
  const former = goneClauses
    .filter((one) => isKnown(one) && one.missedAt > at)
    .map(({ in_force_from: from = '', ...clause }) => ({ ...clause, in_force_from: from }));
  return [...clauses.filter(isKnown), ...former];
};
