/** A release that people are asked to approve: policy, directory, evidence and request, in a store of its own. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type * as z from 'zod';
import type { DecisionInput } from '../../lib/domain/approval/decide.ts';
import { payloadFor } from '../../lib/domain/approval/link.ts';
import type { LinkMac } from '../../lib/domain/approval/link-mac.ts';
import { openRequest } from '../../lib/domain/approval/request.ts';
import type { PersonalAnswer } from '../../lib/domain/approval/take-decision.ts';
import { readFormerDecisionsOf, readOwnEnd } from '../../lib/domain/change/read-former-decisions.ts';
import { CHECKS, checksOf } from '../../lib/domain/checks/known-checks.ts';
import { type CheckMode, type CheckStatus, StageName } from '../../lib/domain/checks/vocabulary.ts';
import type { OutcomeRecord } from '../../lib/domain/evidence/outcome-record.ts';
import { Instant, PersonId, Sha256 } from '../../lib/domain/identifiers.ts';
import { ApproverDirectory, type Person } from '../../lib/domain/policy/directory.ts';
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { assessManifest } from '../../lib/domain/policy/tier-override.ts';
import type { Approval, ApprovalRequest } from '../../lib/domain/records/approval.ts';
import { CheckRecord } from '../../lib/domain/records/check-record.ts';
import { evidenceDigest, evidenceDigestNow, formerEvidenceDigest } from '../../lib/domain/records/evidence-digest.ts';
import type { DecidedContent, DecidedVersion } from '../../lib/domain/records/former-decision.ts';
import type { Content } from '../../lib/domain/records/intake.ts';
import { takenInSha256 } from '../../lib/domain/records/taken-in.ts';
import { contentSha256, ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { Release } from '../../lib/domain/release/release.ts';
import { ServingSpecification } from '../../lib/domain/release/serving-specification.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { NEEDED } from './attestations.ts';
import { DECISION_KEY } from './decision-key.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from './memory-release-store.ts';

export const at = (instant: string): Instant => Instant.parse(instant);
export const NOW = at('2026-11-21T09:00:00.000Z');
export const digestOf = (text: string): Sha256 => Sha256.parse(sha256(text));
export const person = (id: string): PersonId => PersonId.parse(id);

const tier = (roles: string[]) => ({
  roles,
  sla_hours: 4,
  deadline_hours: 72,
  checklist: [
    { id: 'evidence_read', question: 'Have you read the model card and the results of the checks?' },
    { id: 'fairness_acceptable', question: 'Are the differences between groups acceptable for the intended use?' },
    { id: 'rollback_known', question: 'Is the way back to the former release known and ready?' },
  ],
});

export const aPolicy = (roles = ['ml_lead', 'risk_owner']): GovernancePolicy =>
  GovernancePolicy.parse({
    schema_version: 1,
    name: 'policy of the tests',
    stages: StageName.options
      .filter((stage) => checksOf(stage).length > 0)
      .map((stage) => ({
        name: stage,
        description: stage,
        required: true,
        blocking: true,
        checks: checksOf(stage).map(({ name }) => ({ name, mode: 'enforce', parameters: NEEDED[name] ?? {} })),
      })),
    tiers: { low: tier(roles.slice(0, 1)), medium: tier(roles), high: tier(roles) },
    approval_expiry_days: 90,
    approval_meaning:
      'I have reviewed the evidence and approve the release of this model to production within my role.',
  });

type Listed = { readonly id: string; readonly roles: string[] } & Partial<Omit<z.input<typeof Person>, 'id' | 'roles'>>;
export const aDirectory = (people: readonly Listed[] = PEOPLE): ApproverDirectory =>
  ApproverDirectory.parse({
    schema_version: 1,
    people: [...people, ...OTHERS.filter(({ id }) => !people.some((one) => one.id === id))].map(
      ({ id, name, ...rest }) => ({ id, name: name ?? id, email: `${id}@example.com`, ...rest }),
    ),
    machines: [
      {
        id: 'pipeline',
        principal_arn: 'arn:aws:iam::000000000000:role/pipeline',
        event_source: 'example.pipeline',
        may_be: ['submitter', 'trainer'],
      },
      { id: 'release-job', logins: ['job-client'], may_be: ['submitter'] },
      {
        id: 'trainer-only',
        event_source: 'example.trainer',
        principal_arn: 'arn:aws:iam::000000000000:role/t',
        may_be: ['trainer'],
      },
    ],
  });

export const PEOPLE: readonly Listed[] = [
  { id: 'ada', name: 'Ada Lovelace', roles: ['ml_lead'], logins: ['alovelace', 'ada@lovelace.example'] },
  { id: 'grace', name: 'Grace Hopper', roles: ['risk_owner'] },
  { id: 'katherine', name: 'Katherine Johnson', roles: ['ml_lead', 'risk_owner'] },
  { id: 'rita', name: 'Rita Requester', roles: ['ml_lead', 'release_manager'] },
  { id: 'tom', name: 'Tom Trainer', roles: ['risk_owner', 'ml_engineer'] },
];

/** Who is never asked to approve: makers and operators. They are in every directory, whoever else a test lists. */
const OTHERS: readonly Listed[] = [
  { id: 'rita', name: 'Rita Requester', roles: [] },
  { id: 'tom', name: 'Tom Trainer', roles: [] },
  { id: 'wes', name: 'Wes Writer', roles: [] },
  { id: 'oscar', name: 'Oscar Operator', roles: [], logins: ['oscar-subject'] },
  { id: 'olga', name: 'Olga Operator', roles: [] },
  { id: 'omar', name: 'Omar Operator', roles: [] },
];

