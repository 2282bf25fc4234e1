import { Instant } from '../../../lib/domain/identifiers.ts';
import { AppliedPolicies } from '../../../lib/domain/policy/policy-record.ts';
import { Approval, ApprovalRequest } from '../../../lib/domain/records/approval.ts';
import { Attestation } from '../../../lib/domain/records/attestation.ts';
import { CheckRecord } from '../../../lib/domain/records/check-record.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { aPolicy, aServing } from '../../support/approval-case.ts';
import { signedApproval } from '../../support/decision-key.ts';

const sha = (letter: string): string => letter.repeat(64);
const pinnedObject = { bucket: 'models', key: 'k', versionId: 'v1', sizeBytes: 10 };
const evidence = (sha256: string) => ({ sha256, sizeBytes: 10 });

/** Parsed, so that a change of the schemas shows here and not as a puzzling digest. */
export const aValidatedRelease = Release.parse({
  entity: 'release',
  version: 7,
  releaseId: 'credit-1',
  modelName: 'credit',
  modelVersion: '1.0.0',
  state: 'validated',
  manifest: {
    schema_version: 1,
    release_id: 'credit-1',
    model_name: 'credit',
    model_version: '1.0.0',
    git_commit: 'c'.repeat(40),
    training_dataset_ref: 's3://models/train.csv',
    training_dataset_sha256: sha('1'),
    feature_schema_version: 'features-3',
    config_version: 'config-7',
    artifact_uri: 's3://models/credit/1.0.0/model.tar.gz',
    artifact_sha256: sha('a'),
    evaluation_report_uri: 's3://models/evaluation.json',
    model_card_uri: 's3://models/card.json',
    data_provenance_uri: 's3://models/provenance.json',
    predictions: {
      uri: 's3://models/predictions.csv',
      label_column: 'label',
      prediction_column: 'prediction',
      favorable_value: '1',
      protected_attributes: ['sex'],
    },
    declared_risk_tier: 'high',
    requested_by: 'rita',
    trained_by: 'tom',
    deployment: { image_uri: 'image', instance_type: 'ml.m5.large', instance_count: 1, endpoint_name: 'credit' },
  },
  contentSha256: sha('2'),
  policySha256: sha('b'),
  riskTier: 'high',
  requestedBy: 'rita',
  submittedBy: 'rita',
  sources: {
    artifact: pinnedObject,
    evidence: {
      evaluation_report: pinnedObject,
      model_card: pinnedObject,
      data_provenance: pinnedObject,
      predictions: pinnedObject,
    },
  },
  createdAt: '2026-11-20T10:11:12.345Z',
  updatedAt: '2026-11-20T10:12:00.000Z',
  reasons: [],
  pinned: {
    artifactSha256: sha('a'),
    evidence: {
      evaluation_report: evidence(sha('3')),
      model_card: evidence(sha('4')),
      data_provenance: evidence(sha('5')),
      predictions: evidence(sha('6')),
    },
  },
  rollbackTarget: 'none',
  evidenceDigest: sha('d'),
  approvalRequestId: 'apr-credit-1',
});

const aCheck = (stage: string, name: string): CheckRecord =>
  CheckRecord.parse({
    entity: 'check',
    version: 1,
    releaseId: 'credit-1',
    stage,
    name,
    mode: 'enforce',
    status: 'passed',
    passed: true,
    measured: '0.9',
    threshold: '0.8',
    explanation: 'the ratio is 0.9',
    evidenceSha256: sha('6'),
    codeSha256: sha('7'),
    timestamp: '2026-11-20T10:11:30.000Z',
  });

const anAttestation = (stage: string, letter: string): Attestation =>
  Attestation.parse({
    entity: 'attestation',
    version: 1,
    releaseId: 'credit-1',
    stage,
    sha256: sha(letter),
    uri: `s3://evidence/attestations/credit/1.0.0/credit-1/${stage}/${sha(letter)}.dsse.json`,
    keyId: 'attestation-key',
    signedAt: '2026-11-20T10:11:31.000Z',
  });

const aRequest = ApprovalRequest.parse({
  entity: 'request',
  version: 3,
  requestId: 'apr-credit-1',
  releaseId: 'credit-1',
  modelName: 'credit',
  modelVersion: '1.0.0',
  artifactSha256: sha('a'),
  evidenceDigest: sha('d'),
  riskTier: 'high',
  requestedBy: 'rita',
  requiredRoles: ['ml_lead', 'risk_owner'],
  invitations: [{ personId: 'mia', role: 'ml_lead', nonce: 'n'.repeat(16) }],
  status: 'approved',
  createdAt: '2026-11-20T10:13:00.000Z',
  expiresAt: '2026-11-22T10:13:00.000Z',
  taskToken: 'never-in-a-record',
});

const anApproval = (approverId: string, approverRole: string, timestamp: string): Approval =>
  Approval.parse({
    entity: 'approval',
    version: 1,
    releaseId: 'credit-1',
    requestId: 'apr-credit-1',
    approverId,
    approverRole,
    decision: 'approve',
    comment: 'Looks “right” to me – go.\n',
    timestamp,
    evidenceDigestVerified: sha('d'),
    checklist: [{ id: 'limits', question: 'Are the limits known?', answer: 'yes' }],
    meaning: 'I approve this model for production.',
    authMethod: 'signed_link',
  });

/** What people are asked about, and what they approved. */
const asked = { ...aValidatedRelease, serving: aServing({ endpoint_name: 'credit' }) };

/** What a policy with overlays says that it is made of. */
export const APPLIED = AppliedPolicies.parse({
  base: { name: 'Mortgage credit models', sha256: sha('a') },
  overlays: [
    { name: 'credit', sha256: sha('b') },
    { name: 'eu', sha256: sha('c') },
  ],
});

export const recordFacts = {
  release: asked,
  checks: [
    aCheck('model_card', 'intended_use_defined'),
    aCheck('bias_and_fairness', 'demographic_parity_within_threshold'),
  ],
  attestations: [anAttestation('model_card', '8'), anAttestation('bias_and_fairness', '9')],
  approvals: [
    signedApproval(anApproval('rob', 'risk_owner', '2026-11-20T12:00:00.000Z'), asked),
    signedApproval(anApproval('mia', 'ml_lead', '2026-11-20T11:00:00.000Z'), asked),
  ],
  request: aRequest,
  policy: aPolicy(),
  now: Instant.parse('2026-11-20T12:00:01.000Z'),
};
