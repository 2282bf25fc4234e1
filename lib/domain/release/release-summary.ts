import * as z from 'zod';
import { Release } from './release.ts';

/**
 * What lists show of a release. The index of the table holds these attributes of it and no others, so a list reads a tenth of what
 * the releases are: an attribute that is added here is in no list before the index is made again.
 */
export const ReleaseSummary = z.object({
  ...Release.pick({
    releaseId: true,
    modelName: true,
    modelVersion: true,
    state: true,
    riskTier: true,
    requestedBy: true,
    submittedBy: true,
    createdAt: true,
    updatedAt: true,
    policySha256: true,
    modelPackageArn: true,
    approvalRequestId: true,
    approvedAt: true,
    approvedUntil: true,
    approvalExpiredAt: true,
    suspendedSince: true,
    packageRejectedSince: true,
  }).shape,
});
export type ReleaseSummary = z.infer<typeof ReleaseSummary>;

export const SUMMARY_ATTRIBUTES = Object.keys(ReleaseSummary.shape);
