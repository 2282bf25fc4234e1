import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { countOutcomes } from '../../lib/adapters/duckdb-outcome-counts.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { downloadKept } from '../../lib/adapters/s3-evidence-store.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

export const handler = stageStep({
  stage: 'bias_and_fairness',
  store: dynamodbReleaseStore(env.TABLE_NAME),
  evidenceBucket: env.EVIDENCE_BUCKET,
  now,
  countOutcomes: async (release, sha256) => {
    const { predictions } = release.manifest;
    const folder = await mkdtemp(join(tmpdir(), 'predictions-'));
    try {
      const file = join(folder, basename(predictions.uri));
      await downloadKept(env.EVIDENCE_BUCKET, sha256, file);
      return await countOutcomes(file, predictions);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
});
