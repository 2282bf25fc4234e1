import { randomBytes } from 'node:crypto';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as z from 'zod';
import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { noteReading } from '../../lib/adapters/dynamodb-readings.ts';
import { kmsMacVerifier } from '../../lib/adapters/kms-link-mac.ts';
import { kmsPublicKey, kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { readKept } from '../../lib/adapters/s3-evidence-store.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { readLog } from '../../lib/runtime/note-reads.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { slackDoorAt } from '../../lib/runtime/slack-door.ts';
import { answerSlack } from './answer-slack.ts';
import { serveApproval } from './app.ts';
import { Env } from './env.ts';
import type { ApprovalWorld } from './world.ts';

const env = readEnv(Env);

const world: ApprovalWorld = {
  store: releaseStoreOf('ServeApproval', env.TABLE_NAME),
  directory: directoryAt(env),
  readKept: (sha256, maxBytes) => readKept(env.EVIDENCE_BUCKET, sha256, maxBytes),
  mac: kmsMacVerifier(env.LINK_KEY_ID),
  signer: { ...kmsSigner(env.DECISION_KEY_ID), ...kmsPublicKey(env.DECISION_KEY_ID) },
  now,
  noteRead: readLog(noteReading(env.TABLE_NAME), now),
  nextNonce: () => randomBytes(24).toString('base64url'),
  publicBaseUrl: env.PUBLIC_BASE_URL,
  // The message of a refusal carries ids only, never the link or anything that was typed.
  onError: (error, status) => {
    if (status < 500) logger.warn('refused', { code: error.name, reason: error.message, status });
    else {
      leaveOutValues(error);
      logger.error('fault', error);
    }
  },
};

const respond = handle(serveApproval(world));

const slack = slackDoorAt(env, now);

/** API Gateway made this event, so its fields need no further check before Hono reads them. */
const HttpEvent = z.custom<LambdaEvent>((event) => typeof event === 'object' && event !== null);

/** A request of Slack, as ServeSlack passes it on. */
const SlackEvent = z.strictObject({
  slack: z.strictObject({
    timestamp: z.string(),
    signature: z.string(),
    body: z.string().transform((text) => Buffer.from(text, 'base64')),
  }),
});

/** Shows an approver what they are asked to decide, takes their decision, and signs it: no other Lambda can. */
export const handler = governedHandler(z.union([SlackEvent, HttpEvent]), async (event) => {
  if (!('slack' in event)) return respond(event);
  if (slack === undefined) throw new Error('could not answer Slack: it is off in this deployment');
  return answerSlack(event.slack, { ...world, ...slack });
});
