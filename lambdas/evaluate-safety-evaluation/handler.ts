import { comparePerturbed, readModelOutputs } from '../../lib/adapters/duckdb-safety-counts.ts';
import { withKeptTables } from '../../lib/adapters/kept-tables.ts';
import { established } from '../../lib/domain/release/release.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

export const handler = stageStep({
  stage: 'safety_evaluation',
  env,
  sources: (release) => {
    const { predictions } = release.manifest;
    const kept = established(release, 'pinned').evidence;
    return {
      modelOutputs: () =>
        withKeptTables(env.EVIDENCE_BUCKET, [kept.predictions.sha256], ([file = '']) =>
          readModelOutputs(file, predictions),
        ),
      perturbation: (sha256) =>
        withKeptTables(env.EVIDENCE_BUCKET, [kept.predictions.sha256, sha256], ([clean = '', perturbed = '']) =>
          comparePerturbed({ clean, perturbed }, predictions),
        ),
    };
  },
});
