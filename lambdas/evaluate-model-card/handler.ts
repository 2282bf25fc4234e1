import { MODEL_CARD_CANARIES } from '../../lib/domain/canary/model-card.ts';
import { MODEL_CARD } from '../../lib/domain/checks/model-card/checks.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

export const handler = stageStep({ known: MODEL_CARD, canaries: MODEL_CARD_CANARIES, env: readEnv(Env) });
