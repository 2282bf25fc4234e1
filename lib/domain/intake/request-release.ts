import { afterDenial, assertAnswered } from '../approval/after-denial.ts';
import { assertApprovable } from '../approval/approvable.ts';
import { answerTime } from '../approval/candidates.ts';
import type { Change } from '../change/change.ts';
import { executionName } from '../change/execution-name.ts';
import { expecting } from '../change/expecting.ts';
import type { HeldPackage } from '../change/held-package.ts';
import { readFormerDecisions } from '../change/read-former-decisions.ts';
import { recordRefusal } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import { approvalStages, stagesInEvent } from '../policy/approval-stages.ts';
import type { ClauseDays } from '../policy/clause-days.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { type PolicyRecord, type PolicyVersion, policySha256 } from '../policy/policy-record.ts';
import { type AppliedPolicy, policyOf, type ScopedPolicies } from '../policy/scoped-policies.ts';
import { type AssessedTier, assertOverride, assessManifest, requiredRoles } from '../policy/tier-override.ts';
import type { FormerDecision } from '../records/former-decision.ts';
import type { Content, IntakeRefusal, ReleaseClaim } from '../records/intake.ts';
import { takingPackage } from '../records/package-holder.ts';
import { takenInSha256 } from '../records/taken-in.ts';
import { Refusal } from '../refusal.ts';
import { contentSha256, evidenceUris, type ReleaseManifest } from '../release/manifest.ts';
import type { Release, Sources } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { type ServingSpecification, servingSha256 } from '../release/serving-specification.ts';
import { signedOverride } from '../release/tier-override.ts';
import type { FoundEndpoint } from '../serving/deployer.ts';
import { assertChangesAnswered } from './answered-changes.ts';
import { answerInEvent, answering, deniedBefore } from './denied-before.ts';
import type { ServingWorld } from './find-serving.ts';
import { assertFollows, readRowsBefore, withStranger } from './follows-its-model.ts';
import { isAnotherTry, releaseOf } from './known-content.ts';
import { lookUp } from './look-up.ts';
import { withMissingEvidence } from './missing-evidence.ts';
import { type KnownClaim, readClaim } from './read-claim.ts';
import { noteConfiguration } from './record-configuration-change.ts';
import { inLedgerWords, intakeRefusal, refusalChange } from './refuse-claim.ts';

/** What the intake needs of the world. */
export type IntakeWorld = ServingWorld & {
  readonly store: ReleaseStore;
  /** An endpoint as it is in SageMaker; undefined if there is none of this name. */
  readonly findEndpoint: (endpointName: string) => Promise<FoundEndpoint | undefined>;
  /** The base, if there are overlays. */
  readonly policy: PolicyRecord;
  readonly scoped?: ScopedPolicies | undefined;
  readonly directory: DirectoryRecord;
  readonly clauses?: ClauseDays | undefined;
  /** What stands in the ledger for a name that the directory does not know. */
  readonly unknownName: (name: string) => Promise<string>;
  readonly now: () => Instant;
};

export type IntakeOutcome =
  | { readonly outcome: 'accepted' | 'known'; readonly release: Release }
  | { readonly outcome: 'refused'; readonly refusal: IntakeRefusal };

/**
 * Accepts or refuses a claim. Afterwards there is either exactly one release with this content and the intent to start
 * its execution, or a refusal that names every violation. Sending the claim again, even five times at once, changes
 * nothing.
 */
export const requestRelease = async (claim: ReleaseClaim, world: IntakeWorld): Promise<IntakeOutcome> => {
  try {
    return await untilCommitted(() => acceptOnce(claim, world));
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return refuseClaim(claim, await withMissingEvidence(cause, claim.manifest, world), world);
  }
};

