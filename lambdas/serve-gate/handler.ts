import { setTimeout } from 'node:timers/promises';
import { handle } from 'hono/aws-lambda';
import { dynamodbGateAnswers } from '../../lib/adapters/dynamodb-gate-answers.ts';
import { noteReading } from '../../lib/adapters/dynamodb-readings.ts';
import { kmsPublicKey, kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { WAIT_MS } from '../../lib/domain/gate/sign-once.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { freezesOf } from '../../lib/runtime/freezes.ts';
import { renewalReader } from '../../lib/runtime/kept-renewal.ts';
import { readLog } from '../../lib/runtime/note-reads.ts';
import { releaseReaderOf } from '../../lib/runtime/release-store.ts';
import { findServed } from '../../lib/runtime/served.ts';
import { serveGate } from './app.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseReaderOf(env.TABLE_NAME);

/** The gateway gives up after 30 seconds. */
const PATIENCE_MS = 20_000;

export const handler = handle(
  serveGate({
    environment: env.ENVIRONMENT,
    store,
    findDepartures: async (release) => (await findServed(release, env)).departures,
    findFreezes: freezesOf(env),
    readRenewal: renewalReader(store, kmsPublicKey(env.ATTESTATION_KEY_ID).publicKeyPem),
    decisionKeyPem: kmsPublicKey(env.DECISION_KEY_ID).publicKeyPem,
    signer: kmsSigner(env.ATTESTATION_KEY_ID),
    answers: dynamodbGateAnswers(env.TABLE_NAME),
    pause: () => setTimeout(WAIT_MS),
    directory: directoryAt(env),
    now,
    noteRead: readLog(noteReading(env.TABLE_NAME), now),
    patienceMs: PATIENCE_MS,
  }),
);
