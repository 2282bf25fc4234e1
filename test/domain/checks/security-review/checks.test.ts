import { describe, expect, it } from 'vitest';
import { signatureTrustOf } from '../../../../lib/domain/checks/security-review/model-artifact-signed.ts';
import type { EndpointConfiguration } from '../../../../lib/domain/evidence/live-endpoint.ts';
import { itJudges } from '../known-cases.ts';
import {
  aCodeQualityReport,
  aDeployment,
  aDescriptor,
  aManifest,
  digestOf,
  read,
  someEvidence,
  someProbes,
} from '../stage-evidence.ts';

const absent = { kind: 'absent' } as const;
const PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE535yT/xSSizX20smE6nK0u0trgcD
1+/YsMrQNw6uU0EZMCUKEOSfr9yX/2i4dj7rAmp365R0TnksYMSg+fhEgg==
-----END PUBLIC KEY-----
`;
const KEYS = { trusted_keys: [{ name: 'release pipeline', public_key_pem: PEM }] };

describe('model_artifact_signed (SG-3)', () => {
  const signature = (found: object) => someEvidence({ artifactSignature: read(found as never) }); // each case is a finding
  itJudges('model_artifact_signed', [
    {
      claim: 'passes a signature by a trusted key, and names the key',
      evidence: someEvidence(),
      parameters: KEYS,
      status: 'passed',
      measured: 'signed by release pipeline',
      says: [digestOf('artifact')],
    },
    {
      claim: 'is not provided for an artifact without signature',
      evidence: someEvidence({ artifactSignature: absent }),
      parameters: KEYS,
      status: 'not_provided',
      says: ['The artifact is not signed.', 'cosign sign-blob', 'further_evidence.artifact_signature'],
    },
    {
      claim: 'fails a signature by another key',
      evidence: signature({ outcome: 'other_key' }),
      parameters: KEYS,
      status: 'failed',
      measured: 'another key',
      says: ['does not trust', 'release pipeline'],
    },
    {
      claim: 'fails a signature of another artifact',
      evidence: signature({ outcome: 'other_artifact', signed: [digestOf('x')] }),
      parameters: KEYS,
      status: 'failed',
      measured: 'another artifact',
      says: [digestOf('x'), digestOf('artifact')],
    },
    {
      claim: 'fails a bare signature that no trusted key made, and says that it does not tell why',
      evidence: signature({ outcome: 'not_verified' }),
      parameters: KEYS,
      status: 'failed',
      measured: 'not verified',
      says: ['by another key, or over another file'],
    },
    {
      claim: 'fails a signature that says nothing about the artifact',
      evidence: signature({ outcome: 'unusable', problem: 'it serializes by blocks' }),
      parameters: KEYS,
      status: 'failed',
      says: ['it serializes by blocks', 'model_signing'],
    },
    {
      claim: 'passes a signature by a certificate that a trusted root vouches for, and says whose it is',
      evidence: signature({ outcome: 'signed', root: 'our authority', subject: 'CN=signer' }),
      parameters: KEYS,
      status: 'passed',
      measured: 'signed by CN=signer',
      says: ['a certificate of CN=signer', '“our authority” vouches'],
    },
    {
      claim: 'fails an archive whose files are not those that are signed, and names them',
      evidence: signature({
        outcome: 'other_files',
        differences: { changed: ['weights.bin'], missing: [], unsigned: ['code/inference.py'] },
      }),
      parameters: KEYS,
      status: 'failed',
      measured: 'other files',
      says: ['it differs in weights.bin; it holds, without a signature, code/inference.py.', 'allowed_unsigned_files'],
    },
    {
      claim: 'is inconclusive where the policy trusts no key',
      evidence: signature({ outcome: 'no_trusted_key' }),
      status: 'inconclusive',
      says: ['trusted_keys'],
    },
  ]);

  it('passes its keys to the verifier', () => {
    const used = { name: 'model_artifact_signed', mode: 'enforce', parameters: KEYS } as const;

    expect(signatureTrustOf([used, { ...used, name: 'another' }])).toEqual({
      keys: KEYS.trusted_keys,
      roots: [],
      allowedUnsigned: [],
    });
    expect(signatureTrustOf([{ ...used, parameters: {} }])).toEqual({ keys: [], roots: [], allowedUnsigned: [] });
  });
});

const ARN = 'arn:aws:apigateway:eu-central-1::/restapis/abc/stages/prod';
const live = (changes: Partial<EndpointConfiguration> = {}) =>
  someEvidence({
    liveEndpoint: {
      kind: 'read',
      arn: ARN,
      configuration: { minimumTls: '1.2', validated: { routes: 2, of: 2 }, requestsPerSecond: 50, ...changes },
    },
  });
const described = (changes: object) => someEvidence({ deploymentDescriptor: read(aDescriptor(changes)) });

describe('inference_endpoint_tls_configured', () => {
  itJudges('inference_endpoint_tls_configured', [
    {
      claim: 'passes what the descriptor says, as attested',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'TLS 1.2 or newer (attested)',
      says: ['this was not verified'],
    },
    {
      claim: 'passes what the service says, as verified',
      evidence: live(),
      parameters: { require_verified: true },
      status: 'passed',
      measured: 'TLS 1.2 or newer (verified)',
      says: [ARN],
    },
    {
      claim: 'is inconclusive about what is attested only, where the policy wants it verified',
      evidence: someEvidence(),
      parameters: { require_verified: true },
      status: 'inconclusive',
      says: ['entry_point.arn'],
    },
    {
      claim: 'fails an older version that the service accepts, whatever the descriptor says',
      evidence: live({ minimumTls: '1.0' }),
      status: 'failed',
      says: [ARN, 'accepts TLS 1.0'],
    },
    {
      claim: 'fails less than the policy asks for',
      evidence: someEvidence(),
      parameters: { minimum_version: '1.3' },
      status: 'failed',
      says: ['asks for 1.3'],
    },
    {
      claim: 'fails plain HTTP',
      evidence: described({ tls: { minimum_version: '1.3', plain_http: 'served' } }),
      status: 'failed',
      says: ['plain HTTP'],
    },
    {
      claim: 'is not provided by a descriptor that is silent about it',
      evidence: described({ tls: undefined }),
      status: 'not_provided',
      says: ['Add tls'],
    },
    {
      claim: 'is not provided without a descriptor',
      evidence: someEvidence({ deploymentDescriptor: absent }),
      status: 'not_provided',
      says: ['further_evidence.deployment_descriptor'],
    },
    {
      claim: 'fails an entry point that is another SageMaker endpoint',
      evidence: described({
        entry_point: { arn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/well-kept' },
      }),
      status: 'failed',
      measured: 'another endpoint',
      says: ['about endpoint well-kept', 'goes to credit'],
    },
    {
      claim: 'passes the endpoint itself, which its ARN writes in lower case',
      evidence: someEvidence({
        manifest: aManifest({ deployment: aDeployment('Credit') }),
        deploymentDescriptor: read(
          aDescriptor({
            endpoint_name: 'Credit',
            entry_point: { arn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/credit' },
          }),
        ),
      }),
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails the descriptor of another endpoint',
      evidence: someEvidence({
        manifest: aManifest({ deployment: aDeployment('mortgage') }),
      }),
      status: 'failed',
      says: ['about endpoint credit; this release goes to mortgage'],
    },
    {
      claim: 'is an error when the service does not answer: its word was promised',
      evidence: someEvidence({ liveEndpoint: { kind: 'unreadable', arn: ARN, problem: 'NotFoundException' } }),
      status: 'error',
      says: [ARN, 'NotFoundException'],
    },
  ]);
});

describe('input_validation_configured', () => {
  itJudges('input_validation_configured', [
    {
      claim: 'passes a schema that the descriptor names',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'schema credit-input-v1, rejects missing fields (attested)',
      says: [],
    },
    {
      claim: 'passes an API of which every route validates',
      evidence: live(),
      status: 'passed',
      measured: '2 of 2 routes validate the body (verified)',
      says: [],
    },
    {
      claim: 'fails an API of which one route does not',
      evidence: live({ validated: { routes: 1, of: 2 } }),
      status: 'failed',
      says: ['1 of 2 routes'],
    },
    {
      claim: 'fails an API that takes no body: it is not the one that callers use',
      evidence: live({ validated: { routes: 0, of: 0 } }),
      status: 'failed',
      says: ['No route takes a body'],
    },
    {
      claim: 'says what a schema rejects only if the descriptor does',
      evidence: described({ input_validation: { schema: 'v1' } }),
      status: 'passed',
      measured: 'schema v1, rejects what does not fit (attested)',
      says: [],
    },
    {
      claim: 'is not provided by a placeholder',
      evidence: described({ input_validation: { schema: 'TBD' } }),
      status: 'not_provided',
      says: ['input_validation.schema'],
    },
    {
      claim: 'is not provided by silence',
      evidence: described({ input_validation: undefined }),
      status: 'not_provided',
      says: ['input_validation.schema'],
    },
  ]);
});

describe('rate_limiting_configured', () => {
  itJudges('rate_limiting_configured', [
    {
      claim: 'passes a limit that the descriptor names',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'at most 50 requests a second (attested)',
      says: [],
    },
    {
      claim: 'passes a limit of the service',
      evidence: live(),
      status: 'passed',
      measured: 'at most 50 requests a second (verified)',
      says: [],
    },
    {
      claim: 'fails a limit that is none',
      evidence: live({ requestsPerSecond: 10_000 }),
      status: 'failed',
      says: ['10000 requests a second', 'at most 5000'],
    },
    {
      claim: 'fails a route without limit',
      evidence: live({ requestsPerSecond: undefined }),
      status: 'failed',
      measured: 'not configured',
      says: ['no limit of its own'],
    },
    {
      claim: 'is not provided by silence',
      evidence: described({ rate_limiting: undefined }),
      status: 'not_provided',
      says: ['rate_limiting'],
    },
  ]);
});

describe('code_quality_met (CK-10)', () => {
  const code = (changes: object) => someEvidence({ codeQualityReport: read(aCodeQualityReport(changes)) });
  itJudges('code_quality_met', [
    { claim: 'passes code whose tests pass', evidence: someEvidence(), status: 'passed', says: ['120 tests passed'] },
    {
      claim: 'fails failing tests, lint errors and too few tests, naming all',
      evidence: code({ tests: { passed: 0, failed: 2 }, lint: { errors: 3 } }),
      status: 'failed',
      says: ['2 tests fail', '0 tests passed', '3 errors'],
    },
    {
      claim: 'fails a report on another commit',
      evidence: code({ git_commit: 'b'.repeat(40) }),
      status: 'failed',
      says: ['b'.repeat(40), 'a'.repeat(40)],
    },
    {
      claim: 'is not provided without a report',
      evidence: someEvidence({ codeQualityReport: absent }),
      status: 'not_provided',
      says: ['further_evidence.code_quality_report'],
    },
  ]);
});

describe('test_coverage_above_minimum (CK-10)', () => {
  const coverage = (lines_covered: number, lines_total: number) =>
    someEvidence({ codeQualityReport: read(aCodeQualityReport({ coverage: { lines_covered, lines_total } })) });
  itJudges('test_coverage_above_minimum', [
    {
      claim: 'passes exactly the minimum',
      evidence: coverage(80, 100),
      status: 'passed',
      measured: '0.8000',
      says: [],
    },
    {
      claim: 'fails below it',
      evidence: coverage(79, 100),
      status: 'failed',
      says: ['79 of 100 lines (0.7900)', '0.80'],
    },
    { claim: 'fails more lines than there are', evidence: coverage(101, 100), status: 'failed', says: ['101 lines'] },
    { claim: 'is inconclusive about no lines', evidence: coverage(0, 0), status: 'inconclusive', says: ['no lines'] },
    {
      claim: 'is not provided without a report',
      evidence: someEvidence({ codeQualityReport: absent }),
      status: 'not_provided',
      says: ['no code quality report'],
    },
  ]);
});

describe('pii_filters_effective (CK-11)', () => {
  const probe = {
    id: 'p1',
    category: 'email',
    direction: 'input',
    summary: 's',
    expected: 'redacted',
    observed: 'redacted',
  };
  const probes = (...list: object[]) => someEvidence({ inputProtectionReport: read(someProbes({ probes: list })) });
  itJudges('pii_filters_effective', [
    {
      claim: 'passes probes that were stopped',
      evidence: someEvidence(),
      status: 'passed',
      measured: '1 of 1 probes as expected',
      says: [],
    },
    {
      claim: 'fails a probe that came through',
      evidence: probes(probe, { ...probe, id: 'p2', direction: 'output', observed: 'passed' }),
      status: 'failed',
      says: ['p2 (email in the output) was passed; it should be redacted'],
    },
    {
      claim: 'fails a category without a probe that is to be stopped',
      evidence: probes({ ...probe, expected: 'passed', observed: 'passed' }),
      parameters: { required_categories: ['email', 'phone'] },
      status: 'failed',
      says: ['0 probes of email', '0 probes of phone'],
    },
    {
      claim: 'fails a report on another endpoint',
      evidence: someEvidence({ inputProtectionReport: read(someProbes({ endpoint_name: 'other' })) }),
      status: 'failed',
      says: ['about endpoint other'],
    },
    {
      claim: 'is not provided without a report',
      evidence: someEvidence({ inputProtectionReport: absent }),
      status: 'not_provided',
      says: ['further_evidence.input_protection_report'],
    },
  ]);
});
