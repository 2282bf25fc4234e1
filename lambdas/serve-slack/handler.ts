import { passOnTo } from '../../lib/adapters/lambda-slack-requests.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { slackDoorAt } from '../../lib/runtime/slack-door.ts';
import { answerSlack, HttpEvent } from './door.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const slack = slackDoorAt(env, now);
const passOn = passOnTo(env.DECIDER_NAME);

/** Takes what people press in Slack, and has it answered. */
export const handler = governedHandler(HttpEvent, async (event) => {
  if (slack === undefined) throw new Error('could not answer Slack: it is off in this deployment');
  const onRefused = (reason: string) => logger.warn('refused', { code: 'SlackRequestRefused', reason });
  return answerSlack(event, { ...slack, passOn, onRefused });
});
