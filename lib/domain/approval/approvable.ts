import type { PersonId } from '../identifiers.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { type Candidates, candidatesFor } from './candidates.ts';
import { type Question, solveQuorum } from './solve-quorum.ts';

type Asked = Required<Question> & {
  /** The people without whose approval no others are enough, because they denied the same before. */
  readonly mustDecide: readonly PersonId[];
};

/**
 * Refuses at once what nobody could ever approve: the required roles must have enough different people, and everybody who must
 * decide again must be able to, both in the time that people have to answer.
 */
export const assertApprovable = (asked: Asked): void => {
  const { roles, directory, release, time, mustDecide } = asked;
  solveQuorum(asked);
  const candidates = candidatesFor(roles, directory, release, time);
  const violations = mustDecide.flatMap((id) => whyUnable(id, candidates));
  if (violations.length === 0) return;
  throw new Refusal(
    'QuorumImpossible',
    'a person who denied this content or this version must approve it now, and cannot',
    violations,
  );
};

/** Nobody acts for a person who denied: they approve it themselves, in a role of their own. */
const whyUnable = (id: PersonId, { able, barred }: Candidates): Violation[] =>
  able.some(({ person, actingFor }) => person.id === id && actingFor === undefined)
    ? []
    : barred
        .filter(({ candidate: { person, actingFor } }) => person.id === id && actingFor === undefined)
        .map(({ role, why }) => ({
          field: role,
          problem: `${id} denied this content or this version before, and it needs their approval: ${why}`,
        }));