const evidence = (name: string) => ({ sha256: digestOf(name), sizeBytes: 1000 });
const source = (key: string) => ({ bucket: 'models', key, versionId: `v-${key}`, sizeBytes: 1000 });
const EVIDENCE = ['evaluation_report', 'model_card', 'data_provenance', 'predictions'] as const;

export const aManifest = (changes: Record<string, unknown> = {}): ReleaseManifest =>
  ReleaseManifest.parse({
    schema_version: 1,
    release_id: 'mortgage-1-2-0',
    model_name: 'mortgage-approval',
    model_version: '1.2.0',
    git_commit: 'a'.repeat(40),
    training_dataset_ref: 's3://models/train.parquet',
    training_dataset_sha256: digestOf('train'),
    feature_schema_version: '3',
    config_version: '7',
    artifact_uri: 's3://models/model.tar.gz',
    artifact_sha256: digestOf('artifact'),
    evaluation_report_uri: 's3://models/evaluation.json',
    model_card_uri: 's3://models/card.json',
    data_provenance_uri: 's3://models/provenance.json',
    predictions: {
      uri: 's3://models/predictions.parquet',
      label_column: 'label',
      prediction_column: 'prediction',
      favorable_value: '1',
      protected_attributes: ['race'],
    },
    declared_risk_tier: 'medium',
    requested_by: 'rita',
    trained_by: 'tom',
    commit_author: 'wes',
    deployment: {
      image_uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mortgage:1',
      instance_type: 'ml.m5.large',
      instance_count: 1,
      endpoint_name: 'mortgage',
    },
    ...changes,
  });

