import { countOutcomes } from '../../lib/adapters/duckdb-outcome-counts.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { withKeptTables } from '../../lib/adapters/kept-tables.ts';
import { established } from '../../lib/domain/release/release.ts';
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
    countOutcomes: () => {
      const { sha256 } = established(release, 'pinned').evidence.predictions;
      return withKeptTables(env.EVIDENCE_BUCKET, [sha256], ([file = '']) =>
        countOutcomes(file, release.manifest.predictions),
      );
    },
    liveRelease: () => readLiveRelease(store, release.modelName),
  }),
});
