/** What an operator does about messages that were lost: they are sent again. Nothing else changes. */

import type { Change, DueIntent } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { withinBound } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { Approval, ApprovalRequest } from '../records/approval.ts';
import { Refusal } from '../refusal.ts';
import { outcomesOf } from '../release/outcome.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { concernedByOutcome } from './concerned.ts';
import { isWaiting, remind, unansweredOf } from './remind.ts';
import { askingMail } from './stand-ins.ts';

export type MailClaim = {
  /** The id of the request, or of the release that it is about. */
  readonly id: string;
  readonly actor: Actor;
  readonly reason: string;
};

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>;
  readonly directory: () => Promise<DirectoryRecord>;
  readonly now: () => Instant;
};

/** What was sent, and to whom. */
export type Sent = { readonly release: Release; readonly about: string; readonly people: readonly string[] };

/**
 * Afterwards those who have not decided get their links again; of a release that has ended, or gone to production, everybody whom that
 * concerns gets the message about it again. Twelve times a day for each release, because each is an event that stays.
 */
export const resendMails = (claim: MailClaim, world: World): Promise<Sent> =>
  act(claim, world, (found, directory, now) => {
    const { release, request } = found;
    if (request !== undefined && isWaiting({ release, request }, now)) {
      const silent = unansweredOf(request, found.approvals);
      const mails = silent.map((invitation) => askingMail(request, invitation, 'resent'));
      return { about: 'request', people: silent.map(({ personId }) => personId), intents: mails };
    }
    // An outcome that concerns nobody, as an approval on no condition, is none to send again.
    const last = outcomesOf(release)
      .map((outcome) => ({ outcome, people: concernedByOutcome(outcome, found, directory).map(({ id }) => id) }))
      .findLast(({ people }) => people.length > 0);
    if (last === undefined) return { about: 'nothing', people: [], intents: [] };
    const { outcome, people } = last;
    const { releaseId } = release;
    return {
      about: outcome,
      people,
      intents: people.map((personId) => ({ intent: { kind: 'send_notice', releaseId, outcome, personId } })),
    };
  });

/** Afterwards those who have not decided are reminded, within the same bound. */
export const remindPeople = (claim: MailClaim, world: World): Promise<Sent> =>
  act(claim, world, (found, _, now) => {
    const { release, request } = found;
    if (request === undefined || !isWaiting({ release, request }, now)) throw nothingToSend(release);
    const silent = unansweredOf(request, found.approvals);
    const { actor, reason } = claim;
    const change = remind({ release, request, silent, actor, reason, now });
    return { about: 'reminder', people: silent.map(({ personId }) => personId), intents: change.intents, change };
  });

type Found = {
  readonly release: Release;
  readonly request: ApprovalRequest | undefined;
  readonly approvals: readonly Approval[];
};
type Mails = {
  readonly about: string;
  readonly people: readonly string[];
  readonly intents: readonly DueIntent[];
  readonly change?: Change;
};

const act = (
  { id, actor, reason }: MailClaim,
  { store, directory, now }: World,
  mailsOf: (found: Found, directory: DirectoryRecord, now: Instant) => Mails,
): Promise<Sent> =>
  untilCommitted(async () => {
    const found = await find(id, store);
    const { release, request } = found;
    const at = now();
    const mails = mailsOf(found, await directory(), at);
    const people = [...new Set(mails.people)];
    if (people.length === 0) throw nothingToSend(release);
    const change = mails.change ?? {
      model: release.modelName,
      event: releaseEvent(release, actor, {
        event_type: 'mails_resent',
        idempotency_key: `${release.releaseId}:mails_resent:${actor.id}:${at}`,
        reason,
        details: { about: mails.about, people },
      }),
      writes: [{ kind: 'expect' as const, entity: release }],
      intents: mails.intents,
    };
    const place = { bound: 'mails' as const, by: [release.releaseId] };
    await store.commit(expecting(await withinBound(change, place, store, at), request), at);
    return { release, about: mails.about, people };
  });

const find = async (id: string, store: World['store']): Promise<Found> => {
  const named = await store.get('request', id);
  const releaseId = named?.releaseId ?? id;
  const [release, approvals] = await Promise.all([store.get('release', releaseId), store.list('approval', releaseId)]);
  if (release === undefined) throw new Refusal('NotFound', `there is no request and no release ${id}`);
  const { approvalRequestId } = release;
  const request = approvalRequestId === undefined ? undefined : await store.get('request', approvalRequestId);
  return { release, request, approvals };
};

const nothingToSend = ({ releaseId, state }: Release): Refusal =>
  new Refusal(
    'RequestNotPending',
    `nothing was sent: ${releaseId} is ${state}, and nobody waits for a message about it`,
  );
