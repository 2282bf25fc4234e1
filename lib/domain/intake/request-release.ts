import { assignRoles } from '../approval/quorum.ts';
import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { type PolicyRecord, type PolicyVersion, policySha256 } from '../policy/policy-record.ts';
import { assessTier, type TierAssessment } from '../policy/tiers.ts';
import { type Endpoint, endpointId, ownerProblem } from '../records/endpoint.ts';
import type { Content, IntakeRefusal, ReleaseClaim } from '../records/intake.ts';
import { endpointProblem, type Pointer } from '../records/pointer.ts';
import { type ServedVersions, versionProblem } from '../records/served-versions.ts';
import { Refusal, type RefusalCode, type Violation } from '../refusal.ts';
import { contentSha256, evidenceUris, type ReleaseManifest } from '../release/manifest.ts';
import { schemeOf, VersionScheme } from '../release/model-version.ts';
import type { Release, Sources } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { type ServingSpecification, servingSha256 } from '../release/serving-specification.ts';
import type { ServingWorld } from './find-serving.ts';
import { lookUp } from './look-up.ts';
import { withMissingEvidence } from './missing-evidence.ts';
import { readClaim } from './read-claim.ts';
import { noteConfiguration } from './record-configuration-change.ts';
import { intakeRefusal, refusalChange } from './refuse-claim.ts';

/** What the intake needs of the world. */
export type IntakeWorld = ServingWorld & {
  readonly store: ReleaseStore;
  readonly policy: PolicyRecord;
  readonly directory: DirectoryRecord;
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

const acceptOnce = async (claim: ReleaseClaim, world: IntakeWorld): Promise<IntakeOutcome> => {
  const manifest = readClaim(claim, world.packages.home);
  const content = contentSha256(manifest);
  const known = await world.store.get('content', content);
  const former = known === undefined ? undefined : await releaseOf(known, world.store);
  if (former !== undefined && !isAnotherTry(former, manifest)) return { outcome: 'known', release: former };
  const namesake = await world.store.get('release', manifest.release_id);
  // Between the two reads, the same request may have been accepted a second time. Then this is that release.
  if (namesake?.contentSha256 === content) return { outcome: 'known', release: namesake };
  if (namesake !== undefined) {
    throw new Refusal('ReleaseIdTaken', `release ${manifest.release_id} exists with different content`, [
      { field: 'release_id', problem: `${manifest.release_id} is the id of another release` },
    ]);
  }
  const [served, pointer, endpoint] = await Promise.all([
    world.store.get('served_versions', manifest.model_name),
    world.store.get('pointer', manifest.model_name),
    world.store.get('endpoint', endpointId(manifest.deployment.endpoint_name)),
  ]);
  assertFollows(manifest, { served, pointer, endpoint, policy: world.policy });
  assertApprovable(manifest, submitterOf(claim, manifest), world);
  const { sources, serving } = await lookUp(manifest, world);
  await noteConfiguration(world);
  const policyVersion = await world.store.get('policy', policySha256(world.policy));
  const { change, release } = draftRelease({ claim, manifest, content, known, sources, serving, policyVersion, world });
  await world.store.commit(expecting(change, former, served, pointer, endpoint), world.now());
  return { outcome: 'accepted', release };
};

const releaseOf = async ({ contentSha256, releaseId }: Content, store: ReleaseStore): Promise<Release> => {
  const release = await store.get('release', releaseId);
  if (release === undefined)
    throw new Error(`content ${contentSha256} names release ${releaseId}, which does not exist`);
  return release;
};

/**
 * A fault or a missed deadline must not bar a model for ever: content whose release was rejected or has expired may be
 * requested again under a new release id.
 */
const isAnotherTry = ({ state, releaseId }: Release, manifest: ReleaseManifest): boolean =>
  (state === 'rejected' || state === 'expired') && releaseId !== manifest.release_id;

type Before = {
  readonly served: ServedVersions | undefined;
  readonly pointer: Pointer | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly policy: PolicyRecord;
};

/** Refuses a release that cannot follow what its model has served so far, and names every field that is in the way. */
const assertFollows = (manifest: ReleaseManifest, before: Before): void => {
  const [first, ...others] = [
    ...versionFaults(manifest, before),
    ...ownerFaults(manifest, before),
    ...endpointFaults(manifest, before),
  ];
  if (first === undefined) return;
  const violations = [first, ...others].map(({ field, problem }) => ({ field, problem }));
  throw new Refusal(first.code, first.message, violations);
};

type Fault = Violation & { readonly code: RefusalCode; readonly message: string };

/** A version identifies one model: it has not been in production, and none that is higher has. */
const versionFaults = (manifest: ReleaseManifest, { served, policy }: Before): Fault[] => {
  const { release_id: releaseId, model_version: modelVersion } = manifest;
  const field = 'model_version';
  const scheme = schemeOf(modelVersion);
  const { version_schemes: schemes = VersionScheme.options } = policy;
  if (!schemes.includes(scheme)) {
    const problem = `${modelVersion} is a ${scheme} version; the policy accepts ${schemes.join(', ')}`;
    return [{ code: 'ManifestInvalid', message: 'the manifest does not describe a release', field, problem }];
  }
  const problem = versionProblem(served, { releaseId, modelVersion });
  const message = `the version cannot be used for a new release: ${problem}`;
  return problem === undefined ? [] : [{ code: 'VersionTaken', message, field, problem }];
};

/** An endpoint belongs to one model. */
const ownerFaults = ({ model_name: modelName, deployment }: ReleaseManifest, { endpoint }: Before): Fault[] => {
  const problem = ownerProblem(endpoint, { endpointName: deployment.endpoint_name, modelName });
  const message = `the release cannot be served from the endpoint that it names: ${problem}`;
  return problem === undefined ? [] : [{ code: 'EndpointTaken', message, field: 'deployment.endpoint_name', problem }];
};

/** A model serves from one endpoint. Another is not taken by a release, but by a move of what serves. */
const endpointFaults = ({ model_name: model, deployment }: ReleaseManifest, { pointer }: Before): Fault[] => {
  const problem = endpointProblem(pointer, deployment.endpoint_name);
  const message = `the release cannot go to another endpoint: ${problem}; assay endpoints move ${model} moves what serves`;
  return problem === undefined
    ? []
    : [{ code: 'EndpointMismatch', message, field: 'deployment.endpoint_name', problem }];
};

/** Refuses a release at once if no set of people could ever approve it. */
const assertApprovable = (manifest: ReleaseManifest, submitter: Actor, { policy, directory }: IntakeWorld): void => {
  const { roles } = policy.tiers[tierOf(manifest, policy).tier];
  assignRoles(roles, directory, { requestedBy: manifest.requested_by, submittedBy: submitter.id, manifest });
};

/** A tier that is declared lower than the facts require is raised. Both are on record. */
const tierOf = (manifest: ReleaseManifest, policy: PolicyRecord): TierAssessment =>
  assessTier(policy, manifest.declared_risk_tier, manifest.risk_facts);

/** The submitter, if the door has authenticated one. Otherwise only the manifest names a requester. */
const submitterOf = (claim: ReleaseClaim, manifest: ReleaseManifest): Actor =>
  claim.actor ?? { id: manifest.requested_by, role: 'requester', auth: 'manifest' };

type Draft = {
  readonly claim: ReleaseClaim;
  readonly manifest: ReleaseManifest;
  readonly content: Sha256;
  /** The content record of an earlier release that has ended. */
  readonly known: Content | undefined;
  readonly sources: Sources;
  readonly serving: ServingSpecification;
  readonly policyVersion: PolicyVersion | undefined;
  readonly world: IntakeWorld;
};

const draftRelease = ({ claim, manifest, content, known, sources, serving, policyVersion, world }: Draft) => {
  const now = world.now();
  const { release_id: releaseId } = manifest;
  const policyDigest = policySha256(world.policy);
  const actor = submitterOf(claim, manifest);
  const assessment = tierOf(manifest, world.policy);
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
    riskTier: assessment.tier,
    requestedBy: manifest.requested_by,
    submittedBy: actor.id,
    sources,
    createdAt: now,
    updatedAt: now,
    reasons: [],
  };
  const policy: PolicyVersion = {
    entity: 'policy',
    version: 0,
    policySha256: policyDigest,
    policy: world.policy,
    firstSeenAt: now,
  };
  const change: Change = {
    model: release.modelName,
    event: releaseEvent(release, actor, {
      event_type: 'release_requested',
      idempotency_key: known === undefined ? content : `${content}:${release.releaseId}`,
      evidence_refs: fitIntoEvent([manifest.artifact_uri, ...Object.values(evidenceUris(manifest))]),
      details: requestDetails({ claim, manifest, content, known, serving }, assessment),
    }),
    writes: [
      { kind: 'create', entity: release },
      known === undefined
        ? { kind: 'create', entity: { entity: 'content', version: 0, contentSha256: content, releaseId } }
        : { kind: 'replace', entity: { ...known, releaseId } },
      ...(policyVersion === undefined ? [{ kind: 'create' as const, entity: policy }] : []),
    ],
    intents: [
      {
        intent: {
          kind: 'start_execution',
          machine: 'release',
          name: release.releaseId,
          input: JSON.stringify({ releaseId: release.releaseId }),
        },
      },
    ],
  };
  return { change, release: { ...release, version: 1 } };
};

