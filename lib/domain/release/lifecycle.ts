import * as z from 'zod';
import { Refusal } from '../refusal.ts';

/** Every state that a release can be in. */
export const ReleaseState = z.enum([
  'draft',
  'validated',
  'approved',
  'production',
  'superseded',
  'rolled_back',
  'retired',
  'rejected',
  'expired',
]);
export type ReleaseState = z.infer<typeof ReleaseState>;

/** The only table of allowed transitions. Any other transition is refused, and the refusal is audited. */
export const TRANSITIONS: Readonly<Record<ReleaseState, readonly ReleaseState[]>> = {
  draft: ['validated', 'rejected'],
  validated: ['approved', 'rejected', 'expired'],
  approved: ['production', 'rejected', 'expired'],
  production: ['superseded', 'rolled_back'],
  superseded: ['production', 'retired'],
  rolled_back: ['retired'],
  retired: [],
  rejected: [],
  expired: [],
};

/** A release in one of these is measured against what is in production. */
export const BEFORE_PROMOTION: readonly string[] = ['draft', 'validated', 'approved'];

/** Where an approval can be used, or will be: what goes to production, is there, or is what production goes back to. */
export const mayUseApproval = ({ state }: { readonly state: string }): boolean =>
  USING_APPROVAL.some((using) => using === state);
export const USING_APPROVAL: readonly ReleaseState[] = ['validated', 'approved', 'production', 'superseded'];

/** Establishes that a release may go from one state to another. */
export const assertTransition = (from: string, to: ReleaseState): void => {
  const known = ReleaseState.safeParse(from);
  // This version knows no transition from a state that only another version has.
  const next = known.success ? TRANSITIONS[known.data] : [];
  if (next.includes(to)) return;
  const allowed = next.join(', ') || 'nothing';
  throw new Refusal('IllegalTransition', `a release that is ${from} cannot become ${to}`, [
    { field: 'state', problem: `${from} may be followed by ${allowed}` },
  ]);
};
