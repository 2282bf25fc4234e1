import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { digestObject, keepEvidence } from '../../lib/adapters/s3-evidence-store.ts';
import { recordPinned } from '../../lib/domain/gate/stages.ts';
import { Pinned } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = dynamodbReleaseStore(env.TABLE_NAME);
const keptIn = {
  bucket: env.EVIDENCE_BUCKET,
  accountId: env.ACCOUNT_ID,
  retention: { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS },
};

export const handler = releaseStep(store, async (release) => {
  if (release.state === 'rejected') return 'rejected';
  if (release.pinned !== undefined) return 'pinned';
  const { artifact, evidence } = release.sources;
  const [artifactSha256, ...kept] = await Promise.all([
    digestObject(artifact, env.ACCOUNT_ID),
    ...Object.entries(evidence).map(
      async ([name, object]) =>
        [name, { sha256: await keepEvidence(object, keptIn), sizeBytes: object.sizeBytes }] as const,
    ),
  ]);
  const pinned = Pinned.parse({ artifactSha256, evidence: Object.fromEntries(kept) });
  const { event } = await store.commit(recordPinned(release, pinned, now()), now());
  return event.approval_state === 'rejected' ? 'rejected' : 'pinned';
});
