import { randomBytes } from 'node:crypto';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as z from 'zod';
import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { kmsMacVerifier } from '../../lib/adapters/kms-link-mac.ts';
import { kmsPublicKey, kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { readKept } from '../../lib/adapters/s3-evidence-store.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { pageStoreOf } from '../../lib/runtime/release-store.ts';
import { serveApproval } from './app.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

const respond = handle(
  serveApproval({
    store: pageStoreOf('ServeApproval', env.TABLE_NAME),
    directory: directoryAt(env),
    readKept: (sha256, maxBytes) => readKept(env.EVIDENCE_BUCKET, sha256, maxBytes),
    mac: kmsMacVerifier(env.LINK_KEY_ID),
    signer: { ...kmsSigner(env.DECISION_KEY_ID), ...kmsPublicKey(env.DECISION_KEY_ID) },
    now,
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
  }),
);

/** API Gateway made this event, so its fields need no further check before Hono reads them. */
const HttpEvent = z.custom<LambdaEvent>((event) => typeof event === 'object' && event !== null);

/** Shows an approver what they are asked to decide, takes their decision, and signs it: no other Lambda can. */
export const handler = governedHandler(HttpEvent, (event) => respond(event));
