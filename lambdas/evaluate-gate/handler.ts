import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { judgeRelease } from '../../lib/domain/release/stages.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { existing, releaseStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);

export const handler = releaseStep(store, async (release) => {
  if (release.state !== 'draft') return release.state;
  const [{ policy }, checks, pointer] = await Promise.all([
    existing(store.policy(release.policySha256), release.policySha256),
    store.checks(release.releaseId),
    store.pointer(release.modelName),
  ]);
  const { event } = await store.commit(judgeRelease({ release, policy, checks, pointer, now: now() }), now());
  return event.approval_state;
});
