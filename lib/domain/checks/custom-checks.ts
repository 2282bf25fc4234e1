/**
 * Custom checks: each is a Lambda that is given ids and digests and answers with a verdict
 * (docs/formats/custom-check.md).
 */
import * as z from 'zod';
import { parseDocument } from '../evidence/documents/document.ts';
import { Sha256 } from '../identifiers.ts';
import { evidenceUris } from '../release/manifest.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { IN_OUR_WORDS, wordIssues } from '../wording.ts';
import type { UsedCheck } from './check.ts';
import { CHECK_TIMEOUT_SECONDS, type Timer, withinTime } from './make-checks.ts';
import { requireKnown } from './require-known.ts';
import { type CheckRun, endInError, type KnownVerdict, makePresentable } from './run-checks.ts';
import { CheckStatus } from './vocabulary.ts';

/** An answer is a few sentences; anything longer is refused. */
const ANSWER_MAX_BYTES = 16_384;

const Text = z.string().min(1).max(256);

/**
 * What the Lambda of a custom check answers. It cannot answer `error`: that is Assay's verdict on a check that failed.
 */
export const CustomAnswer = z.strictObject({
  schema_version: z.literal(1),
  status: CheckStatus.exclude(['error']),
  measured: Text,
  threshold: Text,
  explanation: z.string().min(1).max(1000),
  /** The evidence that it judged. */
  evidence_sha256: Sha256.optional(),
});
export type CustomAnswer = z.infer<typeof CustomAnswer>;

/**
 * What the Lambda of a custom check is given: ids, locations and digests, and nothing that it could be made to leak.
 */
export type CustomQuestion = {
  readonly schema_version: 1;
  readonly check: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly release_id: string;
  readonly model_name: string;
  readonly model_version: string;
  readonly git_commit: string;
  readonly risk_tier: string;
  readonly policy_sha256: string;
  readonly artifact: { readonly uri: string; readonly version_id: string; readonly sha256: string };
  readonly evidence: Readonly<Record<string, { readonly uri: string; readonly sha256: string }>>;
};

/** The bytes of the answer and the digest of the code that gave it, or why there is no answer. */
export type CustomReply = { readonly answer: Uint8Array; readonly codeSha256: Sha256 } | { readonly problem: string };

type World = {
  readonly invoke: (lambdaArn: string, question: CustomQuestion, seconds: number) => Promise<CustomReply>;
  readonly timer: Timer;
};

/** Runs every custom check of a policy in parallel. One that fails, hangs or returns no verdict ends as an error. */
export const makeCustomChecks = (
  release: Release,
  used: readonly UsedCheck[],
  { invoke, timer }: World,
): Promise<CheckRun[]> =>
  Promise.all(
    used.map((check) => {
      const { name, mode, lambda_arn: lambdaArn, timeout_seconds: seconds = CHECK_TIMEOUT_SECONDS } = check;
      return withinTime(check, seconds, timer, async () => {
        if (lambdaArn === undefined)
          return { name, mode, verdict: endInError('The policy names no Lambda for this check.') };
        const reply = await invoke(lambdaArn, questionOf(release, check), seconds);
        if ('problem' in reply)
          return { name, mode, verdict: presentVerdict(endInError(`${lambdaArn}: ${reply.problem}`)) };
        const { answer, codeSha256 } = reply;
        const run = { name, mode, verdict: presentVerdict(answerOf(answer, release)), codeSha256 };
        return requireKnown(run, check, release.riskTier);
      });
    }),
  );

const presentVerdict = (verdict: KnownVerdict): KnownVerdict => ({
  ...verdict,
  explanation: makePresentable(verdict.explanation),
});

const questionOf = (release: Release, { name, parameters }: UsedCheck): CustomQuestion => {
  const pinned = requireEstablished(release, 'pinned');
  const uris: Readonly<Record<string, string>> = evidenceUris(release.manifest);
  return {
    schema_version: 1,
    check: name,
    parameters,
    release_id: release.releaseId,
    model_name: release.modelName,
    model_version: release.modelVersion,
    git_commit: release.manifest.git_commit,
    risk_tier: release.riskTier,
    policy_sha256: release.policySha256,
    artifact: {
      uri: release.manifest.artifact_uri,
      version_id: release.sources.artifact.versionId,
      sha256: pinned.artifactSha256,
    },
    evidence: Object.fromEntries(
      Object.entries(pinned.evidence).map(([kind, { sha256 }]) => [kind, { uri: uris[kind] ?? '', sha256 }]),
    ),
  };
};

const answerOf = (answer: Uint8Array, release: Release): KnownVerdict => {
  const parsed = CustomAnswer.safeParse(documentOf(answer), IN_OUR_WORDS);
  if (!parsed.success) return endInError(`The Lambda did not return a verdict: ${wordIssues(parsed.error)}`);
  const { status, measured, threshold, explanation, evidence_sha256: judged } = parsed.data;
  const known = [requireEstablished(release, 'pinned').artifactSha256, ...digestsOf(release)];
  if (judged !== undefined && !known.includes(judged)) {
    return endInError(`The Lambda judged evidence ${judged}, which this release does not have.`);
  }
  return {
    status,
    measured: makePresentable(measured),
    threshold: makePresentable(threshold),
    explanation,
    evidenceSha256: judged ?? '',
    // How the Lambda knows, it does not say.
    knownBy: 'attested',
  };
};

const digestsOf = (release: Release): Sha256[] =>
  Object.values(requireEstablished(release, 'pinned').evidence).map(({ sha256 }) => sha256);

/** An unreadable answer is no verdict, and is reported like any other invalid answer. */
const documentOf = (answer: Uint8Array): unknown => {
  try {
    return parseDocument(answer, ANSWER_MAX_BYTES);
  } catch {
    return undefined;
  }
};
