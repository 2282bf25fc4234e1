import * as z from 'zod';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  POLICY_BUCKET: z.string().min(1),
  POLICY_KEY: z.string().min(1),
  APPROVERS_BUCKET: z.string().min(1),
  APPROVERS_KEY: z.string().min(1),
  MODEL_BUCKETS: z.string().transform((list) => list.split(',')),
  ACCOUNT_ID: z.string().min(1),
  RECORD_KEY_ID: z.string().min(1),
  ATTESTATION_KEY_ID: z.string().min(1),
});
export type Env = z.input<typeof Env>;
