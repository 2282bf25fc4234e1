/** What shows in the table that people approved a release: all that a step on its way to production judges it by. */
import { kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { stateDecision } from '../../lib/domain/approval/signed-decisions.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { decisionStatement } from '../../lib/domain/records/decision.ts';
import { evidenceDigest } from '../../lib/domain/records/evidence-digest.ts';
import { contentSha256 } from '../../lib/domain/release/manifest.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { signEnvelope } from '../../lib/domain/signing/envelope.ts';
import { statementBytes } from '../../lib/domain/signing/statement.ts';
import { now } from '../../lib/runtime/clock.ts';
import { contentOf } from './approval-case.ts';
import type { Product } from './product.ts';
import { anUnsignedApprovalOf, approvedRequest, checks, policy } from './release-life.ts';

type Standing = { readonly release: Release; readonly rows: readonly Entity[] };

/**
 * The release as if it had been taken in, judged and approved as it is, and its rows, all at version 0. Its manifest and its
 * specification say what the row says; the decisions are signed by the key of the product.
 */
export const standApproved = async (
  { store, decisionKeyId }: Pick<Product, 'store' | 'decisionKeyId'>,
  row: Release,
): Promise<Standing> => {
  const { releaseId, modelName, modelVersion, riskTier, policySha256 } = row;
  const manifest = {
    ...row.manifest,
    ...{ release_id: releaseId, model_name: modelName, model_version: modelVersion, declared_risk_tier: riskTier },
  };
  const { endpoint_name } = manifest.deployment;
  const taken: Release = {
    ...row,
    manifest,
    contentSha256: contentSha256(manifest),
    approvalRequestId: `apr-${releaseId}`,
    ...(row.serving && { serving: { ...row.serving, endpoint_name } }),
  };
  const release: Release = { ...taken, evidenceDigest: evidenceDigest(taken, checks) };
  const about = { releaseId, requestId: `apr-${releaseId}`, evidenceDigestVerified: release.evidenceDigest };
  const signer = kmsSigner(decisionKeyId);
  const approvals = await Promise.all(
    ['ada', 'grace'].map(async (who, seat) => {
      const role = policy.tiers.medium.roles[seat] ?? '';
      const approval = anUnsignedApprovalOf(who, role, { ...about, version: 0, timestamp: now() });
      const statement = decisionStatement(stateDecision(approval, release));
      const envelope = await signEnvelope(statementBytes(statement), signer);
      return { ...approval, signed: { keyId: signer.keyId, envelope } };
    }),
  );
  const isKnown = (await store.get('policy', policySha256)) !== undefined;
  return {
    release,
    rows: [
      { ...contentOf(release), version: 0 },
      {
        ...approvedRequest,
        version: 0,
        ...about,
        evidenceDigest: release.evidenceDigest ?? approvedRequest.evidenceDigest,
      },
      ...checks.map((check) => ({ ...check, version: 0, releaseId })),
      ...approvals,
      ...(isKnown ? [] : [{ entity: 'policy' as const, version: 0, policySha256, policy, firstSeenAt: row.createdAt }]),
    ],
  };
};