const acceptOnce = async (claim: ReleaseClaim, deployed: IntakeWorld): Promise<IntakeOutcome> => {
  const makers = readClaim(claim, deployed.directory, deployed.packages.home);
  const { manifest } = makers;
  const applied = policyOf({ base: deployed.policy, scoped: deployed.scoped }, manifest.model_name);
  const world = { ...deployed, policy: applied.policy };
  const content = contentSha256(manifest);
  const [known, namesake, rows, decidedBefore] = await Promise.all([
    world.store.get('content', content),
    world.store.get('release', manifest.release_id),
    readRowsBefore(manifest, world.store),
    readFormer(manifest, world),
  ]);
  const former = known === undefined ? undefined : await releaseOf(known, world.store);
  if (former !== undefined && !isAnotherTry(former, manifest)) return { outcome: 'known', release: former };
  // Between two reads, the same request may have been accepted a second time. Then this is that release.
  if (namesake?.contentSha256 === content) return { outcome: 'known', release: namesake };
  if (namesake !== undefined) {
    throw new Refusal('ReleaseIdTaken', `release ${manifest.release_id} exists with different content`, [
      { field: 'release_id', problem: `${manifest.release_id} is the id of another release` },
    ]);
  }
  const before = await withStranger(manifest, rows, world);
  assertFollows(manifest, before, world.policy);
  assertOverride(world.policy, manifest);
  assertPeopleCanApprove(makers, decidedBefore, world);
  assertDenialsAnswered(makers, decidedBefore, world);
  await assertChangesAnswered(manifest, world.store);
  const { sources, serving } = await lookUp(manifest, world);
  const head = world.store.head(manifest.model_name);
  await Promise.all([noteConfiguration(deployed), head]);
  const policyVersion = await world.store.get('policy', policySha256(world.policy));
  const { held } = before;
  const found = { content, known, held, decidedBefore, sources, serving, policyVersion, applied };
  const { change, release } = draftRelease({ ...makers, door: claim.door, ...found, world });
  const judged = [former, before.served, before.pointer, before.endpoint, held.row, ...held.holders];
  await world.store.commit(expecting(change, ...judged), world.now(), head);
  return { outcome: 'accepted', release };
};

/** Refuses a release at once that the people of the directory could never approve in the time that they have. */
const assertPeopleCanApprove = (
  { manifest, requestedBy, submitter }: KnownClaim,
  former: readonly FormerDecision[],
  { policy, directory, now }: Pick<IntakeWorld, 'policy' | 'directory' | 'now'>,
): void => {
  const tier = tierOf(manifest, policy);
  const release = { requestedBy, submittedBy: submitter.id, manifest, ...tier };
  const { mustDecide } = afterDenial({ release, policy, directory, former });
  const time = answerTime(policy.tiers[tier.riskTier], now());
  assertApprovable({ roles: requiredRoles(policy, tier), directory, release, time, mustDecide });
};

const readFormer = (manifest: ReleaseManifest, { store }: IntakeWorld): Promise<FormerDecision[]> =>
  readFormerDecisions(store, {
    releaseId: manifest.release_id,
    modelName: manifest.model_name,
    modelVersion: manifest.model_version,
    artifactSha256: manifest.artifact_sha256,
  });

/** Refuses a release at once that must answer a denial, and does not. */
const assertDenialsAnswered = (
  { manifest, requestedBy, submitter }: KnownClaim,
  former: readonly FormerDecision[],
  { policy, directory }: Pick<IntakeWorld, 'policy' | 'directory'>,
): void => {
  const release = { requestedBy, submittedBy: submitter.id, manifest, ...tierOf(manifest, policy) };
  assertAnswered({ release, policy, directory, former });
};

/** A tier that is declared lower than the facts require is raised, unless people are asked to lower it. All is on record. */
const tierOf = (manifest: ReleaseManifest, policy: PolicyRecord): Pick<Release, 'riskTier' | 'tierOverride'> => {
  const { tier: riskTier, override: tierOverride } = assessManifest(policy, manifest);
  return { riskTier, ...(tierOverride && { tierOverride }) };
};

type Draft = KnownClaim & {
  readonly door: string;
  readonly content: Sha256;
  /** The content record of an earlier release that has ended. */
  readonly known: Content | undefined;
  /** The package that it names, and whose that was. */
  readonly held: HeldPackage;
  /** What was decided against this content or version before. */
  readonly decidedBefore: readonly FormerDecision[];
  readonly sources: Sources;
  readonly serving: ServingSpecification;
  readonly policyVersion: PolicyVersion | undefined;
  readonly applied: AppliedPolicy;
  readonly world: IntakeWorld;
};

