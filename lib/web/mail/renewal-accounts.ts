/** What people hear when the approval of what serves was to be renewed. */
import { requireEstablished } from '../../domain/release/release.ts';
import { oneLine, unlinked } from '../parts/wording.ts';
import { type Account, list, text, type Words } from './account.ts';

export const renewed = ({ what, release, at }: Words): Account => ({
  subject: 'Approval renewed',
  parts: [
    {
      look: 'lead',
      text: `The approval of ${what}, which is in production, was renewed: nothing that it rests on has changed.`,
    },
    text(true, `It is good until ${at(requireEstablished(release, 'approvedUntil'))}.`),
    text(
      true,
      'Artifact, evidence, policy, and the roles of those who approved were compared. There is nothing to do.',
    ),
  ],
});

export const notRenewed = ({ what, release, isOwn, at }: Words): Account => {
  const { until, reasons } = requireEstablished(release, 'renewalRefused');
  return {
    subject: 'Approval not renewed',
    parts: [
      {
        look: 'lead',
        text: `The approval of ${what}, which is in production, was not renewed. It ends on ${at(until)}.`,
      },
      text(true, 'Why:'),
      list(reasons.map(({ rule, explanation }) => `${oneLine(rule)}: ${unlinked(explanation)}`)),
      text(
        true,
        'After that it goes on serving, but with no approval in force: the gate denies it, an alert is raised, and once another release has taken its place, it cannot be rolled back to.',
      ),
      text(isOwn, 'Request a new release, so that it is checked and people decide about it again: assay submit'),
      text(true, `If that is mended before the end: assay renew ${release.releaseId}`),
    ],
  };
};
