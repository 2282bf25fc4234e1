import { type ForceFacts, inForce } from '../approval/in-force.ts';
import { decisionReasons, type StoredDecisions } from '../approval/judge-decisions.ts';
import { isEnforced } from '../checks/vocabulary.ts';
import type { RiskTier, Sha256 } from '../identifiers.ts';
import type { ActiveFreeze } from '../policy/active-freezes.ts';
import {
  type CheckInPolicy,
  mustAllChecksPass,
  type PolicyRecord,
  type StageInPolicy,
} from '../policy/policy-record.ts';
import { appliesTo } from '../policy/tiers.ts';
import { unknownParts } from '../policy/unknown-parts.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { NO_ROLLBACK_TARGET } from '../records/evidence-digest.ts';
import { isServing } from '../records/pointer.ts';
import { isOfFormerIntake } from '../records/taken-in.ts';
import { formerVersionReasons } from '../release/former-version.ts';
import type { InProduction } from '../release/in-production.ts';
import { endpointNameOf, type Reason, type Release, requireEstablished } from '../release/release.ts';
import { changedPackageReasons } from '../serving/departures.ts';
import type { FoundEndpoint } from '../serving/deployer.ts';
import { formerOwnerProblem, strangerProblem } from '../serving/strange-endpoint.ts';
import { type Asking, debtReasons, openedBy, ownDebtReasons } from './break-glass.ts';
import { type CanaryFacts, canaryReasons } from './canary-reasons.ts';
import { notPassed, notRun } from './check-reasons.ts';
import { freezeReasons } from './freeze-reasons.ts';
import {
  endpointReasons,
  holdReasons,
  lineReasons,
  type ObstacleFacts,
  obstacles,
  versionReasons,
  wayBackReasons,
} from './obstacles.ts';
import { strategyReasons } from './strategy-reasons.ts';

/** A decision of the gate, with every reason, not only the first. */
export type GateDecision =
  | {
      readonly outcome: 'allow';
      /** What would have denied it, and is opened by a break-glass that is in force. Absent if nothing is. */
      readonly opened?: NonEmpty;
    }
  | { readonly outcome: 'deny'; readonly reasons: NonEmpty };

type NonEmpty = readonly [Reason, ...Reason[]];

/** The part of a check record that the gate looks at. Its stage may be one that only the policy knows. */
type JudgedCheck = Pick<CheckRecord, 'name' | 'status' | 'explanation' | 'evidenceSha256'> & {
  readonly stage: StageInPolicy['name'];
};

/**
 * Establishes that every check that the policy enforces at a tier was run and passed. If the tier is not known, the
 * checks of all tiers count.
 */
export const judgeChecks = (policy: PolicyRecord, checks: readonly JudgedCheck[], tier?: RiskTier): GateDecision =>
  decision(checkReasons(policy, checks, tier));

/** What shows that people approved what is stored of a release. Each step that leads to production reads and judges it again. */
type ApprovalFacts = StoredDecisions & ForceFacts & { readonly request: ApprovalRequest | undefined };

/** What what serves is judged by as well. */
export type StandingFacts = ApprovalFacts &
  ObstacleFacts &
  CanaryFacts & {
    /** Hashed again just now, from the pinned version of the artifact. */
    readonly artifactSha256: Sha256;
    /** Why SageMaker would serve something else than people approved, as found just now. */
    readonly departures: readonly Reason[];
    /** The windows that are on now in which nothing like it is promoted. */
    readonly freezes: readonly ActiveFreeze[];
  };

export type PromotionFacts = StandingFacts & {
  /** The environment that is deployed. */
  readonly environment: string;
};

/**
 * Establishes, from stored facts alone, that a release may be promoted: checks, quorum, signatures of the decisions,
 * separation of duties hold, the approval is in force, the tier is the one that the policy gives, the model is registered, and the artifact, the evidence and the rollback target are what people approved.
 */
export const judgePromotion = (facts: PromotionFacts, asking: Asking = facts): GateDecision => {
  const { closed, opened } = openedBy(stopReasons(facts), facts, asking);
  const reasons = [
    ...standingReasons(facts),
    ...proofReasons(facts),
    // After a rollback, what is in production is older than what was.
    ...versionReasons(facts),
    ...forceReasons(facts),
    ...holdReasons(facts),
    ...debtReasons(facts),
    ...closed,
  ];
  return decision(reasons, opened);
};

/** All that a break-glass can open: that nothing is promoted now, whatever it is. */
const stopReasons = (facts: PromotionFacts): Reason[] => [...lineReasons(facts), ...freezeReasons(facts.freezes)];

/** What must hold of a release before it is promoted, and as long as it is in production. */
const standingReasons = (facts: StandingFacts): Reason[] => [
  ...formerVersionReasons(facts.release),
  ...checkReasons(facts.policy, facts.checks, facts.release.riskTier),
  ...artifactReasons(facts),
  ...deploymentReasons(facts),
  ...approvalReasons(facts),
  ...bindingReasons(facts),
  ...endpointReasons(facts),
  ...packageReasons(facts),
];

