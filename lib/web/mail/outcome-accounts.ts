/** What the mail about each outcome says: first what happened, then why, then what the reader can do. */
import { mendingOf } from '../../domain/gate/mending.ts';
import { isServing } from '../../domain/records/pointer.ts';
import type { Rollback } from '../../domain/records/rollback.ts';
import { CHANGES_REQUESTED, DENIED, type Outcome } from '../../domain/release/outcome.ts';
import { endpointNameOf, givenByPeople, type Reason, withdrawalOf } from '../../domain/release/release.ts';
import { isGivenUp } from '../../domain/serving/record-restoration.ts';
import { oneLine, roleInSentence, unlinked } from '../parts/wording.ts';
import { type Account, list, text, type Words } from './account.ts';
import { approvedWithConditions, onConditions, suspended } from './condition-accounts.ts';
import { expiring } from './expiry-account.ts';
import { notRenewed, renewed } from './renewal-accounts.ts';

const CLOSED =
  'Your decision is no longer needed, and your link no longer works. What you decided before stays on record.';
const AGAIN = 'If it is still wanted, request it again under a new release_id: then people are asked again.';

/** More than anybody reads in a mail. */
const REASONS_SHOWN = 10;

const rejected = ({ what, release, checks, isAsked, isOwn }: Words): Account => {
  const more = release.reasons.length - REASONS_SHOWN;
  const reasonWith = (reason: Reason) =>
    `${oneLine(reason.rule)}: ${unlinked(reason.explanation)} ${mendingOf(reason, checks)}`.trim();
  return {
    subject: 'Rejected',
    parts: [
      { look: 'lead', text: `${what} was rejected, and will not go to production.` },
      list([
        ...release.reasons.slice(0, REASONS_SHOWN).map(reasonWith),
        ...(more > 0 ? [`${more} more: assay status ${release.releaseId}`] : []),
      ]),
      text(isOwn, 'When that is done, request it again under a new release_id.'),
      text(isAsked, CLOSED),
    ],
  };
};

const denied = ({ what, person, release, approvals, isAsked, isOwn, nameOf, at }: Words): Account => {
  const denial = approvals.find(({ decision }) => decision === 'deny');
  const reason = denial?.comment ?? givenByPeople(release, DENIED)?.explanation ?? '';
  const who = denial && `${nameOf(denial.approverId)}, as ${roleInSentence(denial.approverRole)},`;
  return {
    subject: 'Denied',
    parts: [
      {
        look: 'lead',
        text: who
          ? `${who} denied ${what}. It will not go to production.`
          : `${what} was denied, and will not go to production.`,
      },
      { look: 'alert', text: `The reason: ${unlinked(reason)}` },
      text(denial !== undefined, denial ? `Denied on ${at(denial.timestamp)}.` : ''),
      text(
        isOwn,
        'If you request this content or this version again, those who decide see this denial first: say in denial_answer what has changed.',
      ),
      text(isAsked && denial?.approverId !== person.id, CLOSED),
    ],
  };
};

const changesRequested = ({ what, person, release, approvals, isAsked, isOwn, nameOf, at }: Words): Account => {
  const asking = approvals.find(({ decision }) => decision === 'request_changes');
  const changes = asking?.comment ?? givenByPeople(release, CHANGES_REQUESTED)?.explanation ?? '';
  const who = asking && `${nameOf(asking.approverId)}, as ${roleInSentence(asking.approverRole)},`;
  return {
    subject: 'Changes asked for',
    parts: [
      {
        look: 'lead',
        text: `${who ?? 'An approver'} asked for changes to ${what}. As it is, it will not go to production.`,
      },
      { look: 'alert', text: `The changes: ${unlinked(changes)}` },
      text(asking !== undefined, asking ? `Asked for on ${at(asking.timestamp)}.` : ''),
      text(
        isOwn,
        `Make the changes, and request a new release that says answers: ${release.releaseId}, with what you changed in its change_note. Those who decide about it see both first.`,
      ),
      text(isAsked && asking?.approverId !== person.id, CLOSED),
    ],
  };
};

const withdrawn = ({ what, release, isAsked }: Words): Account => {
  // An approval is there as soon as the record of all decisions has been signed.
  const isApproved = release.approvedAt !== undefined;
  return {
    subject: 'Withdrawn',
    parts: [
      {
        look: 'lead',
        text: isApproved
          ? `The release of ${what} was approved, and has been withdrawn before it went to production. It will not go there.`
          : `The request to approve ${what} has been withdrawn.`,
      },
      { look: 'text', text: `Why: ${unlinked(withdrawalOf(release)?.explanation ?? '')}` },
      text(isAsked && !isApproved, CLOSED),
      text(isAsked && isApproved, 'There is nothing to do. What you decided stays on record.'),
      text(isAsked, 'If it is requested again, you will get a new link.'),
    ],
  };
};

const expired = (words: Words): Account => {
  if (words.release.state === 'production') return outOfDate(words);
  return words.release.approvedAt === undefined ? unanswered(words) : unpromoted(words);
};

