/** Rehearses a release before it is requested: every check of a policy runs where the files are. */

import { evidenceReaders } from '../checks/all-evidence.ts';
import type { EvidenceField, UsedCheck } from '../checks/check.ts';
import type { EvidencedRelease, EvidenceSources } from '../checks/evidence-readers.ts';
import { checksOf } from '../checks/known-checks.ts';
import { countedOutcomes, type EvidenceReaders, makeChecks, type Timer } from '../checks/make-checks.ts';
import { requiredControlsForTierPresent } from '../checks/risk-classification/required-controls-for-tier-present.ts';
import type { KnownVerdict } from '../checks/run-checks.ts';
import { StageName } from '../checks/vocabulary.ts';
import type { OutcomeCounts } from '../evidence/predictions/predictions.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { type AssessedTier, assessManifest } from '../policy/tier-override.ts';
import type { TierAssessment } from '../policy/tiers.ts';
import { plannedStrategy } from '../release/asked-strategy.ts';
import type { Reason } from '../release/release.ts';
import { controlsOf } from './controls.ts';
import { judgeChecks } from './gate.ts';
import { digestMismatches } from './stages.ts';
import { strategyReasons } from './strategy-reasons.ts';

/** Stands in for the verdict of a check that can run only in the deployment. It is never a pass. */
export type LeftOut = { readonly status: 'not_run_here'; readonly explanation: string };
type Ended = {
  readonly stage: StageName;
  readonly name: string;
  readonly mode: string;
  readonly verdict: KnownVerdict | LeftOut;
};
/** `isHeldAgainst`: the gate would deny the release over this check, because it did not pass or has yet to run. */
export type RehearsedCheck = Ended & { readonly isHeldAgainst: boolean };

export type Rehearsal = {
  readonly assessment: AssessedTier;
  /** Files whose digests are not those of the manifest: the release would be rejected before any check runs. */
  readonly mismatches: readonly Reason[];
  /** Why the release is not deployed as the policy demands it: it would be rejected for that, whatever the checks find. */
  readonly deployment: readonly Reason[];
  readonly checks: readonly RehearsedCheck[];
  /** The counts that the fairness checks judged, if any of these checks ran. */
  readonly outcomes: OutcomeCounts | undefined;
};

/** What the rehearsal judges by: the policy, and the directory if it is known. */
export type Governance = { readonly policy: PolicyRecord; readonly directory: DirectoryRecord | undefined };

export type RehearsalWorld = {
  readonly sources: Omit<EvidenceSources, 'controls'>;
  /** Evidence that only a deployment has, and the explanation of why it is not available here. */
  readonly unknown: Readonly<Partial<Record<EvidenceField, string>>>;
  readonly timer: Timer;
};

/** Establishes how every check of the policy ends on these files, by the same functions that judge a release. */
export const rehearse = async (
  release: EvidencedRelease,
  governance: Governance,
  { sources, unknown, timer }: RehearsalWorld,
): Promise<Rehearsal> => {
  const { policy } = governance;
  const assessment = assessManifest(policy, release.manifest);
  const ended: Ended[] = [];
  const controls = async () => controlsSoFar(release, governance, assessment, ended);
  const read = evidenceReaders(release, { ...sources, controls });
  for (const { stage, used } of stagesOf(policy)) {
    const left = used.map((check) => ({ check, why: whyLeftOut(stage, check, unknown, governance) }));
    const makeable = left.flatMap(({ check, why }) => (why === undefined ? [check] : []));
    const runs = await makeChecks({ stage, checks: checksOf(stage) }, makeable, { read, timer, tier: assessment.tier });
    ended.push(
      ...runs.map((run) => ({ stage, ...run })),
      ...left.flatMap(({ check: { name, mode }, why }) =>
        why === undefined
          ? []
          : [{ stage, name, mode, verdict: { status: 'not_run_here' as const, explanation: why } }],
      ),
    );
  }
  return {
    assessment,
    mismatches: digestMismatches(release, release.pinned),
    deployment: strategyReasons(policy, assessment.tier, fleetOf(release)),
    checks: judgeEnded(policy, ended, assessment),
    outcomes: await outcomesOf(read, ended),
  };
};

const fleetOf = ({ manifest }: EvidencedRelease) => {
  const { instance_count, strategy } = manifest.deployment;
  return { instance_count, deployment_strategy: strategy && plannedStrategy(strategy, instance_count) };
};

/** In the order of the release machine: risk is classified last, because it looks at the other stages. */
const stagesOf = (policy: PolicyRecord): { stage: StageName; used: readonly UsedCheck[] }[] =>
  StageName.options.flatMap((stage) => {
    const used = policy.stages.find(({ name }) => name === stage)?.checks;
    return used === undefined ? [] : [{ stage, used }];
  });

const whyLeftOut = (
  stage: StageName,
  { name, lambda_arn: lambdaArn }: UsedCheck,
  unknown: RehearsalWorld['unknown'],
  { directory }: Governance,
): string | undefined => {
  if (stage === 'custom_checks') return `The deployment asks ${lambdaArn} for it.`;
  if (name === requiredControlsForTierPresent.name && directory === undefined) {
    return 'It looks for people who may approve, and who they are is not known here.';
  }
  return checksOf(stage)
    .filter((check) => check.name === name)
    .flatMap(({ reads }) => reads.flatMap((field) => unknown[field] ?? []))
    .at(0);
};

/** A check that is left out here will run in the release, so it counts as present. */
const controlsSoFar = (
  { manifest }: EvidencedRelease,
  { policy, directory = NOBODY }: Governance,
  { tier, override }: AssessedTier,
  checks: readonly Ended[],
) => {
  const { requested_by: requestedBy } = manifest;
  const release = { manifest, riskTier: tier, tierOverride: override, requestedBy, submittedBy: requestedBy };
  return controlsOf({ release, policy, checks, directory });
};

/** Used only where no check looks for people. */
const NOBODY: DirectoryRecord = { schema_version: 1, people: [] };

/** Judged by the gate itself, which denies a release over checks that did not pass and checks that were not run. */
const judgeEnded = (policy: PolicyRecord, ended: readonly Ended[], { tier }: TierAssessment): RehearsedCheck[] => {
  const made = ended.flatMap(({ stage, name, verdict }) =>
    verdict.status === 'not_run_here' ? [] : [{ stage, name, ...verdict }],
  );
  const gate = judgeChecks(policy, made, tier);
  const rules = gate.outcome === 'deny' ? gate.reasons.map(({ rule }) => rule) : [];
  return ended.map((check) => ({ ...check, isHeldAgainst: rules.includes(check.name) }));
};

const outcomesOf = async (read: EvidenceReaders, ended: readonly Ended[]): Promise<OutcomeCounts | undefined> => {
  const isCounted = ended.some(
    ({ stage, verdict }) => stage === 'bias_and_fairness' && verdict.status !== 'not_run_here',
  );
  const counts = isCounted ? await countedOutcomes(read) : undefined;
  return counts?.kind === 'read' ? counts.value : undefined;
};
