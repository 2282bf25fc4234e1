import { RISK_CLASSIFICATION_CANARIES } from '../../lib/domain/canary/risk-classification.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { RISK_CLASSIFICATION } from '../../lib/domain/checks/risk-classification/checks.ts';
import { controlsOf } from '../../lib/domain/gate/controls.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { readLiveRelease } from '../../lib/runtime/live-release.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { readWayBack } from '../../lib/runtime/way-back.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('EvaluateRiskClassification', env.TABLE_NAME);
const readDirectory = directoryAt(env);

export const handler = stageStep({
  known: RISK_CLASSIFICATION,
  canaries: RISK_CLASSIFICATION_CANARIES,
  env,
  sources: (release) => ({
    liveRelease: () => readLiveRelease(store, release),
    wayBack: () => readWayBack(store, release.modelName, env.ACCOUNT_ID),
    controls: async () => {
      const [{ policy }, checks, directory] = await Promise.all([
        requireFound(store.get('policy', release.policySha256), release.policySha256),
        readChecks(store, release.releaseId),
        readDirectory(),
      ]);
      return controlsOf({ release, policy, checks, directory });
    },
  }),
});
