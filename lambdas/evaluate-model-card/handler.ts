import { MODEL_CARD } from '../../lib/domain/checks/model-card/checks.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

export const handler = stageStep({ known: MODEL_CARD, env: readEnv(Env) });
