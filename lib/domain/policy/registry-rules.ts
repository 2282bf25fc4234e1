/** What a policy says of packages that people change by hand. */
import * as z from 'zod';
import type { PolicyRecord } from './policy-record.ts';

/** What becomes of an approval, or of another change, that was made by hand in the model registry. */
export const RegistryDriftRule = z.enum(['report', 'revert']);
export type RegistryDriftRule = z.infer<typeof RegistryDriftRule>;

/** What becomes of what serves when its package was rejected by hand. The gate is closed in any case. */
export const RejectedByHandRule = z.enum(['close', 'roll_back']);
export type RejectedByHandRule = z.infer<typeof RejectedByHandRule>;

type Written = Pick<PolicyRecord, 'registry_drift' | 'on_rejected_by_hand'>;

/** A word that only another version knows is the default, which lets the table decide. */
export const registryDriftRule = ({ registry_drift: written }: Written): RegistryDriftRule =>
  RegistryDriftRule.safeParse(written).data ?? 'revert';

/** A word that only another version knows takes nothing away. */
export const rejectedByHandRule = ({ on_rejected_by_hand: written }: Written): RejectedByHandRule =>
  RejectedByHandRule.safeParse(written).data ?? 'close';
