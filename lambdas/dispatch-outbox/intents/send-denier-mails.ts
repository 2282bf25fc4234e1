import { sendMail } from '../../../lib/adapters/ses-mailer.ts';
import { recordDroppedMail } from '../../../lib/domain/approval/drop-mail.ts';
import { namedDeniers } from '../../../lib/domain/approval/named-deniers.ts';
import { readFormerDecisionsOf } from '../../../lib/domain/change/read-former-decisions.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { findReachable } from '../../../lib/domain/policy/directory-record.ts';
import { denierMail } from '../../../lib/web/mail/denier-mail.ts';
import type { Performer } from '../tools.ts';

/** Tells people who denied this content or version before that the release names them as its makers, so that they are not asked. */
export const sendDenierMails: Performer<'send_denier_mails', 'store' | 'directory' | 'settings' | 'now'> = async (
  { requestId },
  { store, directory, settings, now },
) => {
  const request = await requireFound(store.get('request', requestId), requestId);
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  if (request.status !== 'pending') return;
  const named = namedDeniers(release, await readFormerDecisionsOf(store, release));
  const people = await directory();
  const deniers = new Map(named.map((one) => [one.denial.decidedBy, one]));
  for (const [id, denier] of deniers) {
    const person = findReachable(people, id);
    if (person === undefined)
      await recordDroppedMail(
        { releaseId: release.releaseId, personId: id, about: 'request' },
        { store, directory: people, now },
      );
    else await sendMail(settings.mailFrom, { to: person.email, ...denierMail({ person, request, release, denier }) });
  }
};
