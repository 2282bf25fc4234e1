import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as z from 'zod';
import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { alarmsOn } from '../../lib/adapters/cloudwatch-alarms.ts';
import { dynamodbAccessNotes } from '../../lib/adapters/dynamodb-access.ts';
import { readLook } from '../../lib/adapters/dynamodb-fleet.ts';
import { latestEvents } from '../../lib/adapters/dynamodb-latest-events.ts';
import { logIndexes } from '../../lib/adapters/dynamodb-log-index.ts';
import { readLogState } from '../../lib/adapters/dynamodb-log-state.ts';
import { parkedPage } from '../../lib/adapters/dynamodb-parked.ts';
import { noteReading } from '../../lib/adapters/dynamodb-readings.ts';
import { waitingReleases } from '../../lib/adapters/dynamodb-waiting.ts';
import { idTokenVerifier } from '../../lib/adapters/id-tokens.ts';
import { invokeQuestions } from '../../lib/adapters/lambda-questions.ts';
import { oidcIssuer } from '../../lib/adapters/oidc-issuer.ts';
import { readKept } from '../../lib/adapters/s3-evidence-store.ts';
import { findKept, originOf, presign } from '../../lib/adapters/s3-handouts.ts';
import { attestationVerifier } from '../../lib/runtime/attestation-reports.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt, policiesAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { freezesOf } from '../../lib/runtime/freezes.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { configurationOf } from '../../lib/runtime/issuer-address.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { ownerReader } from '../../lib/runtime/model-owner.ts';
import { readLog } from '../../lib/runtime/note-reads.ts';
import { recordVerifier } from '../../lib/runtime/record-problems.ts';
import type { ReadKept } from '../../lib/runtime/release-facts.ts';
import { listingStoreOf } from '../../lib/runtime/release-store.ts';
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

const readEvidence: ReadKept = (sha256, maxBytes) => readKept(env.EVIDENCE_BUCKET, sha256, maxBytes);

const respond = handle(
  serveConsole({
    issuer: oidcIssuer(client),
    verify: idTokenVerifier(client),
    client,
    directory: directoryAt(env),
    store: listingStoreOf('ServeConsole', env.TABLE_NAME),
    fleet: {
      lastLook: () => readLook(env.TABLE_NAME),
      waiting: (state, after) => waitingReleases(env.TABLE_NAME, after, state),
      log: () => readLogState(env.TABLE_NAME),
      latestEvents: (model, most) => latestEvents(env.TABLE_NAME, model, most),
      logIndexes: (model, seqs) => logIndexes(env.TABLE_NAME, model, seqs),
      parkedPage: (page) => parkedPage(env.TABLE_NAME, page),
      alarmsOn: () => alarmsOn(env.ENVIRONMENT),
    },
    findFreezes: freezesOf(env),
    environment: env.ENVIRONMENT,
    policies: policiesAt(env),
    questions: invokeQuestions(env.QUESTIONS_FUNCTION),
    recordProblems: recordVerifier({ record: env.RECORD_KEY_IDS, decision: env.DECISION_KEY_IDS }),
    attestationReport: attestationVerifier(env.ATTESTATION_KEY_ID),
    readKept: readEvidence,
    ownerOf: ownerReader(readEvidence),
    notes: dynamodbAccessNotes(env.TABLE_NAME),
    noteRead: readLog(noteReading(env.TABLE_NAME), now),
    handouts: {
      find: (copy) => findKept(env.EVIDENCE_BUCKET, copy),
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
