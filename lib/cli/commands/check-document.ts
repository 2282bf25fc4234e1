/** What a check of a manifest found, for other programs. */
import * as z from 'zod';
import { CheckMode, CheckStatus, KnownBy, StageName } from '../../domain/checks/vocabulary.ts';
import type { Rehearsal, RehearsedCheck } from '../../domain/gate/rehearsal.ts';
import { RiskTier, Sha256 } from '../../domain/identifiers.ts';
import { type PolicyRecord, policySha256 } from '../../domain/policy/policy-record.ts';
import type { ManifestRecord } from '../../domain/release/manifest-record.ts';
import type { Reason } from '../../domain/release/release.ts';
import { TierOverride } from '../../domain/release/tier-override.ts';
import type { HeldFile } from '../files/manifest-files.ts';
import type { MissingSignature } from '../files/missing-signature.ts';

export type Checked = {
  readonly manifest: ManifestRecord;
  readonly policy: PolicyRecord;
  readonly policyFile: string;
  readonly hasApprovers: boolean;
  readonly files: readonly HeldFile[];
  readonly rehearsal: Rehearsal;
  /** The signature that the manifest names, if it is not there: nothing is pushed without it. */
  readonly unsigned?: MissingSignature | undefined;
};

const Blocking = z.strictObject({ rule: z.string(), explanation: z.string() });

/** The document that `assay check --json` prints. */
export const CheckDocument = z.strictObject({
  schema_version: z.literal(1),
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  policy: z.strictObject({
    name: z.string(),
    file: z.string(),
    sha256: Sha256,
    /** The overlays that apply to the model, by name; absent if none does. */
    overlays: z.exactOptional(z.array(z.string())),
  }),
  risk_tier: z.strictObject({
    tier: RiskTier,
    declared: RiskTier,
    rule: z.exactOptional(z.string()),
    /** Set if the tier is lower than the computed one, and who has to agree to that. */
    override: z.exactOptional(TierOverride),
  }),
  files: z.array(
    z.strictObject({
      field: z.string(),
      where: z.string(),
      size_bytes: z.int().min(0),
      sha256: Sha256,
      /** The file lies in a bucket without versioning, from which no release is accepted. */
      is_unversioned: z.boolean(),
    }),
  ),
  /** The field of the signature, if it names a file that is not there, which blocks the release. */
  not_signed: z.exactOptional(z.string()),
  /** Files that differ from those that the manifest means. Each of them blocks the release. */
  mismatches: z.array(Blocking),
  /** Why the policy asks for another deployment strategy, which blocks the release. */
  deployment: z.array(Blocking),
  checks: z.array(
    z.strictObject({
      stage: StageName,
      name: z.string(),
      mode: CheckMode,
      status: z.enum([...CheckStatus.options, 'not_run_here']),
      /** The check was run and did not pass, and that stops the release. */
      blocks: z.boolean(),
      measured: z.string(),
      threshold: z.string(),
      explanation: z.string(),
      /** Empty where the check was not run. */
      known_by: z.union([KnownBy, z.literal('')]),
      evidence_sha256: z.union([Sha256, z.literal('')]),
    }),
  ),
  summary: z.strictObject({
    /** `allow`: nothing that could be judged here blocks the release. */
    outcome: z.enum(['allow', 'deny']),
    checks: z.int(),
    passed: z.int(),
    not_passed: z.int(),
    blocking: z.int(),
    not_run_here: z.array(z.string()),
  }),
});
export type CheckDocument = z.infer<typeof CheckDocument>;

export const documentOf = (checked: Checked): CheckDocument => {
  const { manifest, policy, policyFile, files, rehearsal, unsigned } = checked;
  const { tier, declared, rule, override } = rehearsal.assessment;
  const judgement = judgementOf(checked);
  return {
    schema_version: 1,
    release_id: manifest.release_id,
    model_name: manifest.model_name,
    model_version: manifest.model_version,
    policy: {
      name: policy.name,
      file: policyFile,
      sha256: policySha256(policy),
      ...(policy.applied === undefined ? {} : { overlays: policy.applied.overlays.map(({ name }) => name) }),
    },
    risk_tier: { tier, declared, ...(rule === undefined ? {} : { rule }), ...(override && { override }) },
    files: files.map(({ field, where, sizeBytes, sha256, isUnversioned }) => ({
      field,
      where,
      size_bytes: sizeBytes,
      sha256,
      is_unversioned: isUnversioned,
    })),
    ...(unsigned === undefined ? {} : { not_signed: unsigned.field }),
    mismatches: rehearsal.mismatches.map(describeReason),
    deployment: rehearsal.deployment.map(describeReason),
    checks: rehearsal.checks.map(describeCheck),
    summary: {
      outcome: judgement.outcome,
      checks: rehearsal.checks.length,
      passed: judgement.passed.length,
      not_passed: judgement.notPassed.length,
      blocking: judgement.blocking.length,
      not_run_here: judgement.leftOut.map(({ name }) => name),
    },
  };
};

const describeReason = ({ rule, explanation }: Reason) => ({ rule, explanation });

const describeCheck = (check: RehearsedCheck): CheckDocument['checks'][number] => {
  const { stage, name, mode, verdict } = check;
  // The policy was loaded as a document, and its schema knows the modes.
  const common = { stage, name, mode: CheckMode.parse(mode), blocks: isBlocking(check) };
  if (verdict.status === 'not_run_here')
    return { ...common, ...verdict, measured: '', threshold: '', known_by: '', evidence_sha256: '' };
  const { evidenceSha256, knownBy, ...found } = verdict;
  return { ...common, ...found, known_by: knownBy, evidence_sha256: evidenceSha256 };
};

/** The outcome of all checks and files. A check that was not run here neither passes nor blocks. */
export const judgementOf = ({
  rehearsal: { checks, mismatches, deployment },
  files,
  unsigned,
}: Pick<Checked, 'rehearsal' | 'files' | 'unsigned'>) => {
  const leftOut = checks.filter(({ verdict }) => verdict.status === 'not_run_here');
  const passed = checks.filter(({ verdict }) => verdict.status === 'passed');
  const notPassed = checks.filter((check) => !leftOut.includes(check) && !passed.includes(check));
  const blocking = checks.filter(isBlocking);
  const unversioned = files.filter(({ isUnversioned }) => isUnversioned);
  const beside = [...mismatches, ...deployment, ...unversioned];
  const isDenied = blocking.length > 0 || beside.length > 0 || unsigned !== undefined;
  const outcome = isDenied ? ('deny' as const) : ('allow' as const);
  return { outcome, leftOut, passed, notPassed, blocking, unversioned };
};

export const isBlocking = ({ verdict, isHeldAgainst }: RehearsedCheck): boolean =>
  isHeldAgainst && verdict.status !== 'not_run_here';
