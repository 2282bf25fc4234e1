import { keptTables } from '../../lib/adapters/counting/kept-tables.ts';
import { safetySources } from '../../lib/adapters/counting/prediction-tables.ts';
import { tablesOf } from '../../lib/adapters/counting/tables-in-memory.ts';
import { SAFETY_EVALUATION_CANARIES } from '../../lib/domain/canary/safety-evaluation.ts';
import { SAFETY_EVALUATION } from '../../lib/domain/checks/safety-evaluation/checks.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

export const handler = stageStep({
  known: SAFETY_EVALUATION,
  canaries: SAFETY_EVALUATION_CANARIES,
  canarySources: ({ release, bytes }) => safetySources(release, tablesOf(bytes)),
  env,
  sources: (release) => safetySources(release, keptTables(env.EVIDENCE_BUCKET)),
});
