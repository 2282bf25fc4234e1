import { keptTables } from '../../lib/adapters/counting/kept-tables.ts';
import { tableSources } from '../../lib/adapters/counting/prediction-tables.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

export const handler = stageStep({
  stage: 'safety_evaluation',
  env,
  sources: (release) => tableSources(release, keptTables(env.EVIDENCE_BUCKET)),
});
