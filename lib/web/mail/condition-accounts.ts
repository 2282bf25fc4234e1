/** What people hear of the conditions that an approval was given on: what they have to do, and what comes of it. */
import type { StandingCondition } from '../../domain/records/standing-conditions.ts';
import { CONDITION_OVERDUE } from '../../domain/records/suspension.ts';
import { unlinked } from '../parts/wording.ts';
import { type Account, list, text, type Words } from './account.ts';
import type { MailPart } from './mail-body.ts';

/** For the one who has to meet them. */
export const approvedWithConditions = (words: Words): Account => {
  const { what, person, release, conditions } = words;
  const own = conditions.filter(({ condition, met }) => condition.owner_id === person.id && met === undefined);
  return {
    subject: 'Approved with conditions',
    parts: [
      { look: 'lead', text: `${what} was approved with conditions that are yours to meet.` },
      list(own.map((one) => inWords(one, words))),
      text(own.length === 0, 'All of them are met.'),
      text(
        own.length > 0,
        'If one is not met in time, the approval is suspended: the release does not go to production until it is met.',
      ),
      ...how(own, release.releaseId),
    ],
  };
};

/** For everybody whom the release concerns. */
export const suspended = (words: Words): Account => {
  const { what, release, conditions, suspensions, at } = words;
  const overdue = conditions.filter(({ status }) => status === 'overdue');
  const others = suspensions.filter(({ kind }) => kind !== CONDITION_OVERDUE);
  const isByConditions = others.length === 0;
  const because = isByConditions ? ', because a condition of it was not met in time' : '';
  const until = isByConditions ? 'until the condition is met' : 'as long as it is suspended';
  return {
    subject: 'Approval suspended',
    parts: [
      { look: 'lead', text: `The approval of ${what} is suspended${because}.` },
      list([...others.map(({ reason }) => unlinked(reason)), ...overdue.map((one) => inWords(one, words))]),
      text(release.suspendedSince !== undefined, `Suspended since ${at(release.suspendedSince ?? release.updatedAt)}.`),
      text(
        true,
        release.state === 'production'
          ? `It goes on serving: whether it should is for people to decide. It cannot be promoted again, or rolled back to, ${until}.`
          : `It does not go to production ${until}.`,
      ),
      ...how(overdue, release.releaseId),
    ],
  };
};

/** On which conditions a release was approved that is in production now; nothing if there are none. */
export const onConditions = (words: Words): MailPart[] => {
  const open = words.conditions.filter(({ met }) => met === undefined);
  return [text(open.length > 0, 'Approved on condition of:'), list(open.map((one) => inWords(one, words)))];
};

const inWords = ({ conditionId, condition, approverId }: StandingCondition, { nameOf, at }: Words): string =>
  `${unlinked(condition.text)} (${conditionId}, asked for by ${nameOf(approverId)}): ${nameOf(condition.owner_id)}, by ${at(condition.due_at)}`;

const how = (open: readonly StandingCondition[], releaseId: string): MailPart[] =>
  open.map(({ conditionId }) => ({
    look: 'text',
    text: `When it is met: assay conditions meet ${releaseId} ${conditionId} --reason "how it was met"`,
  }));
