import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as z from 'zod';
import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { dynamodbAccessNotes } from '../../lib/adapters/dynamodb-access.ts';
import { idTokenVerifier } from '../../lib/adapters/id-tokens.ts';
import { oidcIssuer } from '../../lib/adapters/oidc-issuer.ts';
import { findKept, originOf, presign } from '../../lib/adapters/s3-handouts.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { configurationOf } from '../../lib/runtime/issuer-address.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { readerOf } from '../../lib/runtime/release-store.ts';
import { serveConsole } from './app.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const client = {
  issuer: env.ISSUER,
  configuration: configurationOf(env.ISSUER),
  clientId: env.CLIENT_ID,
  scope: env.SCOPE,
  audience: env.AUDIENCE,
};

const respond = handle(
  serveConsole({
    issuer: oidcIssuer(client),
    verify: idTokenVerifier(client),
    client,
    directory: directoryAt(env),
    store: readerOf(env.TABLE_NAME),
    notes: dynamodbAccessNotes(env.TABLE_NAME),
    handouts: {
      find: (sha256) => findKept(env.EVIDENCE_BUCKET, sha256),
      presign,
      origin: () => originOf(env.EVIDENCE_BUCKET),
    },
    now,
    publicBaseUrl: env.PUBLIC_BASE_URL.replace(/\/+$/, ''),
    // No token, no code and no address of S3 is in a message of ours.
    onError: (error, status) => {
      if (status < 500) logger.warn('refused', { code: error.name, reason: error.message, status });
      else if (status === 503) logger.warn('a service did not answer', error);
      else {
        leaveOutValues(error);
        logger.error('fault', error);
      }
    },
  }),
);

/** API Gateway made this event, so its fields need no further check before Hono reads them. */
const HttpEvent = z.custom<LambdaEvent>((event) => typeof event === 'object' && event !== null);

/** Signs people in and out by the issuer, shows them who they are, and hands rows to those who may have them, on record. */
export const handler = governedHandler(HttpEvent, (event) => respond(event));
