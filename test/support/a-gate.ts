import { type Gate, serveGate } from '../../lambdas/serve-gate/app.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { NOW } from './approval-case.ts';
import { asDocumented } from './as-documented.ts';
import { DECISION_KEY, OTHER_KEY } from './decision-key.ts';
import type { Intake } from './intake.ts';
import { memoryGateAnswers } from './memory-gate-answers.ts';

/** The gate over what an intake holds: nothing has changed in SageMaker, and an hour has passed. */
export const aGate = (intake: Intake, changes: Partial<Gate> = {}): ReturnType<typeof serveGate> =>
  asDocumented(
    serveGate({
      environment: 'test',
      store: intake.store,
      directory: async () => intake.directory,
      findDepartures: async () => [],
      findFreezes: async () => [],
      readRenewal: async () => undefined,
      decisionKeyPem: async () => DECISION_KEY.pem,
      signer: OTHER_KEY.signer,
      answers: memoryGateAnswers(),
      pause: async () => undefined,
      patienceMs: 5_000,
      noteRead: async () => undefined,
      now: () => plusMilliseconds(NOW, HOUR_MS),
      ...changes,
    }),
  );
