import * as z from 'zod';
import { cut } from '../../lib/domain/cut.ts';
import { Instant, ModelName } from '../../lib/domain/identifiers.ts';
import { madeReadable } from '../../lib/domain/readable.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { type Alarm, type AlarmAnswer, answerAlarm } from '../../lib/domain/serving/answer-alarm.ts';
import { alarmOfBreach } from '../../lib/domain/serving/breach-alarm.ts';
import { alarmOfRejection } from '../../lib/domain/serving/rejection-alarm.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('RequestRollback', env.TABLE_NAME);

/** CloudWatch writes `2026-11-28T14:49:51.120+0000`. Without it nobody knows which release an alarm is about. */
const ChangedAt = z
  .string()
  .transform((text) => text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  .pipe(z.iso.datetime({ offset: true }))
  .transform((text) => Instant.parse(new Date(text).toISOString()));

/** Alarms that may roll back are named so: several deployments may share an account. */
const ALARM_NAME = /^assay\/([a-z0-9-]+)\/([A-Za-z0-9-]+)\/(.+)$/;

/** Only the change into ALARM asks; OK asks nothing. */
const AlarmStateChange = z.object({
  resources: z.array(z.string().max(2048)).min(1),
  detail: z.object({
    alarmName: z.string().max(255),
    state: z.object({ value: z.string(), reason: z.string().default(''), timestamp: ChangedAt }),
  }),
});

/** Assay says it on its own bus. Only its role may use that source, and the table is read again. */
const PackageRejected = z.object({
  'detail-type': z.literal('Model Package Rejected'),
  source: z.literal('assay'),
  detail: z.object({ releaseId: z.string().max(64) }),
});

/** The same of what a monitor found. */
const MonitoringBreached = z.object({
  'detail-type': z.literal('Monitoring Breached'),
  source: z.literal('assay'),
  detail: z.object({ modelName: z.string().max(64) }),
});

const Event = z.union([PackageRejected, MonitoringBreached, AlarmStateChange]);

export const handler = governedHandler(Event, async (event) => {
  if ('source' in event) {
    const isOfMonitor = event['detail-type'] === 'Monitoring Breached';
    const alarm = await (isOfMonitor
      ? alarmOfBreach(event.detail.modelName, store)
      : alarmOfRejection(event.detail.releaseId, store));
    return alarm === undefined ? { outcome: 'ignored' } : answered(alarm);
  }
  const { resources, detail } = event;
  const { alarmName, state } = detail;
  if (state.value !== 'ALARM') return { outcome: 'ignored' };
  const [, environment, modelName = '', symptom = ''] = ALARM_NAME.exec(alarmName) ?? [];
  if (environment !== env.ENVIRONMENT) {
    const expected = `assay/${env.ENVIRONMENT}/<model>/<symptom>`;
    logger.warn('alarm refused: rename it', { alarm: alarmName, expected });
    return { outcome: 'refused' };
  }
  return answered({
    alarmId: resources[0] || alarmName,
    alarmState: state.value,
    changedAt: state.timestamp,
    modelName: ModelName.parse(modelName),
    reason: cut(madeReadable(`alarm ${symptom}: ${state.reason}`), 1024),
  });
});

const answered = async (alarm: Alarm): Promise<AlarmAnswer> => {
  const answer = await answerOf(alarm);
  // The answer to such an alarm is a person; trying again changes nothing.
  if (answer.outcome === 'refused') {
    logger.critical('alarm without a way back', { model: alarm.modelName, alarm: alarm.alarmId });
  }
  return answer;
};

const answerOf = async (alarm: Alarm): Promise<AlarmAnswer> => {
  try {
    return await answerAlarm(alarm, store, now);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    logger.warn('alarm refused', { alarm: alarm.alarmId, refusal: cause.message });
    return { outcome: 'refused' };
  }
};
