import { type Outcome, outcomesOf } from '../../domain/release/outcome.ts';
import { inZoneAndUtc, oneLine } from '../parts/wording.ts';
import type { OutcomeFacts } from './account.ts';
import { type MailText, mailOf } from './mail-body.ts';
import { ACCOUNTS } from './outcome-accounts.ts';

export type OutcomeMailInput = OutcomeFacts & {
  readonly outcome: Outcome;
  /** Names by person id, for those who are in the directory. */
  readonly names: ReadonlyMap<string, string>;
};

/** The mail that tells one person what became of a release that they requested, or were asked about. */
export const outcomeMail = ({ outcome, names, ...facts }: OutcomeMailInput): MailText => {
  const { person, release, request } = facts;
  const what = oneLine(`${release.modelName} ${release.modelVersion}`);
  const isOwn = isMaker(facts);
  const isAsked = request?.invitations.some(({ personId }) => personId === person.id) ?? false;
  const { subject, parts } = ACCOUNTS[accountOf(outcome, release)]({
    ...facts,
    what,
    isOwn,
    isAsked,
    nameOf: (id) => oneLine(names.get(id) ?? id),
    at: (instant) => inZoneAndUtc(instant, person.time_zone),
  });
  return mailOf({
    subject: `${subject}: ${what}`,
    name: oneLine(person.name),
    parts: [
      ...parts,
      { look: 'facts', facts: [['Release', release.releaseId]] },
      {
        look: 'small',
        text: `You received this mail because you ${whyWritten({ ...facts, isOwn, isAsked })}.`,
      },
    ],
  });
};

/** A message that a former version noted calls a release rejected that a person asked to be changed. */
const accountOf = (outcome: Outcome, release: OutcomeFacts['release']): Outcome =>
  outcome === 'rejected' && outcomesOf(release).includes('changes_requested') ? 'changes_requested' : outcome;

const whyWritten = ({
  person,
  conditions,
  isOwn,
  isAsked,
}: OutcomeFacts & Record<'isOwn' | 'isAsked', boolean>): string => {
  if (isOwn) return 'requested this release';
  const isOwner = conditions.some(({ condition }) => condition.owner_id === person.id);
  return isOwner && !isAsked ? 'have a condition of its approval to meet' : 'were asked to decide about this release';
};

const isMaker = ({ person: { id, logins = [] }, release }: OutcomeFacts): boolean =>
  [release.requestedBy, release.submittedBy].some((name) => name === id || logins.includes(name));
