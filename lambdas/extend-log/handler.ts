import * as z from 'zod';
import { noteTampering } from '../../lib/adapters/dynamodb-event-counts.ts';
import { dynamodbLogRows } from '../../lib/adapters/dynamodb-log-rows.ts';
import { kmsLogSigner, kmsPublicKey } from '../../lib/adapters/kms-signer.ts';
import { putLedgerObject, putLedgerRows } from '../../lib/adapters/s3-ledger-store.ts';
import { publishAttestationKey, publishDecisionKey } from '../../lib/domain/attestation/decision-key.ts';
import { keepLogAlive } from '../../lib/domain/attestation/heartbeat.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { checkpointKey, signCheckpoint } from '../../lib/domain/ledger/checkpoint.ts';
import { extendLog } from '../../lib/domain/ledger/extend-log.ts';
import { gatherAccess } from '../../lib/domain/ledger/gather-access.ts';
import { daysOf, type RetentionClass } from '../../lib/domain/ledger/retention-class.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('ExtendLog', env.TABLE_NAME);
const { log, accesses, count } = dynamodbLogRows(env.TABLE_NAME);
const signer = { ...kmsLogSigner(env.LOG_KEY_ID), ...kmsPublicKey(env.LOG_KEY_ID) };
const decisionKey = kmsPublicKey(env.DECISION_KEY_ID);
const attestationKey = kmsPublicKey(env.ATTESTATION_KEY_ID);
/** Their rows are never taken back, so that they are looked for once in the life of a container. */
let areKeysPublished = false;
const days = { longest: env.AUDIT_RETENTION_DAYS, classes: env.AUDIT_RETENTION_CLASSES };
const lockedFor = (name?: RetentionClass) => ({
  bucket: env.AUDIT_BUCKET,
  retention: { mode: env.LOCK_MODE, days: daysOf(name, days) },
});
/** What proves everything else is kept as long as anything. */
const locked = lockedFor();

const tampered = async (what: readonly string[]): Promise<void> => {
  logger.error('the table was tampered with', { what: [...what] });
  await noteTampering(env.TABLE_NAME, now());
};

/** The log's one writer, woken every minute and after a promotion or a rollback. */
export const handler = governedHandler(z.unknown(), async () => {
  // Read in one call with the state of the log. It is replaced only as it was read.
  const gathered = accesses.state();
  gathered.catch(() => undefined);
  const extent = await untilCommitted(() =>
    extendLog({
      log,
      event: store.event,
      recorded: store.recorded,
      publish: async ({ bundle, rows, checkpoint }) => {
        const [, other] = await Promise.all([
          putLedgerObject({ ...locked, ...bundle }),
          rows && putLedgerRows({ ...locked, ...rows }),
        ]);
        if (other !== undefined) await tampered([other.message]);
        const bytes = await signCheckpoint({ origin: env.LOG_ORIGIN, ...checkpoint }, signer);
        await putLedgerObject({ ...locked, key: checkpointKey(checkpoint.size), bytes });
      },
      tampered,
      count,
    }),
  );
  // After the log was extended: the publications are covered by the next checkpoint, when no decision of a former version is
  // under way any more.
  if (!areKeysPublished) {
    await publishDecisionKey(decisionKey, store, now);
    await publishAttestationKey(attestationKey, store, now);
  }
  areKeysPublished = true;
  await keepLogAlive(extent, store, now);
  // Last: what cannot be gathered must not keep the log from being signed.
  await gatherAccess({
    rows: { ...accesses, state: () => gathered },
    put: (object) => putLedgerObject({ ...lockedFor('access'), ...object }),
    tampered,
    now,
  });
  return extent;
});