const outOfDate = ({ what, release, isOwn, at }: Words): Account => ({
  subject: 'Approval expired',
  parts: [
    { look: 'lead', text: `The approval of ${what} has expired, and ${what} is still in production.` },
    text(true, `The approval was good until ${at(release.approvedUntil ?? release.updatedAt)}.`),
    text(true, 'It goes on serving. Once another release has taken its place, it cannot be rolled back to.'),
    text(isOwn, 'Request a new release, so that people decide about it again.'),
  ],
});

const unanswered = ({ what, release, request, approvals, isAsked, isOwn, nameOf, at }: Words): Account => {
  const silent = (request?.invitations ?? []).filter(
    ({ personId }) => !approvals.some(({ approverId }) => approverId === personId),
  );
  return {
    subject: 'Expired',
    parts: [
      { look: 'lead', text: `${what} was not approved in time, and will not go to production.` },
      text(true, `The deadline was ${at(request?.expiresAt ?? release.updatedAt)}. Waiting never approves anything.`),
      text(silent.length > 0, 'These people were asked, and did not decide:'),
      list(silent.map(({ personId, role }) => `${nameOf(personId)}, ${roleInSentence(role)}`)),
      text(isOwn, AGAIN),
      text(isAsked, CLOSED),
    ],
  };
};

const unpromoted = ({ what, release, isOwn, at }: Words): Account => ({
  subject: 'Approval expired',
  parts: [
    { look: 'lead', text: `${what} was approved, but did not go to production in time. It will not go there.` },
    text(true, `The approval was good until ${at(release.approvedUntil ?? release.updatedAt)}.`),
    text(isOwn, AGAIN),
  ],
});

const notDeployed = (words: Words): Account => {
  const { what, release, isOwn } = words;
  return {
    subject: 'Not deployed',
    parts: [
      { look: 'lead', text: `${what} was approved, and the attempt to deploy it has failed. It is not in production.` },
      list(release.reasons.slice(0, REASONS_SHOWN).map(({ explanation }) => unlinked(explanation))),
      text(true, `The approval stands. ${inProductionNow(words)} ${whatServesInstead(words)}`),
      text(isOwn, `Find out why. Then an operator can try again: assay promote ${release.releaseId}`),
    ],
  };
};

/** A release that may still be behind its endpoint, or could not be taken from it, says so. */
const whatServesInstead = ({ release }: Words): string =>
  release.endpointConfigName !== undefined || isGivenUp(release)
    ? `Endpoint ${endpointNameOf(release)} has not been restored to that, and may serve something else.`
    : 'That is what serves.';

const inProductionNow = ({ release, pointer }: Words): string =>
  isServing(pointer)
    ? `In production now: ${pointer.releaseId}.`
    : `Nothing of ${release.modelName} is in production now.`;

const promoted = (words: Words): Account => {
  const { what, release, approvals, pointer, nameOf, at } = words;
  if (!isServing(pointer) || pointer.releaseId !== release.releaseId) {
    const since = `${what} went to production, and is not the one in production any more.`;
    return { subject: 'In production', parts: [{ look: 'lead', text: since }] };
  }
  const { fallbackReleaseId: former } = pointer;
  return {
    subject: 'In production',
    parts: [
      { look: 'lead', text: `${what} is in production.` },
      text(true, `It has served from endpoint ${endpointNameOf(release)} since ${at(pointer.since)}.`),
      text(
        true,
        former === ''
          ? `No other release of ${release.modelName} can be rolled back to: a rollback takes the model out of service.`
          : `It took the place of ${former}, which it can be rolled back to.`,
      ),
      text(true, `If it does harm, an operator takes it back: assay rollback ${release.modelName}`),
      text(approvals.length > 0, 'Approved by:'),
      list(
        approvals.map(
          ({ approverId, approverRole, actingFor, timestamp }) =>
            `${nameOf(approverId)}, ${roleInSentence(approverRole)}${actingFor === undefined ? '' : `, acting for ${nameOf(actingFor)}`}, on ${at(timestamp)}`,
        ),
      ),
      ...onConditions(words),
    ],
  };
};

const rolledBack = (words: Words): Account => {
  const { what, release, rollback, nameOf, at } = words;
  return {
    subject: 'Rolled back',
    parts: [
      { look: 'lead', text: `${what} was rolled back, and is not in production any more.` },
      { look: 'alert', text: rollback === undefined ? '' : whyRolledBack(rollback, nameOf) },
      text(true, `Rolled back on ${at(rollback?.executedAt ?? release.updatedAt)}.`),
      text(true, inProductionNow(words)),
      text(
        rollback !== undefined,
        `Nothing of ${release.modelName} goes to production until operators release the hold: assay holds release ${release.modelName}`,
      ),
    ],
  };
};

const whyRolledBack = ({ initiatedBy, reason, linkedIncident }: Rollback, nameOf: Words['nameOf']): string =>
  `${nameOf(initiatedBy)} asked for it: ${unlinked(reason)}${linkedIncident === '' ? '' : ` (incident ${unlinked(linkedIncident)})`}`;

export const ACCOUNTS: Readonly<Record<Outcome, (words: Words) => Account>> = {
  rejected,
  denied,
  changes_requested: changesRequested,
  withdrawn,
  approved_with_conditions: approvedWithConditions,
  suspended,
  renewed,
  not_renewed: notRenewed,
  expiring,
  expired,
  not_deployed: notDeployed,
  promoted,
  rolled_back: rolledBack,
};
