import { kmsPublicKey } from '../../lib/adapters/kms-signer.ts';
import { keepLockedCopy } from '../../lib/adapters/s3-locked-copies.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { recordUseOnce } from '../../lib/domain/gate/break-glass.ts';
import { judgeGate } from '../../lib/domain/gate/gate.ts';
import { readGateRows } from '../../lib/domain/gate/read-gate-rows.ts';
import { wasPromoted } from '../../lib/domain/gate/start-promotion.ts';
import { recordStopped } from '../../lib/domain/gate/wait-for-window.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { packageChange } from '../../lib/domain/serving/package-changes.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { freezesOf } from '../../lib/runtime/freezes.ts';
import { promotionStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { findServed, hashServed } from '../../lib/runtime/served.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('VerifyPromotion', env.TABLE_NAME);
const decisionKey = kmsPublicKey(env.DECISION_KEY_ID);
const findFreezes = freezesOf(env);
const keptBy = {
  accountId: env.ACCOUNT_ID,
  retention: { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS },
};

export const handler = promotionStep(store, 'deny', async (release) => {
  if (wasPromoted(release)) return 'deny';
  // Hashing takes minutes, so what can change meanwhile is read after it.
  const { artifactSha256, otherData } = await hashServed(release, env.ACCOUNT_ID, (copy) =>
    keepLockedCopy(copy, keptBy),
  );
  const [{ facts, read }, { modelPackage, departures }, decisionKeyPem] = await Promise.all([
    readGateRows(store, release),
    findServed(release, env),
    decisionKey.publicKeyPem(),
  ]);
  const at = now();
  const noted = packageChange(release, modelPackage, env.MODEL_PACKAGES_ARN, at);
  if (noted !== undefined) {
    // No message said so, or it is late. The release says so now, and is judged as it is then.
    await store.commit(expecting(noted, ...read), at);
    throw new Conflict(`the package of ${release.releaseId} is not what its row said`);
  }
  const freezes = await findFreezes(release, at);
  const found = { artifactSha256, departures: [...departures, ...otherData], freezes, environment: env.ENVIRONMENT };
  const decision = judgeGate({ release, ...facts, ...found, decisionKeyPem, now: at });
  if (decision.outcome === 'allow') {
    const use = { release, breakGlass: facts.breakGlass, opened: decision.opened ?? [], now: at };
    const used = await recordUseOnce(use, store);
    if (used !== undefined) await store.commit(expecting(used, ...read), at);
    return 'allow';
  }
  const { outcome, change } = recordStopped(release, decision, { freezes, now: at });
  await store.commit(expecting(change, ...read), at);
  return outcome;
});
