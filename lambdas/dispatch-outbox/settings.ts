import type * as z from 'zod';
import type { LedgerRetention } from '../../lib/adapters/s3-ledger-store.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { Env } from './env.ts';

type StartedMachine = Extract<Intent, { kind: 'start_execution' }>['machine'];

/** Where the side effects go, from the environment. */
export type Settings = {
  readonly auditBucket: string;
  readonly retention: LedgerRetention;
  readonly machines: Readonly<Record<StartedMachine, string>>;
  readonly bus: string;
  /** The ARN of all model packages of this account and region, up to the group. */
  readonly packageHome: string;
  readonly publicBaseUrl: string;
  readonly mailFrom: string;
  /** By which SES publishes what becomes of mails that ask for a decision; empty where nobody gets mail. */
  readonly configurationSet: string;
};

export const settingsOf = (env: z.output<typeof Env>): Settings => ({
  auditBucket: env.AUDIT_BUCKET,
  retention: { mode: env.LOCK_MODE, longest: env.AUDIT_RETENTION_DAYS, classes: env.AUDIT_RETENTION_CLASSES },
  machines: {
    release: env.RELEASE_MACHINE_ARN,
    promotion: env.PROMOTION_MACHINE_ARN,
    rollback: env.ROLLBACK_MACHINE_ARN,
    move: env.MOVE_MACHINE_ARN,
    rotation: env.ROTATION_MACHINE_ARN,
  },
  bus: env.EVENT_BUS_NAME,
  packageHome: env.MODEL_PACKAGES_ARN,
  publicBaseUrl: env.PUBLIC_BASE_URL,
  mailFrom: env.MAIL_FROM,
  configurationSet: env.CONFIGURATION_SET,
});
