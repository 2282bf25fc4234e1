/**
 * What one stage attests about an artifact (docs/formats/stage-attestation.md): an in-toto test-result v0.1, extended
 * by every check in full, so that anyone with the public key can verify that the table still says what the stage said.
 */
import * as z from 'zod';
import { isEnforced } from '../checks/vocabulary.ts';
import { Instant, Sha256 } from '../identifiers.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { inOrder, SignedCheck, signedCheck } from '../records/signed-check.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import { Envelope, verifyEnvelope } from '../signing/envelope.ts';
import { STATEMENT_TYPE, Statement } from '../signing/statement.ts';
import { stored } from '../stored.ts';

export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';
/** in-toto names an extension field by a URI, so that nobody can mistake its meaning. */
export const STAGE_EXTENSION = 'https://assay.dev/stage/v1';

const ResourceDescriptor = z.object({ name: z.string(), digest: z.object({ sha256: Sha256 }) });

export const TestResult = z.object({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  configuration: z.array(ResourceDescriptor),
  passedTests: z.array(z.string()),
  warnedTests: z.array(z.string()),
  failedTests: z.array(z.string()),
  [STAGE_EXTENSION]: stored({
    release_id: z.string(),
    stage: z.string(),
    timestamp: Instant,
    checks: z.array(SignedCheck),
  }),
});
export type TestResult = z.infer<typeof TestResult>;

type Evaluated = {
  readonly release: Release;
  readonly stage: string;
  readonly checks: readonly CheckRecord[];
  readonly policy: Pick<PolicyRecord, 'applied'>;
  readonly now: Instant;
};

/** States what the checks of one stage found about the artifact's bytes, with which code and under which policy. */
export const testResult = ({ release, stage, checks, policy, now }: Evaluated): Statement => {
  const signed = inOrder(checks).map(signedCheck);
  const named = (holds: (check: SignedCheck) => boolean) => signed.filter(holds).map(({ name }) => name);
  const failedTests = named(({ status, mode }) => status !== 'passed' && isEnforced(mode));
  const warnedTests = named(({ status, mode }) => status !== 'passed' && !isEnforced(mode));
  const predicate: TestResult = {
    result: failedTests.length > 0 ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED',
    configuration: configurationOf(release, policy, signed),
    passedTests: named(({ status }) => status === 'passed'),
    warnedTests,
    failedTests,
    [STAGE_EXTENSION]: { release_id: release.releaseId, stage, timestamp: now, checks: signed },
  };
  return { _type: STATEMENT_TYPE, subject: [subjectOf(release)], predicateType: TEST_RESULT_TYPE, predicate };
};

const subjectOf = (release: Release): Statement['subject'][number] => ({
  name: release.manifest.artifact_uri,
  digest: { sha256: requireEstablished(release, 'pinned').artifactSha256 },
});

/** The policy, what it was made of, the code that ran, and the evidence that it looked at, each once. */
const configurationOf = (
  release: Release,
  { applied }: Evaluated['policy'],
  checks: readonly SignedCheck[],
): TestResult['configuration'] => {
  const { evidence } = requireEstablished(release, 'pinned');
  const judged = new Set(checks.map(({ evidence_sha256: sha256 }) => sha256));
  const descriptor = (name: string, sha256: Sha256) => ({ name, digest: { sha256 } });
  return [
    descriptor('governance-policy', release.policySha256),
    ...(applied === undefined ? [] : [descriptor(`policy-base/${applied.base.name}`, applied.base.sha256)]),
    ...(applied?.overlays ?? []).map(({ name, sha256 }) => descriptor(`policy-overlay/${name}`, sha256)),
    ...[...new Set(checks.map(({ code_sha256: sha256 }) => sha256))].map((sha256) => descriptor('check-code', sha256)),
    ...Object.entries(evidence)
      .filter(([, { sha256 }]) => judged.has(sha256))
      .map(([name, { sha256 }]) => descriptor(`evidence/${name}`, sha256)),
  ];
};

/** Why an envelope does not attest these check records; undefined if it does. */
export const attestationProblem = (
  envelope: Uint8Array,
  publicKeyPem: string,
  { release, stage, checks }: Pick<Evaluated, 'release' | 'stage' | 'checks'>,
): string | undefined => {
  const verified = verifyEnvelope(Envelope.parse(JSON.parse(Buffer.from(envelope).toString('utf8'))), publicKeyPem);
  if ('problem' in verified) return verified.problem;
  const { predicateType, subject, predicate } = Statement.parse(
    JSON.parse(Buffer.from(verified.payload).toString('utf8')),
  );
  if (predicateType !== TEST_RESULT_TYPE) return `it is a ${predicateType}`;
  if (canonicalSha256(subject) !== canonicalSha256([subjectOf(release)])) return 'it is about another artifact';
  const { [STAGE_EXTENSION]: said } = TestResult.parse(predicate);
  if (said.release_id !== release.releaseId || said.stage !== stage) {
    return `it is about ${said.stage} of release ${said.release_id}`;
  }
  return canonicalSha256(said.checks) === canonicalSha256(inOrder(checks).map(signedCheck))
    ? undefined
    : 'the stored checks are not what the stage signed';
};
