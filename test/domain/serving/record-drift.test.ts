import { expect, it } from 'vitest';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { RegistryDrift } from '../../../lib/domain/records/registry-drift.ts';
import { recordDrift } from '../../../lib/domain/serving/record-drift.ts';
import { registryStatus } from '../../../lib/domain/serving/registry-status.ts';
import { NOW } from '../../support/approval-case.ts';
import { ARN } from '../../support/registry-case.ts';
import { approved } from '../../support/release-life.ts';

const release = { ...approved, modelPackageArn: ARN };
const desired = registryStatus(release, []);
const shown = { status: { ...desired, approvalStatus: 'Approved' }, entries: 0, modifiedAt: undefined };
const found = { kind: 'approved_by_hand', parts: ['approvalStatus'], by: '' } as const;
const drift = (earlier?: RegistryDrift) =>
  recordDrift({ release, desired, shown, ...found, policy: undefined, earlier, rejection: undefined, now: NOW });

it('reverts what was done by hand where the policy is not known, and says no time that SageMaker does not say', () => {
  const change = drift();

  expect(change?.event.details).toMatchObject({ answer: 'reverted', kind: 'approved_by_hand' });
  expect(change?.event.details).not.toHaveProperty('modified_at');
});

it('reverts a package three times within 24 hours, to the millisecond; then a person is needed', () => {
  const row = drift()
    ?.writes.map(({ entity }) => entity)
    .find((one) => one.entity === 'registry_drift');
  const after = (...ms: number[]) => {
    const answeredAt = ms.map((each) => plusMilliseconds(NOW, -each));
    return drift({ ...(row as RegistryDrift), answeredAt })?.event.details['answer'];
  };

  expect(after(DAY_MS - 1, 1)).toBe('reverted');
  expect(after(DAY_MS - 1, 2, 1)).toBe('person_needed');
  expect(after(DAY_MS, 2, 1)).toBe('reverted');
});