export const aServing = (changes: Record<string, unknown> = {}): ServingSpecification =>
  ServingSpecification.parse({
    schema_version: 1,
    image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/mortgage@sha256:${digestOf('image')}`,
    environment: { MODEL_SERVER_WORKERS: '2', THRESHOLD: '0.5' },
    model_data: { s3_uri: 's3://models/model.tar.gz', compression_type: 'Gzip', version_id: 'v-model' },
    additional_model_data: [],
    endpoint_name: 'mortgage',
    instance_type: 'ml.m5.large',
    instance_count: 1,
    network_isolation: false,
    ...changes,
  });

export const aCheck = (
  name: string,
  changes: Partial<{ status: CheckStatus; mode: CheckMode; explanation: string }> = {},
) => {
  const check = CHECKS.find((known) => known.name === name);
  const status = changes.status ?? 'passed';
  return CheckRecord.parse({
    entity: 'check',
    version: 1,
    releaseId: 'mortgage-1-2-0',
    stage: check?.stage,
    name,
    mode: changes.mode ?? 'enforce',
    status,
    passed: status === 'passed',
    measured: check?.stage === 'bias_and_fairness' ? '0.12' : '',
    threshold: check?.stage === 'bias_and_fairness' ? 'at most 0.20' : '',
    explanation: changes.explanation ?? 'The evidence says what this check asks for.',
    evidenceSha256: digestOf(`evidence of ${check?.stage}`),
    codeSha256: digestOf('code'),
    timestamp: NOW,
  });
};

export const aRelease = (policy: GovernancePolicy, checks: CheckRecord[], manifest = aManifest()): Release => {
  const { tier, override } = assessManifest(policy, manifest);
  const release = Release.parse({
    entity: 'release',
    version: 5,
    releaseId: manifest.release_id,
    modelName: manifest.model_name,
    modelVersion: manifest.model_version,
    state: 'validated',
    manifest,
    serving: aServing({ endpoint_name: manifest.deployment.endpoint_name }),
    contentSha256: contentSha256(manifest),
    policySha256: policySha256(policy),
    riskTier: tier,
    ...(override && { tierOverride: override }),
    requestedBy: manifest.requested_by,
    submittedBy: manifest.requested_by,
    sources: {
      artifact: source('model'),
      evidence: Object.fromEntries(EVIDENCE.map((name) => [name, source(name)])),
    },
    createdAt: NOW,
    updatedAt: NOW,
    reasons: [],
    pinned: {
      artifactSha256: manifest.artifact_sha256,
      evidence: Object.fromEntries(EVIDENCE.map((name) => [name, evidence(name)])),
    },
    rollbackTarget: 'none',
  });
  return { ...release, evidenceDigest: evidenceDigest(release, checks) };
};

/** What the intake keeps with the content of a release. */
export const contentOf = (release: Release): Content => ({
  entity: 'content',
  version: 1,
  contentSha256: contentSha256(release.manifest),
  releaseId: release.releaseId,
  ...(release.serving === undefined ? {} : { takenInSha256: takenInSha256(release) }),
});

/** The release as a former version would have it: without a specification of what it serves. */
export const formerly = ({ serving: _, ...release }: Release, checks: readonly CheckRecord[]): Release =>
  release.evidenceDigest === undefined
    ? release
    : { ...release, evidenceDigest: formerEvidenceDigest(release, checks) };

/** A real MAC with a key of its own. */
export const hmacLinkMac = (key = randomBytes(32)): LinkMac => {
  const macOf = (message: Uint8Array) => createHmac('sha256', key).update(message).digest();
  return {
    generate: async (message) => macOf(message),
    verify: async (message, mac) => mac.length === 32 && timingSafeEqual(macOf(message), mac),
  };
};

export type ApprovalCase = {
  readonly store: MemoryReleaseStore;
  readonly policy: GovernancePolicy;
  readonly directory: ApproverDirectory;
  readonly checks: CheckRecord[];
  readonly release: Release;
  readonly request: ApprovalRequest;
};

type CaseOptions = {
  /** Whether a former version took the release in. */
  readonly isFormer?: boolean;
  readonly roles?: string[];
  readonly policy?: GovernancePolicy;
  /** What was decided against this content or version before. */
  readonly decidedBefore?: readonly (DecidedContent | DecidedVersion)[];
  readonly directory?: ApproverDirectory;
  readonly manifest?: ReleaseManifest;
  readonly checks?: CheckRecord[];
};

/** A release whose approval has been asked for, in a store. */
export const anApprovalCase = async (options: CaseOptions = {}): Promise<ApprovalCase> => {
  const store = memoryReleaseStore();
  const policy = options.policy ?? aPolicy(options.roles);
  const directory = options.directory ?? aDirectory();
  const checks = options.checks ?? CHECKS.map(({ name }) => aCheck(name));
  const present = aRelease(policy, checks, options.manifest);
  const { decidedBefore = [] } = options;
  const answering = present.manifest.denial_answer === undefined ? present : answer(present, checks, decidedBefore);
  const release = options.isFormer === true ? formerly(present, checks) : answering;
  let invited = 0;
  const nextNonce = () => `nonce-of-the-tests-${String(++invited).padStart(4, '0')}`;
  store.seed(...decidedBefore);
  const former = await readFormerDecisionsOf(store, release);
  const content = contentOf(release);
  store.seed(release, content, ...checks, {
    entity: 'policy',
    version: 1,
    policySha256: release.policySha256,
    policy,
    firstSeenAt: NOW,
  });
  await store.commit(
    openRequest({ release, content, checks, policy, directory, former, taskToken: 'task-token', nextNonce, now: NOW }),
    NOW,
  );
  const [opened, request] = [
    await store.get('release', release.releaseId),
    await store.get('request', `apr-${release.releaseId}`),
  ];
  if (opened === undefined || request === undefined) throw new Error('the case was not opened');
  return { store, policy, directory, checks, release: opened, request };
};

/** The release as the intake writes it where its manifest answers what was denied before. */
const answer = (
  release: Release,
  checks: readonly CheckRecord[],
  decided: readonly (DecidedContent | DecidedVersion)[],
): Release => {
  const answered = { ...release, answeredDenials: decided.map(({ releaseId }) => releaseId) };
  return { ...answered, evidenceDigest: evidenceDigest(answered, checks) };
};

export const yesToAll = (policy: GovernancePolicy): Map<string, 'yes' | 'no'> =>
  new Map(policy.tiers.medium.checklist.map(({ id }) => [id, 'yes']));

/** This person's complete approval by their link, with changes to what they answer. */
export const answerOf = (
  scene: Pick<ApprovalCase, 'request' | 'policy'>,
  who: string,
  answered: Partial<PersonalAnswer['answer']> = {},
): PersonalAnswer => ({
  payload: payloadFor(scene.request, who),
  answer: {
    decision: 'approve',
    checklist: yesToAll(scene.policy),
    typedConfirmation: scene.request.modelVersion,
    comment: '',
    ...answered,
  },
  openings: new Map(),
  authMethod: 'signed_link',
});

/** Says how often the model decided in favor of each group of the case's release. */
export const seedOutcomes = (
  { store, release }: ApprovalCase,
  groups: OutcomeRecord['groups'],
  totals?: OutcomeRecord['totals'],
  schema?: OutcomeRecord['schema'],
): void =>
  store.seed({
    entity: 'outcomes',
    version: 1,
    releaseId: release.releaseId,
    predictionsSha256: digestOf('predictions'),
    groups,
    ...(totals && { totals }),
    ...(schema && { schema }),
  });

/** What this person's complete approval is judged by, with changes. */
export const aDecision = async (
  { store, policy, directory, checks, release, request }: ApprovalCase,
  personId: string,
  changes: Partial<DecisionInput> & { readonly answered?: Partial<DecisionInput['answer']> } = {},
): Promise<DecisionInput> => {
  const { answered, ...rest } = changes;
  return {
    release: (await store.get('release', release.releaseId)) ?? release,
    request: (await store.get('request', request.requestId)) ?? request,
    approvals: await store.list('approval', release.releaseId),
    checks,
    policy,
    directory,
    former: await readFormerDecisionsOf(store, release),
    ended: await readOwnEnd(store, release),
    ...answerOf({ request, policy }, personId, answered),
    decisionKeyPem: DECISION_KEY.pem,
    evidenceDigestNow: evidenceDigestNow(release, checks),
    content: contentOf(release),
    now: at('2026-11-21T10:00:00.000Z'),
    ...rest,
  };
};

export const anApproval = (
  approverId: string,
  approverRole: string,
): Pick<Approval, 'approverId' | 'approverRole' | 'decision'> => ({
  approverId: person(approverId),
  approverRole: approverRole as Approval['approverRole'], // a role that the test spells out
  decision: 'approve',
});
