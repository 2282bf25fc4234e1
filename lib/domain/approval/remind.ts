/** People who were asked and have not answered are reminded: once by Assay, and whenever an operator wants it. */
import type { Change } from '../change/change.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, PersonId } from '../identifiers.ts';
import type { Approval, ApprovalRequest, Invitation } from '../records/approval.ts';
import type { Release } from '../release/release.ts';
import { type Actor, ASSAY, releaseEvent } from '../release/release-event.ts';
import { askedNow } from './asked-now.ts';
import { readAsked } from './read-case.ts';
import { askingMail } from './stand-ins.ts';

/** Every invitation of people whose stage is open and whose decision is not there, or is not signed and so counts for nothing. */
export const unansweredOf = (
  request: Pick<ApprovalRequest, 'invitations' | 'stages'>,
  approvals: readonly Pick<Approval, 'approverId' | 'signed'>[],
): Invitation[] => {
  const decided = new Set(approvals.filter(({ signed }) => signed !== undefined).map(({ approverId }) => approverId));
  return askedNow(request).filter(({ personId }) => !decided.has(personId));
};

type Waiting = { readonly release: Release; readonly request: ApprovalRequest };

export const isWaiting = ({ release, request }: Waiting, now: Instant): boolean =>
  request.status === 'pending' && release.state === 'validated' && now < request.expiresAt;

/** Afterwards everybody who has not answered was reminded once. Nothing is committed where there is nobody left to remind. */
export const remindOnce = (
  requestId: string,
  { store, now }: { readonly store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>; readonly now: () => Instant },
): Promise<void> =>
  untilCommitted(async () => {
    const waiting = await readAsked(store, requestId);
    const approvals = await store.list('approval', waiting.release.releaseId);
    const at = now();
    const silent = unansweredOf(waiting.request, approvals).filter(({ remindedAt }) => remindedAt === undefined);
    if (!isWaiting(waiting, at) || silent.length === 0) return;
    const people = new Set(silent.map(({ personId }) => personId));
    const invitations = waiting.request.invitations.map((one) =>
      people.has(one.personId) ? { ...one, remindedAt: at } : one,
    );
    const { release, request } = waiting;
    await store.commit(
      {
        ...remind({ release, request, silent, actor: ASSAY, reason: 'no answer yet', now: at }),
        writes: [
          { kind: 'replace', entity: { ...request, invitations } },
          { kind: 'expect', entity: release },
        ],
      },
      at,
    );
  });

type Reminder = Waiting & {
  readonly silent: readonly Invitation[];
  readonly actor: Actor;
  readonly reason: string;
  readonly now: Instant;
};

/** Sends each of these people one more message, about the place in which they were asked last. It changes nothing else. */
export const remind = ({ release, request, silent, actor, reason, now }: Reminder): Change => {
  // Who was asked again, in another place, is needed there.
  const last = new Map<PersonId, Invitation>(silent.map((one) => [one.personId, one]));
  return {
    model: release.modelName,
    event: releaseEvent(release, actor, {
      event_type: 'approval_reminded',
      idempotency_key: `${request.requestId}:reminded:${actor.id}:${now}`,
      reason,
      details: { request_id: request.requestId, reminded: [...last.keys()] },
    }),
    writes: [
      { kind: 'expect', entity: request },
      { kind: 'expect', entity: release },
    ],
    intents: [...last.values()].map((invitation) => askingMail(request, invitation, 'reminder')),
  };
};
