import { sendMail } from '../../../lib/adapters/ses-mailer.ts';
import { isAskedNow } from '../../../lib/domain/approval/asked-now.ts';
import { buildLink, payloadOf } from '../../../lib/domain/approval/link.ts';
import { loweredDemands } from '../../../lib/domain/approval/lowered-demands.ts';
import { readChecks } from '../../../lib/domain/change/read-checks.ts';
import { readFormerDecisionsOf, withAnswered } from '../../../lib/domain/change/read-former-decisions.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { findPerson } from '../../../lib/domain/policy/directory-record.ts';
import type { CheckRecord } from '../../../lib/domain/records/check-record.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { readMeasuredGroups } from '../measured-groups.ts';
import type { Performer, Tools } from '../tools.ts';

/** Asks one person for a decision, with a link that is sent to nobody else. */
export const sendApprovalMail: Performer<'send_approval_mail', 'store' | 'directory' | 'mac' | 'settings'> = async (
  { requestId, personId, role, actingFor, again },
  { store, directory, mac, settings },
) => {
  const request = await requireFound(store.get('request', requestId), requestId);
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  const people = await directory();
  const invitation = request.invitations.find(
    (one) => one.personId === personId && (role === undefined || (one.role === role && one.actingFor === actingFor)),
  );
  const person = findPerson(people, personId);
  // The request has been decided meanwhile, or the person has left the directory: there is nobody to ask.
  if (request.status !== 'pending' || invitation === undefined || person === undefined) return;
  // Nobody is asked before their stage is open, whoever noted the mail.
  if (!isAskedNow(request, invitation.role)) return;
  const link = `${settings.publicBaseUrl}/a/${await buildLink(payloadOf(request, invitation), mac)}`;
  const requester = findPerson(people, request.requestedBy);
  const earlier = await store.get('approval', request.releaseId, personId);
  // One that is signed was made after this mail was noted: nobody has to decide again.
  const unsigned = earlier?.signed === undefined ? earlier : undefined;
  // Who has decided meanwhile need not hear of it once more.
  if (again !== undefined && earlier?.signed !== undefined) return;
  const [former, checks, groups] = await Promise.all([
    readFormerDecisionsOf(store, release),
    readChecks(store, release.releaseId),
    readMeasuredGroups(store, release),
  ]);
  const names = new Map(people.people.map(({ id, name }) => [id, name]));
  const lowered = await loweredBy(release, checks, store);
  const asked = { person, invitation, again, request, release, checks, lowered, groups };
  const shown = await withAnswered(store, release, former);
  const mail = approvalMail({ ...asked, requester, unsigned, former: shown, names, link });
  await sendMail(settings.mailFrom, { to: person.email, ...mail });
};

/** What a lower tier no longer asks for; the policy is read for that alone. */
const loweredBy = async (release: Release, checks: readonly CheckRecord[], store: Tools['store']) => {
  if (release.tierOverride === undefined) return undefined;
  const { policy } = await requireFound(store.get('policy', release.policySha256), release.policySha256);
  return loweredDemands({ release, policy, checks });
};
