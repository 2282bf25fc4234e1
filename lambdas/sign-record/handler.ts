import { kmsPublicKey, kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { signAndKeep } from '../../lib/adapters/s3-envelope-store.ts';
import { decisionReasons } from '../../lib/domain/approval/judge-decisions.ts';
import { readApproval } from '../../lib/domain/approval/read-approval.ts';
import { rejectAsked, rejectFormer } from '../../lib/domain/approval/request.ts';
import { governanceRecord } from '../../lib/domain/attestation/record.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requestPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { recordApproved } from '../../lib/domain/gate/promotion.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { waitsInVain } from '../../lib/domain/release/former-version.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { statementBytes } from '../../lib/domain/signing/statement.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('SignRecord', env.TABLE_NAME);
const retention = { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS };
const by = { signer: kmsSigner(env.RECORD_KEY_ID), lockedIn: { bucket: env.EVIDENCE_BUCKET, retention } };

const decisionKey = kmsPublicKey(env.DECISION_KEY_ID);

const TAKEN_OVER = { actor: ASSAY, reason: 'an earlier version approved it, and did not start its promotion' };

/**
 * The release machine of an earlier version went on to production by itself. If a release that it approved passes here
 * again, its promotion is requested now, because only a promotion attempt leads to production.
 */
const isWithoutPromotion = (release: Release): boolean =>
  release.state === 'approved' && release.promotionAttempt === undefined;

export const handler = releaseStep(store, async (release) => {
  if (release.recordSha256 !== undefined) {
    if (isWithoutPromotion(release)) await store.commit(requestPromotion(release, TAKEN_OVER, now()), now());
    return 'approved';
  }
  const head = store.head(release.modelName);
  const [approval, attestations, decisionKeyPem] = await Promise.all([
    readApproval(store, release),
    store.list('attestation', release.releaseId),
    decisionKey.publicKeyPem(),
    head,
  ]);
  const { policy, checks, approvals, content, request } = approval;
  if (request === undefined) throw new Error(`could not find the request of ${release.releaseId}`);
  const read = [content, ...attestations];
  const at = now();
  // Its approvals were complete when the new version was deployed.
  if (waitsInVain(release)) {
    await store.commit(expecting(rejectFormer(release, request, at), ...read), at, head);
    throw new Refusal('JudgedByFormerVersion', `${release.releaseId} was taken in by a former version`);
  }
  const reasons = decisionReasons({ release, ...approval, decisionKeyPem });
  if (reasons.length > 0) {
    await store.commit(expecting(rejectAsked({ release, request, reasons, now: at }), ...read), at, head);
    const rules = new Set(reasons.map(({ rule }) => rule));
    throw new Refusal('ApprovalInvalid', `could not approve ${release.releaseId}: ${[...rules].join(', ')}`);
  }
  const statement = statementBytes(
    governanceRecord({ release, checks, attestations, approvals, request, policy, now: at }),
  );
  // If we crash after this, the next try signs again, under another digest. Only the one in the table is the record.
  const record = await signAndKeep(statement, release, 'record', by);
  await store.commit(
    expecting(recordApproved(release, { record, policy, approvals, now: at }), request, ...read),
    at,
    head,
  );
  return 'approved';
});
