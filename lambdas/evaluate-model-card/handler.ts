import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

export const handler = stageStep({
  stage: 'model_card',
  store: dynamodbReleaseStore(env.TABLE_NAME),
  evidenceBucket: env.EVIDENCE_BUCKET,
  now,
});
