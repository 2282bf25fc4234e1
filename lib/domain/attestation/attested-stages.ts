import type { PolicyRecord } from '../policy/policy-record.ts';
import { type Attestation, attestationFolder } from '../records/attestation.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reason, Release } from '../release/release.ts';
import { attestationProblem } from './test-result.ts';

export type KeptAttestation = Pick<Attestation, 'stage' | 'sha256' | 'uri'> & { readonly bytes: Uint8Array };

type Facts = {
  readonly release: Release;
  readonly policy: PolicyRecord;
  readonly checks: readonly CheckRecord[];
  readonly envelopes: readonly KeptAttestation[];
  readonly publicKeyPem: string;
};

/**
 * Establishes that the checks in the table are exactly those that their stages signed: write access to the table is not
 * enough to turn a failed check into a passed one. Each stage without a valid attestation is a reason to deny.
 */
export const attestationReasons = ({ release, policy, checks, envelopes, publicKeyPem }: Facts): Reason[] =>
  [...stagesOf(policy, checks)].flatMap((stage): Reason[] => {
    const envelope = envelopes.find((candidate) => candidate.stage === stage);
    const problem =
      envelope === undefined
        ? 'there is none'
        : (placeProblem(envelope, release) ??
          attestationProblem(envelope.bytes, publicKeyPem, {
            release,
            stage,
            checks: checks.filter((check) => check.stage === stage),
          }));
    const rule = 'stage_attestation';
    return problem === undefined
      ? []
      : [{ rule, evidence: '', explanation: `the attestation of ${stage}: ${problem}` }];
  });

/**
 * Why an envelope is not its stage's own: all stages sign with one key and may name any envelope in the table, but each may
 * write in its own folder alone. A folder within that of another stage could bear its name, so the whole key counts.
 */
export const placeProblem = ({ stage, sha256, uri }: KeptAttestation, release: Release): string | undefined =>
  uri.replace(/^s3:\/\/[^/]*\//, '') === `${attestationFolder(release, stage)}/${sha256}.dsse.json`
    ? undefined
    : `it lies at ${uri}, where ${stage} keeps none`;

/** The stages of the policy, and any other stage that has checks in the table. */
const stagesOf = (policy: PolicyRecord, checks: readonly CheckRecord[]): Set<string> =>
  new Set([
    ...policy.stages.flatMap(({ name }) => (name === 'human_approval' ? [] : [name])),
    ...checks.map(({ stage }) => stage),
  ]);
