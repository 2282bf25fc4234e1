import { activityOfJob, type ProcessingJob, processingJob } from '../../lib/adapters/sagemaker-activity.ts';
import { executionOf, type Listed, readFindings } from '../../lib/adapters/sagemaker-monitoring.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { type Activity, recordActivity } from '../../lib/domain/monitoring/activity.ts';
import type { Execution } from '../../lib/domain/monitoring/report.ts';
import { takeReport } from '../../lib/domain/monitoring/take-report.ts';
import { now } from '../../lib/runtime/clock.ts';
import { logger } from '../../lib/runtime/logger.ts';

type World = { readonly store: ReleaseStore; readonly modelBuckets: () => Promise<readonly string[]> };

/** A job that a monitor ran has found something; any other has prepared data, or evaluated a model. */
export const takeJob = async (job: ProcessingJob, world: World) => {
  const execution = await executionOf(job);
  return execution === undefined
    ? takeActivity(await activityOfJob(job), world)
    : takeExecution({ job, execution }, world);
};

/** What a list of executions shows, of which nobody has heard. */
export const takeListed = async ({ jobName, of }: Listed, world: World): Promise<void> => {
  const job = await processingJob(jobName);
  const execution = of(job);
  if (execution !== undefined) await takeExecution({ job, execution }, world);
};

type Ran = { readonly job: ProcessingJob; readonly execution: Execution };

const takeExecution = async ({ job, execution }: Ran, { store, modelBuckets }: World) => {
  const read = async () => readFindings(job, execution, await modelBuckets());
  const outcome = await takeReport(execution, { store, read, now });
  // Tagged jobs have bounds of their own, so it is monitors that are too many: a finding may be among what is left out.
  if (outcome === 'too_many')
    logger.critical('a report is not on record: its model has enough of this day', { arn: execution.arn });
  return { outcome };
};

/** What SageMaker did; undefined if it is not there any more. */
export const takeActivity = async (activity: Activity | undefined, { store }: World) => {
  if (activity === undefined) return { outcome: 'gone' };
  const outcome = await recordActivity(activity, store, now);
  if (outcome === 'too_many') logger.warn('not on record: its model has enough of this day', { arn: activity.arn });
  return { outcome };
};
