import { assignRoles } from '../approval/quorum.ts';
import type { Makers } from '../approval/separation-of-duties.ts';
import type { CheckRecord, EvidenceField } from '../checks/check.ts';
import { CHECKS } from '../checks/registry.ts';
import type { Controls } from '../evidence/controls.ts';
import { Refusal } from '../refusal.ts';
import { FURTHER_EVIDENCE } from '../release/manifest.ts';
import type { Release } from '../release/release.ts';
import { appliesTo } from './consistency.ts';
import type { ApproverDirectory } from './directory.ts';
import type { GovernancePolicy } from './policy.ts';
import { computeTier } from './tiers.ts';

type Facts = {
  readonly release: Makers & Pick<Release, 'riskTier'>;
  readonly policy: GovernancePolicy;
  readonly checks: readonly Pick<CheckRecord, 'stage' | 'name'>[];
  readonly directory: ApproverDirectory;
};

/** The stage that asks, and the one that people are, come after what they look at. */
const LATER = ['risk_classification', 'human_approval'];

/** What the policy asks for at the tier of a release, and what of it is there. */
export const controlsOf = ({ release, policy, checks, directory }: Facts): Controls => {
  const facts = release.manifest.risk_facts;
  const { roles } = policy.tiers[release.riskTier];
  return {
    tier: release.riskTier,
    declaredTier: release.manifest.declared_risk_tier,
    computed: computeTier(policy, facts),
    hasFacts: facts !== undefined,
    required: policy.stages
      .filter((stage) => stage.required && appliesTo(stage, release.riskTier) && !LATER.includes(stage.name))
      .flatMap((stage) =>
        stage.checks.map(({ name }) => ({
          stage: stage.name,
          check: name,
          made: checks.some((made) => made.stage === stage.name && made.name === name),
        })),
      ),
    roles,
    unfilled: unfilledRoles(roles, directory, release),
    unread: unreadEvidence(release, policy),
  };
};

/** As what checks are given each file. A configuration is any file: it is kept, and the manifest tells that it is there. */
const READ_AS: Readonly<Record<(typeof FURTHER_EVIDENCE)[number], EvidenceField>> = {
  artifact_signature: 'artifactSignature',
  baseline_report: 'baselineReport',
  bias_report: 'biasReport',
  bill_of_materials: 'billOfMaterials',
  code_quality_report: 'codeQualityReport',
  deployment_descriptor: 'deploymentDescriptor',
  drift_report: 'driftReport',
  edge_case_results: 'edgeCaseResults',
  explainability_report: 'explainabilityReport',
  input_protection_report: 'inputProtectionReport',
  load_test_report: 'loadTestReport',
  perturbed_predictions: 'perturbation',
  routing_config: 'manifest',
  threshold_config: 'manifest',
  training_config: 'manifest',
  training_provenance: 'trainingProvenance',
};

/** A check that a user wrote is given all evidence, so where there is one, nothing can be said to be unread. */
const unreadEvidence = ({ manifest }: Makers, { stages }: GovernancePolicy): Controls['unread'] => {
  if (stages.some(({ name }) => name === 'custom_checks')) return [];
  const used = new Set(stages.flatMap(({ checks }) => checks.map(({ name }) => name)));
  const read = new Set(CHECKS.flatMap(({ name, reads }) => (used.has(name) ? reads : [])));
  return FURTHER_EVIDENCE.filter((name) => manifest.further_evidence?.[name] !== undefined && !read.has(READ_AS[name]));
};

/** The intake asks the same; but a person may have left since, or the policy be an older one. */
const unfilledRoles = (
  roles: GovernancePolicy['tiers']['low']['roles'],
  directory: ApproverDirectory,
  release: Makers,
): Controls['unfilled'] => {
  try {
    assignRoles(roles, directory, release);
    return [];
  } catch (cause) {
    if (!(cause instanceof Refusal && cause.code === 'QuorumImpossible')) throw cause;
    return cause.faults.map(({ field, problem }) => ({ role: field, problem }));
  }
};
