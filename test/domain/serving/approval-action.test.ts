import { describe, expect, it } from 'vitest';
import { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import { approvalAction } from '../../../lib/domain/serving/approval-action.ts';
import { NOW } from '../../support/approval-case.ts';
import { approved, draft, releaseId, validated } from '../../support/release-life.ts';

const { modelPackageArn } = approved;

describe('the approval of a release in the lineage of SageMaker', () => {
  it.each([
    ['approved', 'Completed'],
    ['production', 'Completed'],
    ['superseded', 'Completed'],
    ['rejected', 'Stopped'],
    ['expired', 'Stopped'],
    ['rolled_back', 'Stopped'],
    ['retired', 'Stopped'],
  ])('of one that is %s is %s', (state, status) => {
    expect(approvalAction({ ...approved, state })).toMatchObject({
      status,
      description: `release mortgage-1-2-0 is ${state}`,
      properties: {
        release_id: 'mortgage-1-2-0',
        evidence_digest: approved.evidenceDigest,
        approved_at: NOW,
        record_uri: approved.recordUri,
      },
    });
  });

  it('is under way while people are asked, failed where they denied, and stopped while it is suspended', () => {
    const asked = { ...validated, modelPackageArn };

    expect(approvalAction(asked)).toMatchObject({ status: 'InProgress' });
    expect(approvalAction(asked)?.properties).not.toHaveProperty('approved_at');
    expect(approvalAction({ ...asked, state: 'rejected' })).toMatchObject({ status: 'Failed' });
    expect(approvalAction({ ...approved, suspendedSince: NOW })).toMatchObject({ status: 'Stopped' });
  });

  it('is stopped, and says why, while it serves and those who gave it took it back', () => {
    const explanation = 'grace denied the same bytes as another-1 at 2026-11-22T09:00:00.000Z';
    const revoked = [{ rule: 'approval_revoked', evidence: '', explanation }];

    for (const state of ['approved', 'production', 'superseded'] as const) {
      const action = approvalAction({ ...approved, state }, revoked);
      expect(action).toMatchObject({ status: 'Stopped', description: expect.stringContaining(explanation) });
    }
  });

  it('is there for nobody who was never asked, nor for what is in no registry', () => {
    expect(approvalAction({ ...draft, modelPackageArn })).toBeUndefined();
    expect(approvalAction(validated)).toBeUndefined();
  });

  it.each(['mortgage-1-2-0', 'm_1..2__3', `x${'-_'.repeat(31)}_`, 'a'.repeat(64)])(
    'has a name that SageMaker takes, of its own: %s',
    (id) => {
      const names = ReleaseState.options.map(
        (state) => approvalAction({ ...approved, state, releaseId: releaseId(id) })?.name,
      );
      const [name = ''] = names;

      expect(new Set(names).size).toBe(1);
      expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}$/);
      expect(name).not.toBe(approvalAction({ ...approved, releaseId: releaseId(`${id.slice(0, 60)}.x`) })?.name);
    },
  );
});
