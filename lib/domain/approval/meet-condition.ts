import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { published } from '../change/published.ts';
import { readStanding } from '../change/read-standing.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { lifting } from '../change/suspending.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import type { Approval } from '../records/approval.ts';
import { conditionsSha256, type MetCondition } from '../records/condition.ts';
import { type Standing, type StandingCondition, standingConditions } from '../records/standing-conditions.ts';
import { CONDITION_OVERDUE } from '../records/suspension.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';

export type MeetingClaim = {
  readonly releaseId: string;
  readonly conditionId: string;
  /** Who says so, by directory id, and how they came in. Their role follows from the condition. */
  readonly actor: Pick<Actor, 'id' | 'auth'>;
  readonly reason: string;
};

type Meeting = { readonly condition: StandingCondition; readonly outcome: 'met' | 'known' };

/**
 * Afterwards it is on record that a condition of an approval was met, by whom and how. If it suspended the approval, that is
 * lifted in the same transaction. Saying so again changes nothing. Refuses everybody but the owner of the condition and
 * the person who approved on it.
 */
export const meetCondition = (
  claim: MeetingClaim,
  store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>,
  now: () => Instant,
): Promise<Meeting> =>
  untilCommitted(async () => {
    const release = await store.get('release', claim.releaseId);
    if (release === undefined) throw new Refusal('NotFound', `there is no release ${claim.releaseId}`);
    const [approvals, { met, suspensions }] = await Promise.all([
      store.list('approval', release.releaseId),
      readStanding(store, release),
    ]);
    const at = now();
    const conditions = standingConditions(approvals, met, at);
    const condition = conditions.find((one) => one.conditionId === claim.conditionId);
    if (condition === undefined) {
      throw new Refusal('NotFound', `the approval of ${release.releaseId} has no condition ${claim.conditionId}`);
    }
    const actor = actorOf(claim, condition);
    if (condition.met !== undefined) return { condition, outcome: 'known' };
    const meeting = meetingOf(claim, { release, condition, actor, at });
    const change = recordMeeting({ release, condition, actor, meeting, met, suspensions, approvals });
    await store.commit(expecting(change, ...approvals, ...suspensions), at);
    return { condition: { ...condition, status: 'met', met: { ...meeting, version: 1 } }, outcome: 'met' };
  });

/** An approver who is the owner as well acts as the owner: it is for them to do. */
const actorOf = ({ actor: { id, auth } }: MeetingClaim, { condition, approverId }: StandingCondition): Actor => {
  if (condition.owner_id === id) return { id, role: 'owner', auth };
  if (approverId === id) return { id, role: 'approver', auth };
  throw new Refusal(
    'NotAuthorized',
    `only ${condition.owner_id}, who is to meet it, or ${approverId}, who approved on it, may say that it is met`,
  );
};

type Met = {
  readonly release: Release;
  readonly condition: StandingCondition;
  readonly actor: Actor;
};

const meetingOf = (
  { reason }: MeetingClaim,
  { release, condition, actor, at }: Met & { readonly at: Instant },
): MetCondition => ({
  entity: 'met_condition',
  version: 0,
  releaseId: release.releaseId,
  conditionId: condition.conditionId,
  conditionSha256: conditionsSha256([condition.condition]),
  metBy: actor.id,
  metAs: actor.role,
  reason,
  metAt: at,
});

type Recorded = Met &
  Standing & {
    readonly meeting: MetCondition;
    readonly approvals: readonly Approval[];
  };

const recordMeeting = (recorded: Recorded): Change => {
  const { release, condition, actor, meeting, met, suspensions, approvals } = recorded;
  const { conditionId, metAt } = meeting;
  const { suspendedSince } = release;
  const { after, isReinstated, ...written } = lifting(release, {
    approvals,
    met: [...met, meeting],
    suspensions,
    isLifted: ({ kind, causeId }) => kind === CONDITION_OVERDUE && causeId === conditionId,
    by: actor.id,
    now: metAt,
  });
  return {
    model: release.modelName,
    event: releaseEvent(after, actor, {
      event_type: isReinstated ? 'approval_reinstated' : 'condition_met',
      idempotency_key: `${release.releaseId}:met:${conditionId}:${meeting.conditionSha256}`,
      reason: meeting.reason,
      details: {
        condition_id: conditionId,
        approver_id: condition.approverId,
        owner_id: condition.condition.owner_id,
        due_at: condition.condition.due_at,
        ...(suspendedSince === undefined ? {} : { suspended_since: suspendedSince }),
      },
    }),
    writes: [{ kind: 'create', entity: meeting }, ...written.writes],
    intents: [...written.intents, ...(isReinstated ? [] : [published('Condition Met', after)])],
  };
};
