import * as z from 'zod';
import { describeModelPackage, findModelPackage } from '../../lib/adapters/sagemaker-registry.ts';
import { timer } from '../../lib/adapters/timer.ts';
import { isAddressed } from '../../lib/domain/intake/addressed-package.ts';
import { claimOfPackage } from '../../lib/domain/intake/package-claim.ts';
import { isOurs } from '../../lib/domain/intake/package-owner.ts';
import { requestRelease } from '../../lib/domain/intake/request-release.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { findBySource } from '../../lib/domain/policy/identities.ts';
import type { ReleaseClaim } from '../../lib/domain/records/intake.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { intakeWorld } from '../../lib/runtime/intake-world.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
/** Nobody waits for an event, which comes again if this is not enough. The function itself has a minute. */
const PATIENCE_MS = 20_000;
const world = intakeWorld('ReceiveRelease', env, PATIENCE_MS);
const store = releaseStoreOf('ReceiveRelease', env.TABLE_NAME);
const here = { environment: env.ENVIRONMENT, groups: env.PACKAGE_GROUPS };

const PackageChange = z.object({
  'detail-type': z.literal('SageMaker Model Package State Change'),
  detail: z.object({
    ModelPackageArn: z.string(),
    ModelPackageStatus: z.string().optional(),
    ModelApprovalStatus: z.string().optional(),
    UpdatedModelPackageFields: z.array(z.string()).optional(),
  }),
});
/** A quarantine found a package serving that no release has. */
const PackageFound = z.object({
  'detail-type': z.literal('Unreleased Package Found'),
  source: z.literal('assay'),
  detail: z.object({ modelPackageArn: z.string().max(2048) }),
});
const Requested = z.object({
  'detail-type': z.literal('Release Requested'),
  source: z.string().min(1).max(256),
  detail: z.record(z.string(), z.unknown()),
});

/**
 * EventBridge brings releases in two ways: a pipeline's request on the Assay bus, or a new package in the registry.
 */
export const handler = governedHandler(z.union([Requested, PackageChange, PackageFound]), async (event) => {
  // ReviewRegistry looks at what was updated: nothing asks for a release by being changed.
  if (event['detail-type'] === 'SageMaker Model Package State Change' && isUpdate(event)) return { outcome: 'ignored' };
  const intake = await world();
  const claim = await claimIn(event, intake.directory);
  if (claim === undefined) return { outcome: 'ignored' };
  const answer = await requestRelease(claim, intake);
  if (answer.outcome === 'refused') {
    // The faults can hold names, which are not for a log.
    const fields = answer.refusal.faults.map(({ field }) => field);
    logger.warn('release refused', { refusal_id: answer.refusal.refusalId, fields });
    return { outcome: answer.outcome, refusalId: answer.refusal.refusalId };
  }
  return { outcome: answer.outcome, releaseId: answer.release.releaseId };
});

type Incoming = z.infer<typeof Requested> | z.infer<typeof PackageChange> | z.infer<typeof PackageFound>;

const claimIn = (event: Incoming, directory: DirectoryRecord) => {
  if (event['detail-type'] === 'Release Requested') return requested(event, directory);
  return event['detail-type'] === 'Unreleased Package Found'
    ? ofFound(event.detail.modelPackageArn, directory)
    : ofPackage(event, directory);
};

/** Whatever its status and its metadata say, because it serves: what it lacks to be a release is a refusal on record. */
const ofFound = async (arn: string, directory: DirectoryRecord): Promise<ReleaseClaim | undefined> => {
  // One of another account or region can be no release of this one.
  const modelPackage = arn.startsWith(`${env.MODEL_PACKAGES_ARN}/`) ? await findModelPackage(arn) : undefined;
  if (modelPackage === undefined) return undefined;
  if (await isOurs(modelPackage, store, pause)) return undefined;
  return claimOfPackage(modelPackage, directory);
};

/** The bus lets only its principal use the source of a machine, so the source says which machine it is. */
const requested = ({ source, detail }: z.infer<typeof Requested>, directory: DirectoryRecord): ReleaseClaim => ({
  manifest: 'manifest' in detail ? detail['manifest'] : detail,
  door: 'event_bus',
  submitter: {
    field: 'source',
    name: source,
    identity: findBySource(directory, source),
    role: 'submitter',
    auth: 'event_source',
  },
});

const isUpdate = ({ detail }: z.infer<typeof PackageChange>): boolean =>
  (detail.UpdatedModelPackageFields ?? []).length > 0;

/** A package asks for a release if it is new, complete, waiting for approval, meant for us, and not one that Assay registered. */
const ofPackage = async (
  { detail }: z.infer<typeof PackageChange>,
  directory: DirectoryRecord,
): Promise<ReleaseClaim | undefined> => {
  const isNew = detail.ModelPackageStatus === 'Completed' && detail.ModelApprovalStatus === 'PendingManualApproval';
  if (!isNew) return undefined;
  const modelPackage = await describeModelPackage(detail.ModelPackageArn);
  // The event may be a day old: a package that was rejected or approved meanwhile waits for nothing any more.
  const { ModelApprovalStatus: status = 'PendingManualApproval' } = modelPackage;
  if (status !== 'PendingManualApproval' || !isAddressed(modelPackage, here)) return undefined;
  if (await isOurs(modelPackage, store, pause)) return undefined;
  return claimOfPackage(modelPackage, directory);
};

const pause = (): Promise<void> => timer(1).elapsed;
