import { describe, expect, it } from 'vitest';
import { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import { FINGERPRINT, governanceMetadata, registryStatus } from '../../../lib/domain/serving/registry-status.ts';
import { NOW } from '../../support/approval-case.ts';
import { APPROVED_UNTIL, approved, draft, inProduction, superseded } from '../../support/release-life.ts';

describe('what the model registry says of a release (RR-6, RR-10)', () => {
  it.each([
    ['draft', 'PendingManualApproval', 'Development', 'InProgress'],
    ['validated', 'PendingManualApproval', 'PreProduction', 'PendingApproval'],
    ['approved', 'Approved', 'PreProduction', 'Approved'],
    ['production', 'Approved', 'Production', 'Approved'],
    ['superseded', 'Approved', 'Production', 'OnHold'],
    ['rejected', 'Rejected', 'PreProduction', 'Rejected'],
    ['expired', 'PendingManualApproval', 'Production', 'OnHold'],
    ['rolled_back', 'Rejected', 'Production', 'RolledBack'],
    ['retired', 'Rejected', 'Archived', 'Retired'],
  ] as const)('is of a release that is %s: %s, %s, %s', (state, approvalStatus, stage, stageStatus) => {
    expect(registryStatus({ ...approved, state })).toMatchObject({
      approvalStatus,
      stage,
      stageStatus,
      description: `release mortgage-1-2-0 is ${state}`,
    });
  });

  it('is left alone for a release in a state that only another version knows', () => {
    expect(() => registryStatus({ ...approved, state: 'paused' })).toThrow('Invalid option');
  });

  it('approves nothing but what people have approved', () => {
    const states = ReleaseState.options.filter(
      (state) => registryStatus({ ...approved, state }).approvalStatus === 'Approved',
    );

    expect(states).toEqual(['approved', 'production', 'superseded']);
  });

  it.each(ReleaseState.options)('never approves a package that differs, of a release that is %s', (state) => {
    const differs = { rule: 'model_package', evidence: '', explanation: 'the model package differs in image' };
    const [alone, against] = [
      registryStatus({ ...approved, state }),
      registryStatus({ ...approved, state }, [differs]),
    ];

    expect(against).toEqual(
      alone.approvalStatus === 'Approved'
        ? {
            ...alone,
            approvalStatus: 'Rejected',
            description: `release mortgage-1-2-0 is ${state}, but the model package differs in image`,
            metadata: { ...alone.metadata, [FINGERPRINT]: against.metadata[FINGERPRINT] },
          }
        : alone,
    );
  });

  it('points to the evidence, the record, the expiry and the rollback target', () => {
    expect(registryStatus(approved).metadata).toEqual({
      'gov.releaseId': 'mortgage-1-2-0',
      'gov.riskTier': 'medium',
      'gov.artifactSha256': approved.manifest.artifact_sha256,
      'gov.createdAt': String(Date.parse(approved.createdAt)),
      'gov.status': 'approved',
      governance_status: 'approved',
      data_version: `sha256:${approved.manifest.training_dataset_sha256}`,
      'gov.policySha256': approved.policySha256,
      'gov.evidenceDigest': approved.evidenceDigest,
      'gov.recordUri': approved.recordUri,
      'gov.approvedUntil': APPROVED_UNTIL,
      'gov.rollbackTarget': 'none',
      [FINGERPRINT]: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('has only what exists so far', () => {
    expect(registryStatus(draft).metadata).toEqual({
      ...governanceMetadata(draft),
      'gov.status': 'draft',
      governance_status: 'pending_review',
      data_version: `sha256:${draft.manifest.training_dataset_sha256}`,
      'gov.policySha256': draft.policySha256,
      [FINGERPRINT]: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('keeps to the letters and lengths of SageMaker, in every state', () => {
    const long = { ...approved, recordUri: `s3://evidence/${'r'.repeat(1000)}` };
    expect(registryStatus(long).metadata).not.toHaveProperty(['gov.recordUri']);

    for (const state of ReleaseState.options) {
      const { stage, stageStatus, metadata } = registryStatus({ ...long, state });
      for (const name of [stage, stageStatus]) expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
      for (const [key, value] of Object.entries(metadata)) {
        expect(key).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u);
        expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
      }
    }
  });
});

describe('a release whose approval is suspended (AP-8)', () => {
  it.each([approved, inProduction, superseded])('waits for people again in the registry, and says why', (release) => {
    const status = registryStatus({ ...release, suspendedSince: NOW });

    expect(status).toMatchObject({ approvalStatus: 'PendingManualApproval', stageStatus: 'OnHold' });
    expect(status.description).toContain(`and its approval is suspended since ${NOW}`);
    expect(registryStatus(release).approvalStatus).toBe('Approved');
  });

  it('is rejected there if its package was changed as well, and as it is where it has ended', () => {
    const against = [{ rule: 'model_package', evidence: '', explanation: 'the package was changed' }];

    expect(registryStatus({ ...approved, suspendedSince: NOW }, against).approvalStatus).toBe('Rejected');
    expect(registryStatus({ ...approved, state: 'rolled_back', suspendedSince: NOW }).stageStatus).toBe('RolledBack');
  });
});

describe('a release whose package somebody rejected by hand', () => {
  it.each(ReleaseState.options)('is rejected in the registry until a person has dealt with that: %s', (state) => {
    const status = registryStatus({ ...approved, state, packageRejectedSince: NOW });

    expect(status.approvalStatus).toBe('Rejected');
    expect(status.description.includes(`was rejected by hand, as found at ${NOW}`)).toBe(
      registryStatus({ ...approved, state }).approvalStatus !== 'Rejected',
    );
  });
});

describe('the fingerprint of what was written', () => {
  it('is another for whatever else is written', () => {
    const fingerprints = ReleaseState.options.map(
      (state) => registryStatus({ ...approved, state }).metadata[FINGERPRINT],
    );

    expect(new Set(fingerprints).size).toBe(ReleaseState.options.length);
  });
});
