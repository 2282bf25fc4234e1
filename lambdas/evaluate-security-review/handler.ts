import { readLiveEndpoint } from '../../lib/adapters/live-endpoint.ts';
import { openObject } from '../../lib/adapters/s3-evidence-store.ts';
import { SECURITY_REVIEW_CANARIES } from '../../lib/domain/canary/security-review.ts';
import { verifiedCanary } from '../../lib/domain/canary/verified-canary.ts';
import { SECURITY_REVIEW } from '../../lib/domain/checks/security-review/checks.ts';
import { signatureTrustOf } from '../../lib/domain/checks/security-review/model-artifact-signed.ts';
import { verifyArtifactSignature } from '../../lib/domain/evidence/artifact-signature.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

export const handler = stageStep({
  known: SECURITY_REVIEW,
  canaries: SECURITY_REVIEW_CANARIES,
  canarySources: verifiedCanary,
  env,
  sources: (release, used) => ({
    verifySignature: (signature) => {
      const bytes = () => openObject(release.sources.artifact, env.ACCOUNT_ID);
      const artifact = { sha256: release.pinned.artifactSha256, bytes };
      return verifyArtifactSignature(signature, artifact, { ...signatureTrustOf(used), at: release.createdAt });
    },
    requestedAt: async () => release.createdAt,
    liveEndpoint: readLiveEndpoint,
  }),
});
