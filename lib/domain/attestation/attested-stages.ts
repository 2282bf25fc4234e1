import type { PolicyRecord } from '../policy/policy-record.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reason, Release } from '../release/release.ts';
import { attestationProblem } from './test-result.ts';

type Facts = {
  readonly release: Release;
  readonly policy: PolicyRecord;
  readonly checks: readonly CheckRecord[];
  readonly envelopes: readonly { readonly stage: string; readonly bytes: Uint8Array }[];
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
        : attestationProblem(envelope.bytes, publicKeyPem, {
            release,
            stage,
            checks: checks.filter((check) => check.stage === stage),
          });
    const rule = 'stage_attestation';
    return problem === undefined
      ? []
      : [{ rule, evidence: '', explanation: `the attestation of ${stage}: ${problem}` }];
  });

/** The stages of the policy, and any other stage that has checks in the table. */
const stagesOf = (policy: PolicyRecord, checks: readonly CheckRecord[]): Set<string> =>
  new Set([
    ...policy.stages.flatMap(({ name }) => (name === 'human_approval' ? [] : [name])),
    ...checks.map(({ stage }) => stage),
  ]);
