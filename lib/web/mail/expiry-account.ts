/** What people hear before the approval of what serves ends: when, what happens then, and what to do until then. */
import { requireEstablished } from '../../domain/release/release.ts';
import { type Account, text, type Words } from './account.ts';

export const expiring = ({ what, release, isOwn, at }: Words): Account => {
  const { days, until } = requireEstablished(release, 'expiryWarning');
  const left = days === 1 ? '1 day' : `${days} days`;
  return {
    subject: `Approval ends within ${left}`,
    parts: [
      { look: 'lead', text: `The approval of ${what}, which is in production, ends within ${left}.` },
      text(true, `It is good until ${at(until)}.`),
      text(
        true,
        'Then it goes on serving, but with no approval in force: the gate denies it, an alert is raised, and once another release has taken its place, it cannot be rolled back to.',
      ),
      text(isOwn, 'Request a new release in time, so that people decide about it again: assay submit'),
      text(!isOwn, 'There is nothing to decide yet. If a new release is requested, you will get a link.'),
    ],
  };
};
