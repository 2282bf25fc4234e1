import { type Outcome, outcomesOf } from '../../domain/release/outcome.ts';
import { inZoneAndUtc, oneLine } from '../parts/wording.ts';
import { type MailText, mailOf } from './mail-body.ts';
import { ACCOUNTS, type OutcomeFacts } from './outcome-accounts.ts';

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
  const { subject, parts } = ACCOUNTS[accountOf(outcome, release)]({
    ...facts,
    what,
    isOwn,
    isAsked: request?.invitations.some(({ personId }) => personId === person.id) ?? false,
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
        text: `You received this mail because you ${isOwn ? 'requested this release' : 'were asked to decide about this release'}.`,
      },
    ],
  });
};

/** A message that a former version noted calls a release rejected that a person asked to be changed. */
const accountOf = (outcome: Outcome, release: OutcomeFacts['release']): Outcome =>
  outcome === 'rejected' && outcomesOf(release).includes('changes_requested') ? 'changes_requested' : outcome;

const isMaker = ({ person: { id, logins = [] }, release }: OutcomeFacts): boolean =>
  [release.requestedBy, release.submittedBy].some((name) => name === id || logins.includes(name));
