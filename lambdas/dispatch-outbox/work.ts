import { randomBytes } from 'node:crypto';
import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { dynamodbDispatching } from '../../lib/adapters/dynamodb-leases.ts';
import { awaitLogging, isShipped } from '../../lib/adapters/dynamodb-log-store.ts';
import { noteNotices, noteSlackMessage } from '../../lib/adapters/dynamodb-notices.ts';
import { dynamodbOutbox, type OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { findSentMail } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { publishEvent } from '../../lib/adapters/eventbridge-publisher.ts';
import { kmsMacMaker } from '../../lib/adapters/kms-link-mac.ts';
import { invokeRenewal } from '../../lib/adapters/lambda-renewal.ts';
import { shipEvent } from '../../lib/adapters/s3-ledger-store.ts';
import type { Mail } from '../../lib/adapters/ses-mailer.ts';
import { isAtOnce } from '../../lib/domain/change/carried-out.ts';
import { kindAt } from '../../lib/domain/change/partitions.ts';
import { ReleaseId } from '../../lib/domain/identifiers.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { slackSenderAt } from '../../lib/runtime/slack-sender.ts';
import { dispatch, dispatchAtOnce, noteDone, settled } from './dispatch.ts';
import { Env } from './env.ts';
import { answerMailEvent } from './mail-events.ts';
import { notedBeside } from './noted-beside.ts';
import { perform } from './perform.ts';
import { settingsOf } from './settings.ts';
import { shipTogether } from './ship-together.ts';
import { raiseSignal } from './signals.ts';
import type { Tools } from './tools.ts';
import { sendTrackedMail } from './tracked-mail.ts';

const env = readEnv(Env);
const outbox = dynamodbOutbox(env.TABLE_NAME);
const { leases, shipping } = dynamodbDispatching(env.TABLE_NAME);
const settings = settingsOf(env);
const renewal = invokeRenewal(env.RENEWAL_FUNCTION);
const tools: Omit<Tools, 'sendTracked' | 'askInSlack'> = {
  store: releaseStoreOf('DispatchOutbox', env.TABLE_NAME),
  directory: directoryAt(env),
  mac: kmsMacMaker(env.LINK_KEY_ID),
  isShipped: (model, seq) => isShipped(env.TABLE_NAME, model, seq),
  awaitLogging: (sealed) => awaitLogging(env.TABLE_NAME, sealed),
  notify: (model, notices) => noteNotices(env.TABLE_NAME, model, notices, now()),
  renew: (releaseId) => renewal({ releaseId: ReleaseId.parse(releaseId), act: 'due' }),
  redrive: (key) => outbox.redrive(key, now()),
  nextNonce: () => randomBytes(16).toString('base64url'),
  slack: slackSenderAt(env, now),
  settings,
  now,
};

/** The rows that are due. */
export const dueRows = (): Promise<OutboxKey[]> => outbox.due(now());

/**
 * Carries out what these rows say. Events ship together, and are noted with what was carried out at once beside them; everything else
 * is dispatched by itself.
 */
export const carryOut = async (keys: readonly OutboxKey[]): Promise<void> => {
  const by = (isOf: (kind: string | undefined) => boolean) => keys.filter(({ pk }) => isOf(kindAt(pk)));
  const [events, signals] = [by((kind) => kind === 'ship_event'), by(isAtOnce)];
  const others = by((kind) => kind !== 'ship_event' && !isAtOnce(kind));
  const beside = notedBeside(dispatchAtOnce(signals, work), shipping);
  const shipped = shipTogether(events, { ...together, shipping: { ...shipping, note: beside.note } });
  await settled([
    shipped.then(async (left) => settled([noteDone(await beside.left(), work), dispatch(left, work)])),
    dispatch(others, work),
  ]);
};

/** Acts on what SES says became of a mail. */
export const hearOfMail = (detail: Parameters<typeof answerMailEvent>[0]): Promise<void> =>
  answerMailEvent(detail, { ...tools, findSentMail: (key) => findSentMail(env.TABLE_NAME, key) });

const together: Omit<Parameters<typeof shipTogether>[1], 'shipping'> = {
  put: (sealed) => shipEvent(sealed, settings.auditBucket, settings.retention),
  now,
  onFailure: (error) => {
    leaveOutValues(error);
    logger.warn('events not shipped together', { error: String(error) });
  },
};

const work: Parameters<typeof dispatch>[1] = {
  outbox: { ...outbox, ...leases },
  perform: async (intent, row) => {
    let messageId: string | undefined;
    const sendTracked = async (mail: Mail): Promise<void> => {
      messageId = await sendTrackedMail(mail, { ...settings, row });
    };
    const askInSlack: Tools['askInSlack'] = (asked) => noteSlackMessage(env.TABLE_NAME, row, asked, now());
    await perform(intent, { ...tools, sendTracked, askInSlack });
    return messageId;
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
};