/** What the gate is asked about a release: whether it may become the one in production, or whether it may go on to be. */
export type GateQuestion = 'promotion' | 'production';

export const questionOf = ({ release, pointer }: Pick<PromotionFacts, 'release' | 'pointer'>): GateQuestion =>
  release.state === 'production' && pointer?.releaseId === release.releaseId ? 'production' : 'promotion';

/**
 * The gate: the one answer to whether a release may be in production, with every reason why not. The promotion asks it, and so
 * does everybody else, to whom a break-glass opens nothing before the promotion has put its use on record. A release that is in production is asked the same, but for what stands before a promotion only: that it is
 * not promoted yet, and that nothing of its model is promoted now. One that did not come as far as the approval is denied for
 * that, for what is known already, and for what it was rejected for.
 */
export const judgeGate = (facts: PromotionFacts, asking: Asking = facts): GateDecision => {
  const { release } = facts;
  if (questionOf(facts) === 'production')
    return decision([...standingReasons(facts), ...inForce(facts).reasons, ...ownDebtReasons(facts)]);
  // A row that says approved is judged whole, whatever it lacks.
  const hasBeenJudged = release.state === 'approved' || release.evidenceDigest !== undefined;
  return withOwnReasons(release, hasBeenJudged ? judgePromotion(facts, asking) : judgeEarly(facts));
};

/**
 * Establishes that an approval may go on beyond its end: what serves would be let into production today, checks that cannot be
 * trusted prove nothing, and the approval is in force still: one that has ended, or is suspended, is never renewed.
 */
export const judgeGoingOn = (facts: StandingFacts): readonly Reason[] => [
  ...(questionOf(facts) === 'production'
    ? []
    : [reason('state', 'it is not in production: what does not serve is not renewed')]),
  ...standingReasons(facts),
  ...proofReasons(facts),
  ...inForce(facts).reasons,
  ...ownDebtReasons(facts),
];

/** A release that people were not asked about: neither digest nor quorum can be compared. It is not approved, so it is denied. */
const judgeEarly = (facts: PromotionFacts): GateDecision =>
  decision([
    ...forceReasons(facts),
    ...formerVersionReasons(facts.release),
    ...checkReasons(facts.policy, facts.checks, facts.release.riskTier),
    ...deploymentReasons(facts),
    ...proofReasons(facts),
    ...versionReasons(facts),
    ...endpointReasons(facts),
    ...holdReasons(facts),
    ...debtReasons(facts),
    ...stopReasons(facts),
    ...packageReasons(facts),
  ]);

/** Of a release that has ended, people look for what it ended for. */
const withOwnReasons = ({ state, reasons }: Release, judged: GateDecision): GateDecision =>
  state === 'rejected' ? allOf(judged, decision(reasons)) : judged;

/**
 * Establishes that people still approve what is stored of a release, by what they signed: a row that changed after the gate had
 * allowed its promotion is not deployed, and not made the one in production. A former version signed no decisions, and this one
 * lets none of its releases through the gate: a promotion that it has begun ends as it began.
 */
export const judgeApproval = (facts: ApprovalFacts): GateDecision =>
  decision(isOfFormerIntake(facts.release, facts.content) ? [] : [...approvalReasons(facts), ...forceReasons(facts)]);

/** Every reason of several judgements, each once. */
export const allOf = (...decisions: readonly GateDecision[]): GateDecision => {
  const reasons = decisions.flatMap((one) => (one.outcome === 'deny' ? one.reasons : []));
  return decision([...new Map(reasons.map((one) => [`${one.rule} ${one.explanation}`, one])).values()]);
};

type FlipFacts = ObstacleFacts & ForceFacts;

/**
 * Establishes, right before the flip, that nothing got in the way during the deployment: the approval is in force,
 * no other release was promoted, what is in production is neither being rolled back nor moved, no rollback holds the model, the
 * line runs, the model package was not changed, and the endpoint is still the model's own.
 */
export const judgeFlip = (facts: FlipFacts): GateDecision => decision(flipReasons(facts, 'step'));

/** Establishes what the flip would be denied for as things stand, for a release of which no attempt has begun. */
export const judgeOutlook = (facts: FlipFacts): GateDecision => decision(flipReasons(facts, 'order'));

const flipReasons = (facts: FlipFacts, asking: Asking): Reason[] => [
  ...obstacles(facts, asking),
  ...forceReasons(facts),
];

type DeploymentFacts = FlipFacts & {
  /** The endpoint as it is in SageMaker; undefined if it is not there. */
  readonly found: FoundEndpoint | undefined;
  /** The releases of all models that are in production. Looked at only if the endpoint has no owner. */
  readonly inProduction: readonly InProduction[];
};

/**
 * Establishes, right before the order to the deployer, that the flip would be allowed now, and that the endpoint is the
 * model's own, or that nobody has it: what is held serves nobody for a moment, and what Assay did not make is not touched.
 */
export const judgeDeployment = (facts: DeploymentFacts): GateDecision => {
  const { release, pointer, endpoint, found, inProduction } = facts;
  const taken = { modelName: release.modelName, endpointName: endpointNameOf(release), pointer, endpoint };
  const problems = [strangerProblem(taken, found, release.endpointConfigName), formerOwnerProblem(taken, inProduction)];
  return decision([
    ...flipReasons(facts, 'step'),
    ...problems.flatMap((problem) => (problem ? [reason('endpoint', problem)] : [])),
  ]);
};

