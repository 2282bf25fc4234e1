/** The posture of what a model serves: how far its governance has come, and what enforcing every check would have done (CO-6, CO-7). */
import type { Maturity } from './maturity.ts';
import type { Enforced } from './replay-enforced.ts';

export type Posture = {
  readonly modelName: string;
  readonly releaseId: string;
  readonly modelVersion: string;
  readonly maturity: Maturity;
  /** Undefined if the policy of the release is not kept. */
  readonly enforced: Enforced | undefined;
};

/** As the API and the download have it. */
export const postureRecord = ({ modelName, releaseId, modelVersion, maturity, enforced }: Posture) => ({
  model_name: modelName,
  release_id: releaseId,
  model_version: modelVersion,
  level: maturity.level,
  steps: maturity.steps.map(({ level, what, isMet, proof }) => ({ level, step: what, holds: isMet, proof })),
  ...(maturity.next === undefined ? {} : { next: maturity.next.remedy }),
  ...(enforced === undefined
    ? {}
    : {
        if_enforced: {
          is_stopped: enforced.isStopped,
          not_enforced: enforced.notEnforced,
          reasons: enforced.reasons.map(({ rule, explanation }) => ({ rule, explanation })),
        },
      }),
});
