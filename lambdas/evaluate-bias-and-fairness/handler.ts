import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { keptTables } from '../../lib/adapters/kept-tables.ts';
import { tableSources } from '../../lib/adapters/prediction-tables.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { readLiveRelease } from '../../lib/runtime/live-release.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = dynamodbReleaseStore(env.TABLE_NAME);

export const handler = stageStep({
  stage: 'bias_and_fairness',
  env,
  sources: (release) => ({
    ...tableSources(release, keptTables(env.EVIDENCE_BUCKET)),
    liveRelease: () => readLiveRelease(store, release.modelName),
  }),
});
