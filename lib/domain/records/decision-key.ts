import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/** A key that signs decisions, or attestations, as the log has published it. Two runs of its writer create the same record, so only one does. */
export const DecisionKey = stored({
  entity: z.literal('decision_key'),
  version: z.int().min(0),
  /** SHA-256 of the public key's DER. */
  fingerprint: Sha256,
  keyId: z.string().min(1),
  publishedAt: Instant,
});
export type DecisionKey = z.infer<typeof DecisionKey>;
export const decisionKeyKind = defineKind(DecisionKey, {
  partition: 'LOG',
  of: [],
  sort: 'DECISION_KEY',
  by: ['fingerprint'],
});
