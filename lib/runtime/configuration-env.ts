import * as z from 'zod';
import { Sha256 } from '../domain/identifiers.ts';

/** Where the policy is deployed, and the digest of its bytes: other bytes are refused. */
export const PolicyEnv = z.object({
  POLICY_BUCKET: z.string().min(1),
  POLICY_KEY: z.string().min(1),
  POLICY_SHA256: Sha256,
});
export type PolicyEnv = z.output<typeof PolicyEnv>;

/** The same for the names of the buckets that releases may come from. */
export const ModelBucketsEnv = z.object({
  MODEL_BUCKETS_BUCKET: z.string().min(1),
  MODEL_BUCKETS_KEY: z.string().min(1),
  MODEL_BUCKETS_SHA256: Sha256,
});
export type ModelBucketsEnv = z.output<typeof ModelBucketsEnv>;

/** The same for the days of the clauses of regimes. */
export const RegimesEnv = z.object({
  REGIMES_BUCKET: z.string().min(1),
  REGIMES_KEY: z.string().min(1),
  REGIMES_SHA256: Sha256,
});
export type RegimesEnv = z.output<typeof RegimesEnv>;

/** The same for the directory of approvers. */
export const ApproversEnv = z.object({
  APPROVERS_BUCKET: z.string().min(1),
  APPROVERS_KEY: z.string().min(1),
  APPROVERS_SHA256: Sha256,
});
export type ApproversEnv = z.output<typeof ApproversEnv>;
