import { Aws } from 'aws-cdk-lib';
import { classesText } from '../../domain/ledger/retention-class.ts';
import type { ServingDefaults } from '../../domain/release/deployment.ts';
import type { RetryLadder } from '../definition.ts';
import { regional } from '../permissions.ts';
import type { Retention } from '../retention.ts';
import type { ServingRights } from '../serving-settings.ts';
import type { AuditLedger } from './audit-ledger.ts';
import type { DuckdbLayer } from './duckdb-layer.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { GovernanceFiles } from './governance-files.ts';
import type { FunctionDefaults } from './governed-function.ts';
import type { LargeTables } from './large-tables.ts';
import type { LockedCopies } from './locked-copies.ts';
import type { ModelBuckets } from './model-buckets.ts';
import type { ReleaseStore } from './release-store.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What every capability is built on: where records are kept, signed and read. */
export interface Foundations {
  readonly environment: string;
  readonly defaults: FunctionDefaults;
  /** How the machines try again. */
  readonly retryLadder: RetryLadder;
  /** Between two looks of a machine at an endpoint. */
  readonly endpointWaitSeconds: number;
  readonly store: ReleaseStore;
  readonly ledger: AuditLedger;
  readonly evidence: EvidenceStore;
  readonly keys: SigningKeys;
  readonly files: GovernanceFiles;
  readonly modelBuckets: ModelBuckets;
  readonly lockedCopies: LockedCopies;
  /** The model package groups that are taken in. If there are none, every package with metadata of ours is. */
  readonly packageGroups: readonly string[];
  readonly servingDefaults: ServingDefaults;
  /** The endpoints that are watched whatever they serve, by patterns of their names. */
  readonly watchedEndpoints: readonly string[];
  readonly servingRights: ServingRights;
  readonly largeTables: LargeTables;
  /** For the Lambdas that read tables. */
  readonly duckdb: DuckdbLayer;
  readonly modelExecutionRoleArn: string;
  /** The ARNs of the roles that may read dead letters. */
  readonly deadLetterReaders: readonly string[];
  readonly retention: Retention;
}

/** The environment variables that several Lambdas have in common. */
export const tableOf = ({ store }: Foundations) => ({ TABLE_NAME: store.table.tableName });

export const evidenceOf = ({ evidence }: Foundations) => ({ EVIDENCE_BUCKET: evidence.bucket.bucketName });

/** What the windows are found by in which nothing is promoted. */
export const freezesOf = ({ environment, files }: Foundations) => ({
  ...files.policyEnvironment,
  ENVIRONMENT: environment,
});

export const lockOf = ({ retention }: Foundations) => ({
  EVIDENCE_RETENTION_DAYS: String(retention.evidenceDays),
  LOCK_MODE: retention.mode,
});

/** None: rows are kept as long as other evidence. */
export const rowsLockOf = ({ retention }: Foundations) => ({
  EVIDENCE_ROWS_RETENTION_DAYS: String(retention.rowsDays ?? 0),
});

export const auditLockOf = ({ retention }: Foundations) => ({
  AUDIT_RETENTION_DAYS: String(retention.auditDays),
  AUDIT_RETENTION_CLASSES: classesText(retention.classes),
  LOCK_MODE: retention.mode,
});

export const ACCOUNT = { ACCOUNT_ID: Aws.ACCOUNT_ID };

/** The ARN of all model packages of this account and region, up to the group. */
export const PACKAGES = { MODEL_PACKAGES_ARN: regional('sagemaker', 'model-package') };

/** What a step needs to find out what SageMaker would serve. */
export const SERVED = { ...ACCOUNT, ...PACKAGES };
