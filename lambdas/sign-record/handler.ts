import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { keepRecord } from '../../lib/adapters/s3-record-store.ts';
import { envelopeBytes, signEnvelope } from '../../lib/domain/attestation/envelope.ts';
import { governanceRecord } from '../../lib/domain/attestation/record.ts';
import { statementBytes } from '../../lib/domain/attestation/statement.ts';
import { recordApproved } from '../../lib/domain/release/promotion.ts';
import { established } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { existing, releaseStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = dynamodbReleaseStore(env.TABLE_NAME);
const signer = kmsSigner(env.RECORD_KEY_ID);
const lockedIn = { bucket: env.EVIDENCE_BUCKET, retention: { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS } };

export const handler = releaseStep(store, async (release) => {
  if (release.recordSha256 !== undefined) return 'approved';
  const requestId = established(release, 'approvalRequestId');
  const [{ policy }, checks, approvals, request] = await Promise.all([
    existing(store.policy(release.policySha256), release.policySha256),
    store.checks(release.releaseId),
    store.approvals(release.releaseId),
    existing(store.request(requestId), requestId),
  ]);
  const at = now();
  const statement = statementBytes(governanceRecord({ release, checks, approvals, request, now: at }));
  const envelope = envelopeBytes(await signEnvelope(statement, signer));
  // If we crash after this, the next try signs anew under another digest; only the one in the table is the record.
  const record = await keepRecord(envelope, release, lockedIn);
  await store.commit(recordApproved(release, record, policy, at), at);
  return 'approved';
});
