import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { awaitLogging, isShipped } from '../../lib/adapters/dynamodb-log-store.ts';
import { noteNotice, noteSlackMessage } from '../../lib/adapters/dynamodb-notices.ts';
import { dynamodbOutbox, OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { findSentMail } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { publishEvent } from '../../lib/adapters/eventbridge-publisher.ts';
import { kmsMacMaker } from '../../lib/adapters/kms-link-mac.ts';
import type { Mail } from '../../lib/adapters/ses-mailer.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { slackSenderAt } from '../../lib/runtime/slack-sender.ts';
import { dispatch } from './dispatch.ts';
import { Env } from './env.ts';
import { answerMailEvent, MailEvent } from './mail-events.ts';
import { perform } from './perform.ts';
import { settingsOf } from './settings.ts';
import { raiseSignal } from './signals.ts';
import type { Tools } from './tools.ts';
import { sendTrackedMail } from './tracked-mail.ts';

const env = readEnv(Env);
const outbox = dynamodbOutbox(env.TABLE_NAME);
const settings = settingsOf(env);
const tools: Omit<Tools, 'sendTracked' | 'askInSlack'> = {
  store: releaseStoreOf('DispatchOutbox', env.TABLE_NAME),
  directory: directoryAt(env),
  mac: kmsMacMaker(env.LINK_KEY_ID),
  isShipped: (model, seq) => isShipped(env.TABLE_NAME, model, seq),
  awaitLogging: (sealed) => awaitLogging(env.TABLE_NAME, sealed),
  notify: (model, notice) => noteNotice(env.TABLE_NAME, model, notice, now()),
  redrive: (key) => outbox.redrive(key, now()),
  nextNonce: () => randomBytes(16).toString('base64url'),
  slack: slackSenderAt(env, now),
  settings,
  now,
};

const StreamKey = z
  .object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) })
  .transform(({ pk, sk }) => OutboxKey.parse({ pk: pk.S, sk: sk.S }));

/**
 * The stream sends the keys of new rows. The schedule sends none, and everything that is still due is dispatched. SES sends what
 * became of a mail.
 */
const WakeUp = z.union([
  z.object({ Records: z.array(z.object({ dynamodb: z.object({ Keys: StreamKey }) })) }),
  z.object({ source: z.literal('sweep') }),
  MailEvent,
]);

export const handler = governedHandler(WakeUp, async (event) => {
  if ('detail' in event) {
    await answerMailEvent(event.detail, { ...tools, findSentMail: (key) => findSentMail(env.TABLE_NAME, key) });
    return { batchItemFailures: [] };
  }
  const keys = 'Records' in event ? event.Records.map((record) => record.dynamodb.Keys) : await outbox.due(now());
  await dispatch(keys, {
    outbox,
    perform: (intent, row) => {
      const sendTracked = (mail: Mail) => sendTrackedMail(mail, { ...settings, table: env.TABLE_NAME, row });
      const askInSlack: Tools['askInSlack'] = (asked) => noteSlackMessage(env.TABLE_NAME, row, asked, now());
      return perform(intent, { ...tools, sendTracked, askInSlack });
    },
    now,
    random: Math.random,
    onFailure: (row, error, isParked) => {
      const data = { outbox_row: row.sk, intent: row.intent.kind, attempts: row.attempts + 1, error: String(error) };
      logger.warn(isParked ? 'outbox row failed for the last time' : 'outbox row postponed', data);
    },
    onParked: async ({ sk, intent: { kind } }) => {
      // Not by the outbox: what cannot be published would note another that cannot be.
      const detail = { row_id: sk.replaceAll('#', ':'), kind };
      await publishEvent(tools.settings.bus, 'Side Effect Parked', JSON.stringify(detail));
      await raiseSignal('Side Effect Parked', detail);
    },
  });
  return { batchItemFailures: [] };
});
