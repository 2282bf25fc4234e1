import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

export const handler = stageStep({ stage: 'model_card', env: readEnv(Env) });
