import { isAskedNow } from '../../lib/domain/approval/asked-now.ts';
import { buildLink, payloadOf } from '../../lib/domain/approval/link.ts';
import { loweredDemands } from '../../lib/domain/approval/lowered-demands.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { readFormerDecisionsOf, withAnswered } from '../../lib/domain/change/read-former-decisions.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { findPerson, findReachable } from '../../lib/domain/policy/directory-record.ts';
import type { Approval } from '../../lib/domain/records/approval.ts';
import type { CheckRecord } from '../../lib/domain/records/check-record.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { ApprovalMailInput } from '../../lib/web/mail/approval-mail.ts';
import { readMeasuredGroups } from './measured-groups.ts';
import type { Tools } from './tools.ts';

export type AskedPerson = ApprovalMailInput & {
  /** What is stored under the name of the person. */
  readonly earlier: Approval | undefined;
};

/** Whose place in which request; without a role, the first of the person. */
type Place = {
  readonly requestId: string;
  readonly personId: string;
  readonly role?: string;
  readonly actingFor?: string;
  /** Why the person is told once more. */
  readonly again?: 'reminder' | 'resent';
};

/** Everything that one person is told when they are asked, with their link; undefined if there is nobody to ask any more. */
export const readAskedPerson = async (
  { requestId, personId, role, actingFor, again }: Place,
  { store, directory, mac, settings }: Pick<Tools, 'store' | 'directory' | 'mac' | 'settings'>,
): Promise<AskedPerson | undefined> => {
  const request = await requireFound(store.get('request', requestId), requestId);
  const invitation = request.invitations.find(
    (one) => one.personId === personId && (role === undefined || (one.role === role && one.actingFor === actingFor)),
  );
  const people = await directory();
  const person = findReachable(people, personId);
  // The person has left the directory, or was forgotten: there is nobody to ask.
  if (invitation === undefined || person === undefined) return undefined;
  // Nobody is asked before their stage is open, whoever noted it.
  if (!isAskedNow(request, invitation.role)) return undefined;
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  const requester = findPerson(people, request.requestedBy);
  const [earlier, former, checks, groups] = await Promise.all([
    store.get('approval', request.releaseId, personId),
    readFormerDecisionsOf(store, release),
    readChecks(store, release.releaseId),
    readMeasuredGroups(store, release),
  ]);
  // One that is signed was made after this was noted: nobody has to decide again.
  const unsigned = earlier?.signed === undefined ? earlier : undefined;
  const names = new Map(people.people.map(({ id, name }) => [id, name]));
  const lowered = await loweredBy(release, checks, store);
  const shown = await withAnswered(store, release, former);
  // After all reads: those for people who are asked at one moment are one call, as long as none of them waits for a code.
  const link = `${settings.publicBaseUrl}/a/${await buildLink(payloadOf(request, invitation), mac)}`;
  const asked = { person, invitation, again, request, release, checks, lowered, groups };
  return { ...asked, requester, unsigned, former: shown, names, link, earlier };
};

/** What a lower tier no longer asks for; the policy is read for that alone. */
const loweredBy = async (release: Release, checks: readonly CheckRecord[], store: Tools['store']) => {
  if (release.tierOverride === undefined) return undefined;
  const { policy } = await requireFound(store.get('policy', release.policySha256), release.policySha256);
  return loweredDemands({ release, policy, checks });
};
