import { kmsPublicKey } from '../../lib/adapters/kms-signer.ts';
import { readApproval } from '../../lib/domain/approval/read-approval.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { readStanding } from '../../lib/domain/change/read-standing.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { allOf, judgeApproval, judgeFlip } from '../../lib/domain/gate/gate.ts';
import { promote, recordDenied } from '../../lib/domain/gate/promotion.ts';
import { readObstacleRows } from '../../lib/domain/gate/read-obstacles.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { promotionStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('PromoteRelease', env.TABLE_NAME);
const decisionKey = kmsPublicKey(env.DECISION_KEY_ID);

export const handler = promotionStep(store, 'deny', async (release) => {
  const asked = store.get('pointer', release.modelName);
  // What follows from the pointer is one call with the end of the chain.
  const head = asked.then(() => store.head(release.modelName));
  const [approval, standing, rows, former, decisionKeyPem] = await Promise.all([
    readApproval(store, release),
    readStanding(store, release),
    readObstacleRows(release, store, asked),
    asked.then((pointer) => (isServing(pointer) ? releaseOf(pointer) : undefined)),
    decisionKey.publicKeyPem(),
    head,
  ]);
  const { pointer, served, endpoint, breakGlass } = rows;
  if (release.state === 'production' && pointer?.releaseId === release.releaseId) return 'promoted';
  const at = now();
  const force = { release, ...approval, ...standing, now: at };
  const decision = allOf(judgeApproval({ ...force, decisionKeyPem }), judgeFlip({ ...force, ...rows }));
  const read = [former, approval.request, approval.content, ...standing.suspensions, ...Object.values(rows)];
  if (decision.outcome === 'deny') {
    await store.commit(expecting(recordDenied(release, decision, at), ...read), at, head);
    return 'deny';
  }
  const flip = promote({ release, pointer, former, served, endpoint, breakGlass, now: at });
  await store.commit(expecting(flip, ...read), at, head);
  return 'promoted';
});

const releaseOf = ({ releaseId }: { readonly releaseId: string }) =>
  requireFound(store.get('release', releaseId), releaseId);
