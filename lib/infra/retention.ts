import { classProblem, type RetentionClasses } from '../domain/ledger/retention-class.ts';
import { ROWS_PERIODS } from '../domain/release/evidence-copy.ts';

/** A lock that nobody can lift needs a confirmation if it is longer than this. */
const UNCONFIRMED_COMPLIANCE_DAYS = 30;

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE';

export interface RetentionWish {
  readonly production: boolean;
  readonly lockMode?: LockMode | undefined;
  readonly auditRetentionDays?: number | undefined;
  readonly auditRetentionClasses?: RetentionClasses | undefined;
  readonly evidenceRetentionDays?: number | undefined;
  readonly evidenceRowsRetentionDays?: number | undefined;
  readonly confirmComplianceDays?: number | undefined;
}

export interface Retention {
  readonly mode: LockMode;
  /** Of the longest class, and of what proves all others. */
  readonly auditDays: number;
  /** The classes of the audit trail that are shorter. */
  readonly classes: RetentionClasses;
  readonly evidenceDays: number;
  /** Of rows about people, which S3 removes afterwards. Absent if they are kept like other evidence. */
  readonly rowsDays?: number;
}

/**
 * Decides how long the locked buckets keep what is written: by default one day of GOVERNANCE outside production, and in
 * production the number of days asked for. Refuses to guess for production, and refuses a long COMPLIANCE lock without
 * a confirmation, because a typing error there is paid for for years.
 */
export const decideRetention = (wish: RetentionWish): Retention => {
  if (wish.production && wish.auditRetentionDays === undefined) {
    throw new Error(
      'production needs auditRetentionDays: set the number of days for which nobody can remove the audit trail',
    );
  }
  const auditDays = wish.auditRetentionDays ?? 1;
  const evidenceDays = wish.evidenceRetentionDays ?? auditDays;
  const classes = wish.auditRetentionClasses ?? {};
  const problem = classProblem({ longest: auditDays, classes });
  if (problem !== undefined) throw new Error(`auditRetentionClasses: ${problem}`);
  const mode = wish.lockMode ?? (wish.production ? 'COMPLIANCE' : 'GOVERNANCE');
  if (wish.production && mode !== 'COMPLIANCE') {
    throw new Error(
      'production locks in COMPLIANCE mode: a GOVERNANCE lock can be lifted by anyone with the bypass permission',
    );
  }
  const longest = Math.max(auditDays, evidenceDays);
  const isLong = mode === 'COMPLIANCE' && longest > UNCONFIRMED_COMPLIANCE_DAYS;
  if (isLong && wish.confirmComplianceDays !== longest) {
    throw new Error(
      `a COMPLIANCE lock of ${longest} days can never be shortened: set confirmComplianceDays=${longest} to confirm`,
    );
  }
  const rowsDays = wish.evidenceRowsRetentionDays;
  if (rowsDays === undefined) return { mode, auditDays, classes, evidenceDays };
  assertRowsDays(rowsDays, evidenceDays);
  return { mode, auditDays, classes, evidenceDays, rowsDays };
};

const assertRowsDays = (rowsDays: number, evidenceDays: number): void => {
  if (!ROWS_PERIODS.includes(rowsDays))
    throw new Error(`evidenceRowsRetentionDays: must be one of ${ROWS_PERIODS.join(', ')}, and not ${rowsDays}`);
  if (rowsDays > evidenceDays)
    throw new Error(
      `evidenceRowsRetentionDays: rows must not be kept for longer (${rowsDays} days) than the evidence that they belong to (${evidenceDays} days)`,
    );
};

/**
 * A release may be rolled back to for as long as its approval stands, and what it serves from must be locked for as long.
 */
export const assertOutlasts = ({ evidenceDays }: Retention, approvalExpiryDays: number): void => {
  if (evidenceDays >= approvalExpiryDays) return;
  throw new Error(
    `locked copies are kept for ${evidenceDays} days, but approvals stand for ${approvalExpiryDays}: raise evidenceRetentionDays`,
  );
};

/**
 * What is lost if rows about people end before the approval of what serves; undefined if they do not. A successor is compared row by
 * row with what serves, and an approval can be older than its policy says only by a renewal.
 */
export const earlyRows = ({ rowsDays }: Retention, approvalExpiryDays: number): string | undefined =>
  rowsDays === undefined || rowsDays >= approvalExpiryDays
    ? undefined
    : `rows about people end after ${rowsDays} days, but approvals stand for ${approvalExpiryDays}: from then on no successor can be compared with what serves, and no check that counts rows is made again; raise evidenceRowsRetentionDays`;
