import * as z from 'zod';
import { Instant, ModelName, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import { stored, Word } from '../stored.ts';

/**
 * The answer to an alarm. Its id is made of the pointer's epoch, the alarm, the state that it changed to and the answer,
 * so each answer is there once, however often the alarm flaps or its message is delivered. The answer belongs to it,
 * because a message about an earlier release must not silence the same alarm about this one.
 */
export const AnsweredAlarm = stored({
  entity: z.literal('answered_alarm'),
  version: z.int().min(0),
  answerId: Sha256,
  modelName: ModelName,
  epoch: z.int().min(1),
  releaseId: ReleaseId,
  alarmId: z.string().min(1).max(2048),
  alarmState: z.string().min(1).max(64),
  changedAt: Instant,
  answer: Word,
  answeredAt: Instant,
});
export type AnsweredAlarm = z.infer<typeof AnsweredAlarm>;
export const answeredAlarmKind = defineKind(AnsweredAlarm, { partition: 'ALARM', of: ['answerId'], sort: 'META' });

type Question = Pick<AnsweredAlarm, 'modelName' | 'epoch' | 'alarmId' | 'alarmState' | 'answer'>;

export const answerId = ({ modelName, epoch, alarmId, alarmState, answer }: Question): Sha256 =>
  canonicalSha256([modelName, epoch, alarmId.toWellFormed(), alarmState.toWellFormed(), answer]);
