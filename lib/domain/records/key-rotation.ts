import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/**
 * A rotation to a pair of signing keys. Its id is derived from both key ids, so there is one per pair, however often it
 * is requested.
 */
export const KeyRotation = stored({
  entity: z.literal('key_rotation'),
  version: z.int().min(0),
  rotationId: z.string(),
  attempt: z.int().min(1),
  status: Word,
  recordKeyId: z.string().min(1),
  attestationKeyId: z.string().min(1),
  initiatedBy: z.string().min(1).max(2048),
  actorRole: z.string(),
  actorAuth: z.string(),
  reason: z.string().min(1).max(1024),
  linkedIncident: z.string().max(256),
  requestedAt: Instant,
  completedAt: Instant.optional(),
  renewed: z.int().min(0),
  refused: z.int().min(0),
});
export type KeyRotation = z.infer<typeof KeyRotation>;
export const keyRotationKind = defineKind(KeyRotation, { partition: 'ROTATION', of: ['rotationId'], sort: 'META' });
