/** What a policy cites, compared with what holds on a day. */
import { valueAt } from '../release/manifest.ts';
import { listed } from '../soundness.ts';
import type { PolicyRecord } from './policy-record.ts';
import { type Clause, citedClause, type Day, hasEnded } from './regime.ts';
import type { ViolationInFile } from './violation-in-file.ts';

/** Establishes that no rule of a policy cites a clause that has ended: names each, with what took its place. */
export const endedCitations = (policy: unknown, clauses: readonly Clause[], day: Day): ViolationInFile[] =>
  citations(policy, clauses).flatMap(({ path, name, clause }) =>
    clause === undefined || !hasEnded(clause, day)
      ? []
      : [{ path, part: 'value', problem: `${name} ended on ${clause.in_force_until}${successorOf(clause)}` }],
  );

const successorOf = ({ superseded_by: successors, note }: Clause): string => {
  if (successors !== undefined) return `: cite ${successors.join(' and ')}`;
  return `: no clause took its place${note === undefined ? '' : ` (${note.replace(/\.$/, '')})`}`;
};

/** What a policy cites that is no fault: clauses that do not hold yet, and those that no file knows. */
export const citationNotes = (policy: PolicyRecord, clauses: readonly Clause[], day: Day): string[] => [
  ...new Set(
    citations(policy, clauses).flatMap(({ name, clause }) => {
      if (clause === undefined) return [`${name} is in no regime file, so nobody knows here whether it holds`];
      return clause.in_force_from > day ? [`${name} holds from ${clause.in_force_from} on`] : [];
    }),
  ),
];

type Citation = { readonly path: PropertyKey[]; readonly name: string; readonly clause: Clause | undefined };

/** As far as the policy can be read: it may have faults elsewhere. */
const citations = (policy: unknown, clauses: readonly Clause[]): Citation[] =>
  listed(valueAt(policy, ['tier_rules'])).flatMap((rule, place) =>
    listed(valueAt(rule, ['clauses'])).flatMap((name, index) =>
      typeof name === 'string'
        ? [{ path: ['tier_rules', place, 'clauses', index], name, clause: citedClause(clauses, name) }]
        : [],
    ),
  );