const draftRelease = (draft: Draft) => {
  const { manifest, requestedBy, submitter, content, known, held, decidedBefore } = draft;
  const { sources, serving, policyVersion, world } = draft;
  const now = world.now();
  const { release_id: releaseId, model_package_arn: modelPackageArn } = manifest;
  const policyDigest = policySha256(world.policy);
  const execution = executionName(releaseId, 0, now);
  const release: Release = {
    entity: 'release',
    version: 0,
    releaseId,
    modelName: manifest.model_name,
    modelVersion: manifest.model_version,
    state: 'draft',
    manifest,
    serving,
    contentSha256: content,
    policySha256: policyDigest,
    ...tierOf(manifest, world.policy),
    requestedBy,
    submittedBy: submitter.id,
    ...answering(manifest, decidedBefore),
    sources,
    createdAt: now,
    updatedAt: now,
    reasons: [],
    execution,
  };
  const taken = { contentSha256: content, releaseId, takenInSha256: takenInSha256(release) };
  const policy: PolicyVersion = {
    entity: 'policy',
    version: 0,
    policySha256: policyDigest,
    policy: world.policy,
    firstSeenAt: now,
  };
  const change: Change = {
    model: release.modelName,
    event: releaseEvent(release, submitter, {
      event_type: 'release_requested',
      idempotency_key: known === undefined ? content : `${content}:${release.releaseId}`,
      evidence_refs: fitIntoEvent(
        [manifest.artifact_uri, ...Object.values(evidenceUris(manifest))],
        answerInEvent(manifest),
      ),
      details: requestDetails(draft),
    }),
    writes: [
      { kind: 'create', entity: release },
      known === undefined
        ? { kind: 'create', entity: { entity: 'content', version: 0, ...taken } }
        : { kind: 'replace', entity: { ...known, ...taken } },
      ...(modelPackageArn === undefined ? [] : [takingPackage(held.row, { modelPackageArn, releaseId }, now)]),
      ...(policyVersion === undefined ? [{ kind: 'create' as const, entity: policy }] : []),
    ],
    intents: [
      {
        intent: {
          kind: 'start_execution',
          machine: 'release',
          name: execution,
          input: JSON.stringify({ releaseId: release.releaseId }),
        },
      },
    ],
  };
  return { change, release: { ...release, version: 1 } };
};

/** What is served is there by its digest: the ledger is kept for ever, and values of an environment have no place in it. */
const requestDetails = (draft: Draft) => {
  const { door, manifest, content, known, decidedBefore, serving, world, applied } = draft;
  return {
    door,
    content_sha256: content,
    ...deniedBefore(decidedBefore, manifest),
    ...(manifest.answers === undefined ? {} : { answers: manifest.answers }),
    ...(known === undefined ? {} : { former_release: known.releaseId }),
    requested_by: manifest.requested_by,
    trained_by: manifest.trained_by,
    commit_author: manifest.commit_author,
    git_commit: manifest.git_commit,
    ...(manifest.git_ref === undefined ? {} : { git_ref: manifest.git_ref }),
    training_dataset_sha256: manifest.training_dataset_sha256,
    training_dataset_ref: manifest.training_dataset_ref,
    config_version: manifest.config_version,
    feature_schema_version: manifest.feature_schema_version,
    image: serving.image,
    serving_sha256: servingSha256(serving),
    ...tierDetails(assessManifest(world.policy, manifest)),
    ...(world.scoped === undefined ? {} : { policy_applied: policyApplied(applied, world.scoped) }),
    required_roles: requiredRoles(world.policy, tierOf(manifest, world.policy)),
    ...stagesInEvent(approvalStages(world.policy, tierOf(manifest, world.policy))),
  };
};

/** What was declared, what was computed, and what applies; and who has to agree, if that is the lower one. */
const tierDetails = ({ tier, declared, computed, rule, override }: AssessedTier) => ({
  declared_risk_tier: declared,
  risk_tier: tier,
  ...(rule === undefined ? {} : { tier_rule: rule }),
  ...(computed === undefined ? {} : { computed_risk_tier: computed }),
  ...signedOverride({ tierOverride: override }),
});

/** Which overlays the policy is made of, and the declared tags of the model, which decided about that. */
const policyApplied = ({ overlays, tags }: AppliedPolicy, scoped: ScopedPolicies) => ({
  overlays: overlays.map(({ name, sha256 }) => ({ name, sha256 })),
  tags: Object.fromEntries(tags),
  models_sha256: scoped.models_sha256 ?? '',
});

/** Records a refusal with all its violations, once per claim, as far as its bound allows. */
export const refuseClaim = (claim: ReleaseClaim, why: Refusal, world: IntakeWorld): Promise<IntakeOutcome> =>
  untilCommitted(async () => {
    const refusal = intakeRefusal(claim, why, world.now());
    const known = await world.store.get('refusal', refusal.refusalId);
    if (known !== undefined) return { outcome: 'refused', refusal: known };
    const words = await inLedgerWords(claim, why, world.unknownName);
    const change = refusalChange(refusal, words);
    await recordRefusal(
      change,
      { ...placeOf(claim, words.actor), about: [refusal.refusalId] },
      world.store,
      world.now(),
    );
    return { outcome: 'refused', refusal: { ...refusal, version: 1 } };
  });

/**
 * Only the API knows its callers before they say anything. The other doors have one bound for all who use them, and so have
 * principals that nobody declared: who may create roles has as many as they like.
 */
const placeOf = ({ door, submitter: { auth, identity } }: ReleaseClaim, actor: Actor) =>
  door === 'http_api' && (auth !== 'iam' || identity !== undefined)
    ? { bound: 'intake_of_caller' as const, by: [actor.id] }
    : { bound: 'intake_of_door' as const, by: [door] };