const decision = (reasons: readonly Reason[], [opened, ...others]: readonly Reason[] = []): GateDecision => {
  const [first, ...rest] = reasons;
  if (first !== undefined) return { outcome: 'deny', reasons: [first, ...rest] };
  return opened === undefined ? { outcome: 'allow' } : { outcome: 'allow', opened: [opened, ...others] };
};

const checkReasons = (policy: PolicyRecord, checks: readonly JudgedCheck[], tier: RiskTier | undefined): Reason[] => [
  ...unknownParts(policy).map((part) => reason('policy', `the policy has ${part}, which this version does not know`)),
  ...bindingAt(policy, tier).flatMap((used): Reason[] => {
    const found = checks.find((check) => check.stage === used.stage && check.name === used.name);
    if (found === undefined) return [notRun(used)];
    return found.status === 'passed' ? [] : [notPassed(found)];
  }),
];

/** The checks that must pass at a tier; those of all tiers if it is not known. */
export const bindingAt = (policy: PolicyRecord, tier: RiskTier | undefined) =>
  policy.stages
    .filter((stage) => appliesTo(stage, tier))
    .flatMap((stage) => bindingChecks(policy, stage).map(({ name }) => ({ stage: stage.name, name })));

type ProofFacts = CanaryFacts & Pick<PromotionFacts, 'release' | 'policy' | 'checks' | 'now'>;

/** Nothing that a check says counts while it cannot be trusted; one that need not pass decides nothing. */
export const proofReasons = (facts: ProofFacts): Reason[] => {
  const binding = bindingAt(facts.policy, facts.release.riskTier).map(({ name }) => name);
  return canaryReasons(binding, facts.checks, facts);
};

/**
 * The checks of a stage that must pass. A promotion rule that asks for all checks includes those that only warn: where
 * a policy says both, the stricter one counts.
 */
const bindingChecks = (policy: PolicyRecord, stage: StageInPolicy): readonly CheckInPolicy[] => {
  if (mustAllChecksPass(policy)) return stage.checks;
  if (!stage.required || !stage.blocking) return [];
  const used: readonly CheckInPolicy[] = stage.checks;
  return used.filter(({ mode }) => isEnforced(mode));
};

/** The required artifacts that the release lacks, whether or not a check looks at them. */
const artifactReasons = (facts: StandingFacts): Reason[] =>
  (facts.policy.release_gates?.required_artifacts ?? [])
    .filter((artifact) => !isThere(artifact, facts))
    .map((artifact) =>
      reason('required_artifacts', `the policy asks for ${artifact}, which the release does not have`),
    );

/**
 * Whether an artifact is there: evidence if it was pinned, by whatever name; the rollback target if there is one, or if
 * the policy lets a first release go without.
 */
const isThere = (artifact: string, facts: StandingFacts): boolean => {
  const { release, policy, pointer } = facts;
  if (artifact !== 'rollback_target') return Object.hasOwn(requireEstablished(release, 'pinned').evidence, artifact);
  const hasTarget = release.rollbackTarget !== undefined && release.rollbackTarget !== NO_ROLLBACK_TARGET;
  const isFirst = !isServing(pointer) || questionOf(facts) === 'production';
  return hasTarget || (isFirst && policy.release_gates?.first_release_may_lack_rollback_target === true);
};

const deploymentReasons = ({ policy, release }: Pick<PromotionFacts, 'policy' | 'release'>): Reason[] =>
  strategyReasons(policy, release.riskTier, release.serving);

const approvalReasons = (facts: ApprovalFacts): Reason[] => [
  ...(facts.request?.status === 'approved'
    ? []
    : [reason('approval_request', `the approval request is ${facts.request?.status ?? 'not there'}, not approved`)]),
  ...decisionReasons(facts),
];

const bindingReasons = (facts: StandingFacts): Reason[] => {
  const { release, artifactSha256, departures } = facts;
  const reasons: Reason[] = [];
  if (release.modelPackageArn === undefined) {
    reasons.push(reason('model_registry', 'the release is not in the model registry'));
  }
  if (artifactSha256 !== release.pinned?.artifactSha256) {
    reasons.push(reason('artifact_sha256', `the artifact hashes to ${artifactSha256}, but another was approved`));
  }
  return [...reasons, ...departures, ...wayBackReasons(facts)];
};

/** An approval is in force only for a release that is approved: anything else has gone on, or never came so far. */
const forceReasons = (facts: ForceFacts): readonly Reason[] => {
  const { state } = facts.release;
  return state === 'approved' ? inForce(facts).reasons : [reason('state', `the release is ${state}, not approved`)];
};

/** What was found just now says more than what was found before it. */
const packageReasons = ({ release, departures }: Pick<PromotionFacts, 'release' | 'departures'>): Reason[] =>
  departures.some(({ rule }) => rule === 'model_package') ? [] : changedPackageReasons(release);

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });
