import { DATA_PROVENANCE_CANARIES } from '../../lib/domain/canary/data-provenance.ts';
import { DATA_PROVENANCE } from '../../lib/domain/checks/data-provenance/checks.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

export const handler = stageStep({ known: DATA_PROVENANCE, canaries: DATA_PROVENANCE_CANARIES, env: readEnv(Env) });
