/** A release in production whose policy lets its approval be renewed, and what a renewal is asked with. */
import type { Change, Intent } from '../../lib/domain/change/change.ts';
import type { RenewalWorld } from '../../lib/domain/gate/ask-renewal.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import type { ClauseDays } from '../../lib/domain/policy/clause-days.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import { APPROVAL_RENEWAL, type KeptRenewal } from '../../lib/domain/records/approval-renewal.ts';
import { attestationFolder, type KeptEnvelope } from '../../lib/domain/records/attestation.ts';
import { Release } from '../../lib/domain/release/release.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { type Envelope, envelopeBytes } from '../../lib/domain/signing/envelope.ts';
import { aDirectory, aRelease, contentOf } from './approval-case.ts';
import { DECISION_KEY, makeKey, signedApproval } from './decision-key.ts';
import { aWatchedEndpoint } from './looks.ts';
import { memoryReleaseStore } from './memory-release-store.ts';
import {
  APPROVED_UNTIL,
  anEndpoint,
  anUnsignedApprovalOf,
  aPointer,
  approvedRequest,
  checks,
  inProduction,
  keptPolicy,
  policy,
} from './release-life.ts';

export const RENEWAL_KEY = makeKey('attestation-key');
export const renewablePolicy = GovernancePolicy.parse({ ...policy, auto_renew: true });
const judged = aRelease(renewablePolicy, checks);
const { policySha256, evidenceDigest } = judged;
export const serving = Release.parse({ ...inProduction, policySha256, evidenceDigest });
export const approvals = (
  [
    ['ada', 'ml_lead'],
    ['grace', 'risk_owner'],
  ] as const
).map(([id, role]) =>
  signedApproval(anUnsignedApprovalOf(id, role, { evidenceDigestVerified: evidenceDigest }), serving),
);
export const request = { ...approvedRequest, evidenceDigest: evidenceDigest ?? approvedRequest.evidenceDigest };

export const daysBefore = (days: number, until: Instant = APPROVED_UNTIL): Instant =>
  plusMilliseconds(until, -days * DAY_MS);

/** The proof of a statement as it is kept, in its folder. */
export const proofOf = (
  envelope: Envelope,
  release: Release = serving,
  folder: string = APPROVAL_RENEWAL,
): { envelope: Envelope; kept: KeptEnvelope & { stage: string } } => {
  const digest = sha256(envelopeBytes(envelope));
  const uri = `s3://evidence/${attestationFolder(release, folder)}/${digest}.dsse.json`;
  return { envelope, kept: { stage: APPROVAL_RENEWAL, sha256: digest, uri, keyId: RENEWAL_KEY.signer.keyId } };
};

export const aRenewalWorld = (now: Instant = daysBefore(10)) => {
  const store = memoryReleaseStore();
  store.seed(serving, { ...keptPolicy, policySha256, policy: renewablePolicy }, request, contentOf(serving));
  store.seed(...checks, ...approvals, aPointer({ fallbackReleaseId: '' }), anEndpoint(), aWatchedEndpoint());
  const signed: Envelope[] = [];
  const noted: Intent[] = [];
  const changes: Change[] = [];
  const facts = {
    now,
    directory: aDirectory() as DirectoryRecord,
    clauses: [] as ClauseDays,
    policies: { base: renewablePolicy },
  };
  const kept = new Map<string, Envelope>();
  const world: RenewalWorld = {
    store: {
      ...store,
      commit: async (change, at) => {
        const sealed = await store.commit(change, at);
        changes.push(change);
        noted.push(...change.intents.map(({ intent }) => intent));
        return sealed;
      },
    },
    policies: async () => facts.policies,
    directory: async () => facts.directory,
    clauses: async () => facts.clauses,
    newestOf: async (object) => object,
    findDepartures: async () => [],
    decisionKeyPem: async () => DECISION_KEY.pem,
    readRenewal: async ({ releaseId, approvalRenewedAt }): Promise<KeptRenewal | undefined> => {
      const row = approvalRenewedAt && (await store.get('attestation', releaseId, APPROVAL_RENEWAL));
      const envelope = row && kept.get(row.sha256);
      return row && envelope && { kept: row, envelope, publicKeyPem: RENEWAL_KEY.pem };
    },
    sign: async (statement, release) => {
      const made = proofOf(RENEWAL_KEY.sealBytes(statement), release);
      signed.push(made.envelope);
      kept.set(made.kept.sha256, made.envelope);
      return made;
    },
    now: () => facts.now,
  };
  return { store, world, facts, signed, noted, changes };
};
