import type { Change } from '../change/change.ts';
import { recordRefusal } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, ModelName } from '../identifiers.ts';
import { type AnsweredAlarm, answerId } from '../records/answered-alarm.ts';
import type { ServingPointer } from '../records/pointer.ts';
import { NOTHING, type Rollback } from '../records/rollback.ts';
import type { Release } from '../release/release.ts';
import type { Actor } from '../release/release-event.ts';
import { again, fallbackOf, findWorkedOn, servingOf } from './ask-rollback.ts';
import { NO_FALLBACK, refuseToAsk, requestRollback } from './rollback-steps.ts';
import { strategyBeside } from './strategy-under-way.ts';

/** The message that an alarm changed its state. It may be a day late, and may arrive twice. */
export type Alarm = {
  readonly alarmId: string;
  readonly alarmState: string;
  readonly changedAt: Instant;
  readonly modelName: ModelName;
  readonly reason: string;
};

export type AlarmAnswer = {
  /**
   * `known`: a rollback was requested before. `refused`: there is no fallback, and the policy lets no alarm delete the
   * endpoint. `out_of_date`: it is about an earlier release.
   */
  readonly outcome: 'requested' | 'known' | 'refused' | 'out_of_date';
  readonly rollbackId?: string;
};

/**
 * Afterwards the alarm is answered: by a rollback of what was in production when the alarm went on, or by a refusal. Each
 * answer is given to an alarm once per pointer epoch and state; a message that would get it again changes nothing.
 */
export const answerAlarm = (alarm: Alarm, store: ReleaseStore, now: () => Instant): Promise<AlarmAnswer> =>
  untilCommitted(async () => {
    const serving = await servingOf(alarm.modelName, store);
    const { pointer, current, earlier } = serving;
    if ((await findWorkedOn(serving, store, now())) !== undefined) return { outcome: 'known', ...idOf(earlier) };
    const to = fallbackOf(pointer) ?? (await wayWithoutFallback(current, store));
    const { outcome, why } = judge(alarm, pointer, to);
    const id = answerId({ ...alarm, epoch: pointer.epoch, answer: outcome });
    const isAnswered = (await store.get('answered_alarm', id)) !== undefined;
    if (isAnswered) return outcome === 'requested' ? { outcome: 'known', ...idOf(earlier) } : { outcome };

    const at = now();
    const asked = { ...serving, actor: actorOf(alarm), reason: alarm.reason, linkedIncident: '', now: at };
    const requested =
      to === undefined || why !== ''
        ? undefined
        : requestRollback({ ...asked, strategy: await strategyBeside(alarm.modelName, store, at) }, to);
    const answered: AnsweredAlarm = {
      entity: 'answered_alarm',
      version: 0,
      answerId: id,
      modelName: alarm.modelName,
      epoch: pointer.epoch,
      releaseId: pointer.releaseId,
      alarmId: alarm.alarmId,
      alarmState: alarm.alarmState,
      changedAt: alarm.changedAt,
      answer: outcome,
      answeredAt: at,
    };
    const answering = (change: Change): Change => ({
      ...change,
      writes: [...change.writes, { kind: 'create', entity: answered }],
    });
    if (requested === undefined) {
      const refused = answering(refuseToAsk(asked, why, id));
      await recordRefusal(refused, { bound: 'rollback_of_alarm', by: [alarm.modelName], about: [id] }, store, at);
      return { outcome };
    }
    await store.commit(await again(answering(requested.change), { earlier, asker: 'alarms', now: at }, store), at);
    return { outcome, ...idOf(requested.rollback) };
  });

type To = Rollback['toReleaseId'] | undefined;

/** Where there is no fallback, only the policy of what serves can let an alarm delete the endpoint. */
const wayWithoutFallback = async ({ policySha256 }: Release, store: Pick<ReleaseStore, 'get'>): Promise<To> => {
  const kept = await store.get('policy', policySha256);
  return kept?.policy.alarm_may_roll_back_to_nothing === true ? NOTHING : undefined;
};

const judge = ({ changedAt }: Alarm, pointer: ServingPointer, to: To) => {
  if (changedAt <= pointer.since) {
    const why = `the alarm went on at ${changedAt}; ${pointer.releaseId} has been in production since ${pointer.since}`;
    return { outcome: 'out_of_date', why } as const;
  }
  if (to === undefined) return { outcome: 'refused', why: NO_FALLBACK } as const;
  return { outcome: 'requested', why: '' } as const;
};

const actorOf = ({ alarmId }: Alarm): Actor => ({ id: alarmId, role: 'alarm', auth: 'eventbridge' });

const idOf = (rollback: { readonly rollbackId: string } | undefined) => rollback && { rollbackId: rollback.rollbackId };
