/** Deviations from privacy and security: what serves although a check of either does not pass, and the policy let it through. */
import * as z from 'zod';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reverification } from '../records/reverification.ts';
import { stored } from '../stored.ts';

const Count = z.int().min(0);

export const OpenDeviations = stored({ privacy: Count, security: Count });
export type OpenDeviations = z.infer<typeof OpenDeviations>;

/** Checks of the other stages and of this one that are about data of people. */
const PRIVACY: readonly string[] = [
  'pii_handling_verified',
  'consent_basis_documented',
  'data_retention_policy_compliant',
  'pii_filters_effective',
];

/**
 * How many are open of a release. What a policy only observes is no demand. A check that was made again counts by what it says now, so
 * that a deviation opens, or ends, while the release serves; otherwise it ends when something else serves.
 */
export const openDeviations = (
  checks: readonly CheckRecord[],
  again: readonly Pick<Reverification, 'check' | 'status'>[],
): OpenDeviations => {
  const now = new Map(again.map(({ check, status }) => [check, status]));
  const open = checks.filter(({ name, mode, status }) => mode !== 'observe' && (now.get(name) ?? status) !== 'passed');
  const [privacy, others] = [
    open.filter(({ name }) => PRIVACY.includes(name)),
    open.filter(({ name }) => !PRIVACY.includes(name)),
  ];
  return { privacy: privacy.length, security: others.filter(({ stage }) => stage === 'security_review').length };
};
