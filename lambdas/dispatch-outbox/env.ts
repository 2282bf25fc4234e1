import * as z from 'zod';
import { RetentionClasses } from '../../lib/domain/ledger/retention-class.ts';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';
import { SlackSenderEnv } from '../../lib/runtime/slack-env.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  ...ApproversEnv.shape,
  AUDIT_BUCKET: z.string().min(1),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1),
  AUDIT_RETENTION_CLASSES: RetentionClasses,
  LOCK_MODE: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  RELEASE_MACHINE_ARN: z.string().min(1),
  PROMOTION_MACHINE_ARN: z.string().min(1),
  ROLLBACK_MACHINE_ARN: z.string().min(1),
  MOVE_MACHINE_ARN: z.string().min(1),
  ROTATION_MACHINE_ARN: z.string().min(1),
  /** The Lambda that renews approvals. */
  RENEWAL_FUNCTION: z.string().min(1),
  EVENT_BUS_NAME: z.string().min(1),
  MODEL_PACKAGES_ARN: z.string().min(1),
  LINK_KEY_ID: z.string().min(1),
  PUBLIC_BASE_URL: z.string(),
  MAIL_FROM: z.string().min(1),
  ...SlackSenderEnv.shape,
  CONFIGURATION_SET: z.string(),
});
export type Env = z.input<typeof Env>;
