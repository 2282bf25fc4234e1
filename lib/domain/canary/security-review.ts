import { SECURITY_REVIEW } from '../checks/security-review/checks.ts';
import { Instant } from '../identifiers.ts';
import { between, type CanaryRelease, type StageCanaries } from './canary.ts';
import { COMMIT, fileOf, manifestOf, releaseWith } from './canary-release.ts';

/** A key made for this file and thrown away. It signed the artifact of the canaries, and a statement about it. */
const KEY = {
  name: 'canary',
  public_key_pem: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyPzrTkahPhRyimdBVAA8Hfi4bgkf
2P31avYZgz0+frSfUZ3RS3ZzADWx7unsccIyap5qaVwov9UqRJhuE5zXGw==
-----END PUBLIC KEY-----
`,
};
const SIGNATURE = 'MEUCIFq2QipyHBs1rB73cAaJ7UYTVeaupnsz9WGNLNjDB0RxAiEArDVOmRBu2/ryFDu7ULjdCuPwqhp65fAktnoW7tOPxGM=';
const ATTESTATION = {
  payloadType: 'application/vnd.in-toto+json',
  payload:
    'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJuYW1lIjoibW9kZWwiLCJkaWdlc3QiOnsic2hhMjU2IjoiYTg0YWY0NDQwNmRmZGE2MjYyODk2OGVkMzg5ZWYxZTY1MjBkYWNiMzg2MTA2YjJjNTU0MDk1N2MyMDUyMzk0MiJ9fV0sInByZWRpY2F0ZVR5cGUiOiJodHRwczovL2luLXRvdG8uaW8vYXR0ZXN0YXRpb24vdGVzdC1yZXN1bHQvdjAuMSIsInByZWRpY2F0ZSI6e319',
  signatures: [
    {
      keyid: '',
      sig: 'MEQCIEGFdfo6WoUYOyndQLXkRA1LlnbhLz/MIKJ/xwwGvKhNAiA3i9bMUBubr4BfFoq+5vf0wZ/RExcgd1rpeDeeMbHeqg==',
    },
  ],
};
const OTHER_ARTIFACT = { artifact: fileOf('another artifact') };

const signed = (more: Partial<CanaryRelease> = {}) => releaseWith({ artifact_signature: SIGNATURE }, more);

const attested = (more: Partial<CanaryRelease> = {}) =>
  releaseWith(
    { attestations: ATTESTATION },
    { facts: { requestedAt: async () => Instant.parse('2026-01-01T00:00:00.000Z') }, ...more },
  );

const DESCRIPTOR = {
  schema_version: 1,
  endpoint_name: 'canary',
  tls: { minimum_version: '1.2', plain_http: 'refused' },
  input_validation: { schema: 'credit-input-v1', rejects: ['missing fields'] },
  rate_limiting: { requests_per_second: 50, burst: 100 },
};
const describedAs = (changes: object = {}) => releaseWith({ deployment_descriptor: { ...DESCRIPTOR, ...changes } });

const QUALITY = {
  schema_version: 1,
  git_commit: COMMIT,
  tests: { passed: 120, failed: 0 },
  coverage: { lines_covered: 800, lines_total: 1000 },
  lint: { errors: 0 },
};
const ofQuality = (changes: object = {}) => releaseWith({ code_quality_report: { ...QUALITY, ...changes } });

const probed = (observed: string) =>
  releaseWith({
    input_protection_report: {
      schema_version: 1,
      endpoint_name: 'canary',
      probes: [
        { id: 'p1', category: 'email', direction: 'input', summary: 'An address', expected: 'redacted', observed },
      ],
    },
  });

export const SECURITY_REVIEW_CANARIES: StageCanaries = {
  known: SECURITY_REVIEW,
  cases: {
    model_artifact_signed: between(signed(), signed(OTHER_ARTIFACT), { trusted_keys: [KEY] }),
    inference_endpoint_tls_configured: between(
      describedAs(),
      describedAs({ tls: { minimum_version: '1.1', plain_http: 'refused' } }),
      { minimum_version: '1.2' },
    ),
    input_validation_configured: between(describedAs(), describedAs({ input_validation: undefined })),
    rate_limiting_configured: between(
      describedAs(),
      describedAs({ rate_limiting: { requests_per_second: 51, burst: 100 } }),
      { maximum_requests_per_second: 50 },
    ),
    code_quality_met: between(ofQuality(), ofQuality({ tests: { passed: 119, failed: 1 } })),
    test_coverage_above_minimum: between(
      ofQuality(),
      ofQuality({ coverage: { lines_covered: 799, lines_total: 1000 } }),
      { minimum: '0.80' },
    ),
    pii_filters_effective: between(probed('redacted'), probed('passed')),
    git_ref_allowed: between(
      releaseWith({}),
      releaseWith({}, { manifest: manifestOf({ git_ref: 'refs/heads/experiment' }) }),
      { allowed_refs: ['refs/heads/main'] },
    ),
    attested_by: between(attested(), attested(OTHER_ARTIFACT), {
      attestations: [
        {
          predicate_type: 'https://in-toto.io/attestation/test-result/v0.1',
          subject: 'artifact',
          trusted_keys: [KEY],
        },
      ],
    }),
  },
};
