import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { countOutcomes } from '../../lib/adapters/duckdb-outcome-counts.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { downloadKept } from '../../lib/adapters/s3-evidence-store.ts';
import { established } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { readLiveRelease } from '../../lib/runtime/live-release.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

const store = dynamodbReleaseStore(env.TABLE_NAME);

export const handler = stageStep({
  stage: 'bias_and_fairness',
  store,
  evidenceBucket: env.EVIDENCE_BUCKET,
  now,
  sources: (release) => ({
    countOutcomes: async () => {
      const { predictions } = release.manifest;
      const folder = await mkdtemp(join(tmpdir(), 'predictions-'));
      try {
        const file = join(folder, basename(predictions.uri));
        await downloadKept(env.EVIDENCE_BUCKET, established(release, 'pinned').evidence.predictions.sha256, file);
        return await countOutcomes(file, predictions);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    liveRelease: () => readLiveRelease(store, release.modelName),
  }),
});
