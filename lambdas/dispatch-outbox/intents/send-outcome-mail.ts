import { sendMail } from '../../../lib/adapters/ses-mailer.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { findPerson } from '../../../lib/domain/policy/directory-record.ts';
import { withdrawalOf } from '../../../lib/domain/release/release.ts';
import { outcomeMail } from '../../../lib/web/mail/outcome-mail.ts';
import type { Performer } from '../tools.ts';

/** Tells one person who was asked that the request has been withdrawn. */
export const sendOutcomeMail: Performer<'send_outcome_mail', 'store' | 'directory' | 'settings'> = async (
  { requestId, personId },
  { store, directory, settings },
) => {
  const request = await requireFound(store.get('request', requestId), requestId);
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  const reason = withdrawalOf(release);
  const person = findPerson(await directory(), personId);
  // The person has left the directory: there is nobody to tell.
  if (reason === undefined || person === undefined) return;
  await sendMail(settings.mailFrom, { to: person.email, ...outcomeMail({ person, request, release, reason }) });
};
