import { expect, it } from 'vitest';
import type { Release } from '../../../lib/domain/release/release.ts';
import { anApprovalCase } from '../../support/approval-case.ts';
import { mailOnOutcome } from '../../support/mails.ts';
import { APPROVED_UNTIL, inProduction } from '../../support/release-life.ts';

it('says before the end of an approval what happens then, and who has to do what until then', async () => {
  const scene = await anApprovalCase();
  const { text } = mailOnOutcome(scene, 'expiring', 'rita');

  expect(text).toContain('It is good until Fri, 19 Feb 2027, 10:00 Europe/Vienna');
  expect(text).toContain('Then it goes on serving, but with no approval in force');
  expect(text).toContain('Request a new release in time');
  expect(mailOnOutcome(scene, 'expiring', 'grace').text).toContain('There is nothing to decide yet.');
  const release: Release = { ...inProduction, expiryWarning: { until: APPROVED_UNTIL, days: 1 } };
  expect(mailOnOutcome(scene, 'expiring', 'grace', { release }).subject).toContain('within 1 day:');
});
