import * as z from 'zod';

/** The roles that a policy may ask for. */
export const Role = z.enum([
  'ml_lead',
  'ml_engineer',
  'platform_owner',
  'platform_oncall',
  'risk_owner',
  'risk_or_compliance_owner',
  'compliance_officer',
  'product_owner',
  'business_owner',
  'legal',
  'operations_manager',
  'release_manager',
]);
export type Role = z.infer<typeof Role>;

/** The most people that a tier can require, over all parts of a policy. */
export const ROLES_MAX = 8;
export const Roles = z.array(Role).max(ROLES_MAX);
