import * as z from 'zod';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { cut } from '../../lib/domain/cut.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);

/** Alarms that may roll back are named `assay/<model>/<symptom>`. Only the change to ALARM asks for a rollback. */
const AlarmStateChange = z.object({
  resources: z.array(z.string().max(2048)).min(1),
  detail: z.object({
    alarmName: z.string().regex(/^assay\/[A-Za-z0-9-]+\/.+$/),
    state: z.object({ value: z.string(), reason: z.string().default('') }),
  }),
});

export const handler = governedHandler(AlarmStateChange, async ({ resources, detail }) => {
  if (detail.state.value !== 'ALARM') return { outcome: 'ignored' };
  const [, modelName = '', symptom = ''] = detail.alarmName.split('/');
  const actor = { id: resources[0] ?? detail.alarmName, role: 'alarm', auth: 'eventbridge' };
  const reason = cut(`alarm ${symptom}: ${detail.state.reason}`, 1024);
  try {
    const { rollback, outcome } = await askRollback({ modelName, actor, reason, linkedIncident: '' }, store, now);
    return { outcome, rollbackId: rollback.rollbackId };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    // A person has to answer this alarm; a retry would change nothing.
    logger.critical('alarm could not roll back', { model: modelName, alarm: detail.alarmName, refusal: cause.message });
    return { outcome: 'refused' };
  }
});