type Requested = Pick<Draft, 'claim' | 'manifest' | 'content' | 'known' | 'serving'>;

/** What is served is there by its digest: the ledger is kept for ever, and values of an environment have no place in it. */
const requestDetails = ({ claim, manifest, content, known, serving }: Requested, assessment: TierAssessment) => ({
  door: claim.door,
  content_sha256: content,
  ...(known === undefined ? {} : { former_release: known.releaseId }),
  requested_by: manifest.requested_by,
  trained_by: manifest.trained_by,
  git_commit: manifest.git_commit,
  training_dataset_sha256: manifest.training_dataset_sha256,
  image: serving.image,
  serving_sha256: servingSha256(serving),
  declared_risk_tier: assessment.declared,
  risk_tier: assessment.tier,
  ...(assessment.rule === undefined ? {} : { tier_rule: assessment.rule }),
});

/** Records a refusal with all its violations, once per claim. */
const refuseClaim = (claim: ReleaseClaim, why: Refusal, world: IntakeWorld): Promise<IntakeOutcome> =>
  untilCommitted(async () => {
    const refusal = intakeRefusal(claim, why, world.now());
    const known = await world.store.get('refusal', refusal.refusalId);
    if (known !== undefined) return { outcome: 'refused', refusal: known };
    await world.store.commit(refusalChange(refusal, claim.actor), world.now());
    return { outcome: 'refused', refusal: { ...refusal, version: 1 } };
  });
