import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { handle } from 'hono/aws-lambda';
import { lookReader } from '../../lib/adapters/dynamodb-fleet.ts';
import { readLogState } from '../../lib/adapters/dynamodb-log-state.ts';
import { dynamodbOnces } from '../../lib/adapters/dynamodb-once.ts';
import { parkedAt, parkedIntents, parkedPage } from '../../lib/adapters/dynamodb-parked.ts';
import { noteReading } from '../../lib/adapters/dynamodb-readings.ts';
import { orderReverification } from '../../lib/adapters/lambda-canaries.ts';
import { invokeRenewal } from '../../lib/adapters/lambda-renewal.ts';
import { readKept } from '../../lib/adapters/s3-evidence-store.ts';
import { findShape } from '../../lib/adapters/sagemaker-endpoints.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt, modelBucketsAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { breakGlassRuleOf, freezesOf } from '../../lib/runtime/freezes.ts';
import { intakeWorld } from '../../lib/runtime/intake-world.ts';
import { readLog } from '../../lib/runtime/note-reads.ts';
import { listingStoreOf } from '../../lib/runtime/release-store.ts';
import { serveApi } from './app.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const openApiFile = join(import.meta.dirname, env.OPENAPI_FOLDER, 'openapi.json');

export const handler = handle(
  serveApi({
    store: listingStoreOf('ServeApi', env.TABLE_NAME),
    world: intakeWorld('ServeApi', env, env.DOOR_PATIENCE_MS),
    directory: directoryAt(env),
    now,
    noteRead: readLog(noteReading(env.TABLE_NAME), now),
    findFreezes: freezesOf(env),
    breakGlassRule: breakGlassRuleOf(env),
    findShape,
    modelBuckets: modelBucketsAt(env, env.ACCOUNT_ID),
    parked: () => parkedIntents(env.TABLE_NAME),
    parkedAt: (rowId) => parkedAt(env.TABLE_NAME, rowId),
    parkedPage: (page) => parkedPage(env.TABLE_NAME, page),
    lastLook: lookReader(env.TABLE_NAME),
    readLog: () => readLogState(env.TABLE_NAME),
    onces: dynamodbOnces(env.TABLE_NAME),
    document: () => readFile(openApiFile, 'utf8'),
    keys: { recordKeyId: env.RECORD_KEY_ID, attestationKeyId: env.ATTESTATION_KEY_ID },
    orderReverification: orderReverification(env.CANARIES_FUNCTION),
    renewal: invokeRenewal(env.RENEWAL_FUNCTION),
    readKept: (sha256, maxBytes) => readKept(env.EVIDENCE_BUCKET, sha256, maxBytes),
  }),
);
