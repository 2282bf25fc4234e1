import { expect, it } from 'vitest';
import { recordDrift } from '../../../lib/domain/serving/record-drift.ts';
import { registryStatus } from '../../../lib/domain/serving/registry-status.ts';
import { NOW } from '../../support/approval-case.ts';
import { ARN } from '../../support/registry-case.ts';
import { approved } from '../../support/release-life.ts';

it('reverts what was done by hand where the policy is not known, and says no time that SageMaker does not say', () => {
  const release = { ...approved, modelPackageArn: ARN };
  const desired = registryStatus(release, []);
  const shown = { status: { ...desired, approvalStatus: 'Approved' }, entries: 0, modifiedAt: undefined };
  const found = { kind: 'approved_by_hand', parts: ['approvalStatus'], by: '' } as const;
  const unknown = { policy: undefined, earlier: undefined, rejection: undefined };

  const change = recordDrift({ release, desired, shown, ...found, ...unknown, now: NOW });

  expect(change?.event.details).toMatchObject({ answer: 'reverted', kind: 'approved_by_hand' });
  expect(change?.event.details).not.toHaveProperty('modified_at');
});
