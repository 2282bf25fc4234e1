import type { Summarised } from '../../../lib/domain/attestation/verification-summary.ts';
import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';

const digest = (digit: string) => Sha256.parse(digit.repeat(64));

/** The example of docs/formats/verification-summary.md. */
export const SUMMARISED: Summarised = {
  answer: {
    environment: 'prod',
    release_id: 'credit-1',
    model_name: 'credit',
    model_version: '1.0.0',
    risk_tier: 'high',
    question: 'promotion',
    decision: 'allow',
    reasons: [],
    subject: 'asked',
    inputs_sha256: digest('e'),
    evidence_digest: digest('d'),
    record_sha256: digest('9'),
  },
  subject: { name: 's3://models/credit/1.0.0/model.tar.gz', sha256: digest('a') },
  policySha256: digest('b'),
  now: Instant.parse('2026-11-29T15:04:05.678Z'),
};

/** The same, denied for two reasons. */
export const DENIED: Summarised = {
  ...SUMMARISED,
  answer: {
    ...SUMMARISED.answer,
    decision: 'deny',
    reasons: [
      {
        rule: 'artifact_sha256',
        evidence: '',
        explanation: `the artifact hashes to ${digest('a')}, but another was approved`,
      },
      {
        rule: 'hold',
        evidence: '',
        explanation: 'credit is held since 2026-11-28T10:00:00.000Z by rollback rollback-credit-2',
      },
    ],
  },
};
