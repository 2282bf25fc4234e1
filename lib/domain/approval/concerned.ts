import { type DirectoryRecord, findPerson, type PersonRecord } from '../policy/directory-record.ts';
import { findByName } from '../policy/identities.ts';
import type { Approval, ApprovalRequest } from '../records/approval.ts';
import type { Outcome } from '../release/outcome.ts';
import type { Release } from '../release/release.ts';
import { askedNow } from './asked-now.ts';

type Facts = {
  readonly release: Pick<Release, 'requestedBy' | 'submittedBy'>;
  /** Undefined if nobody was asked. */
  readonly request: Pick<ApprovalRequest, 'invitations' | 'stages'> | undefined;
  readonly approvals: readonly Pick<Approval, 'approverId' | 'decision' | 'conditions'>[];
};

/**
 * Whom the outcome of a release concerns: the person who requested it, the person who submitted it, everybody who was asked to
 * decide, everybody who decided, and everybody whose a condition of an approval is. Each of them once, and only people of the directory: machines and those who have left have no
 * address.
 */
export const concernedBy = (facts: Facts, directory: DirectoryRecord): PersonRecord[] => {
  const { release } = facts;
  const makers = [release.requestedBy, release.submittedBy].map((name) => findByName(directory, name)?.id ?? name);
  return [...new Set([...makers, ...decidersOf(facts)])].flatMap((id) => findPerson(directory, id) ?? []);
};

/** Who was asked, who decided, and whose a condition is. All of them are, or were, people of the directory. */
const decidersOf = ({ request, approvals }: Facts): string[] => [
  ...(request === undefined ? [] : askedNow(request)).map(({ personId }) => personId),
  ...approvals.map(({ approverId }) => approverId),
  ...ownersOf(approvals),
];

/**
 * The ids of those whom an outcome would concern if they had not left the directory. Of those who made the release nobody can say
 * any more whether they were people or machines: they are not among them.
 */
export const leftOfOutcome = (outcome: Outcome, facts: Facts, directory: DirectoryRecord): string[] => {
  const all = outcome === 'approved_with_conditions' ? ownersOf(facts.approvals) : decidersOf(facts);
  return [...new Set(all)].filter((id) => findPerson(directory, id) === undefined);
};

/** Whom an approval was given on condition of. */
export const ownersOf = (approvals: Facts['approvals']): string[] => [
  ...new Set(
    approvals.flatMap(({ decision, conditions = [] }) =>
      decision === 'approve' ? conditions.map(({ owner_id: owner }) => owner) : [],
    ),
  ),
];

/** Whom one outcome concerns: that there is something to do, those who do it; any other, everybody. */
export const concernedByOutcome = (outcome: Outcome, facts: Facts, directory: DirectoryRecord): PersonRecord[] => {
  const owners = outcome === 'approved_with_conditions' ? ownersOf(facts.approvals) : undefined;
  return concernedBy(facts, directory).filter(({ id }) => owners?.includes(id) ?? true);
};
