/** What a monitor of SageMaker did: the execution that a processing job was, and the files that it left. */
import { ListMonitoringExecutionsCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { DRIFT_REPORT_MAX_BYTES, parseDriftReport } from '../domain/evidence/foreign/model-monitor.ts';
import { Instant } from '../domain/identifiers.ts';
import { parseQualityStatistics, STATISTICS_MAX_BYTES } from '../domain/monitoring/quality-statistics.ts';
import type { Execution, Findings } from '../domain/monitoring/report.ts';
import type { MonitorKind } from '../domain/policy/monitoring.ts';
import { Refusal } from '../domain/refusal.ts';
import { sha256 } from '../domain/signing/canonical-json.ts';
import { isPassing } from './aws-error.ts';
import { placeOf, readObject } from './s3-objects.ts';
import type { ProcessingJob } from './sagemaker-activity.ts';
import { sagemaker } from './sagemaker-registry.ts';

const KINDS: Readonly<Record<string, MonitorKind>> = {
  DataQuality: 'data_quality',
  ModelQuality: 'model_quality',
  ModelBias: 'bias_drift',
  ModelExplainability: 'feature_attribution_drift',
};

const Summary = z.object({
  MonitoringScheduleName: z.string(),
  ScheduledTime: z.date(),
  MonitoringExecutionStatus: z.string(),
  ProcessingJobArn: z.string().optional(),
  EndpointName: z.string().optional(),
  MonitoringType: z.string().default('DataQuality'),
});

/** A schedule runs once an hour at most: its last hundred executions are four days. */
const LAST = 100;

/** The execution that a job was for an endpoint; undefined of one that watches no endpoint. */
export const executionOf = async (job: ProcessingJob): Promise<Execution | undefined> => {
  const schedule = job.MonitoringScheduleArn?.split('/').at(-1);
  if (schedule === undefined) return undefined;
  const { MonitoringExecutionSummaries = [] } = await sagemaker.send(
    new ListMonitoringExecutionsCommand({
      MonitoringScheduleName: schedule,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: LAST,
    }),
  );
  const found = MonitoringExecutionSummaries.find(({ ProcessingJobArn }) => ProcessingJobArn === job.ProcessingJobArn);
  if (found === undefined) return undefined;
  const summary = Summary.parse(found);
  const kind = KINDS[summary.MonitoringType];
  if (kind === undefined || summary.EndpointName === undefined) return undefined;
  return {
    kind,
    arn: job.ProcessingJobArn,
    scheduleName: summary.MonitoringScheduleName,
    endpointName: summary.EndpointName,
    status: summary.MonitoringExecutionStatus,
    measuredFrom: startOf(job, summary.ScheduledTime),
    endedAt: job.ProcessingEndTime ?? job.LastModifiedTime ?? job.CreationTime,
  };
};

/** Model Monitor tells its job from when on it measures. Without that, it is known to be before it was scheduled. */
const startOf = ({ Environment }: ProcessingJob, scheduled: Date): Instant => {
  const { data } = z.iso.datetime({ offset: true }).safeParse(Environment['start_time']);
  return Instant.parse((data === undefined ? scheduled : new Date(data)).toISOString());
};

/** Reads the files of an execution from the model buckets, and says why it has not read one. */
export const readFindings = async (
  job: ProcessingJob,
  { status, kind }: Execution,
  buckets: readonly string[],
): Promise<Findings> => {
  const [folder] = (job.ProcessingOutputConfig?.Outputs ?? []).flatMap(({ S3Output }) => S3Output?.S3Uri ?? []);
  const reader = readerIn(folder, buckets);
  const report =
    status === 'CompletedWithViolations'
      ? await reader('constraint_violations.json', DRIFT_REPORT_MAX_BYTES, parseDriftReport)
      : undefined;
  const quality =
    kind === 'model_quality' && status.startsWith('Completed')
      ? await reader('statistics.json', STATISTICS_MAX_BYTES, parseQualityStatistics)
      : undefined;
  const read = [report, quality].flatMap((one) => one ?? []);
  return {
    violations: status === 'CompletedWithViolations' ? report?.found?.violations.map(inWords) : [],
    quality: quality?.found,
    refs: read.flatMap(({ ref }) => ref ?? []),
    problems: read.flatMap(({ problem }) => problem ?? []),
  };
};

type ReadFile<T> = { readonly found?: T; readonly ref?: string; readonly problem?: string };

const readerIn =
  (folder: string | undefined, buckets: readonly string[]) =>
  async <T>(file: string, maxBytes: number, parse: (bytes: Uint8Array) => T): Promise<ReadFile<T>> => {
    if (folder === undefined) return { problem: `${file} was not read: the job names no output` };
    const uri = `${folder.replace(/\/$/, '')}/${file}`;
    const place = placeOf(uri);
    if (!buckets.includes(place.bucket)) return { problem: `${file} was not read: ${place.bucket} is no model bucket` };
    try {
      const bytes = await readObject(place, maxBytes);
      const ref = `${uri}#sha256=${sha256(bytes)}`;
      return { found: parse(bytes), ref };
    } catch (cause) {
      // What is not there, or is no report, stays so: the execution is on record without it.
      if (isPassing(cause) || !(cause instanceof Error)) throw cause;
      return { problem: `${file} was not read: ${cause instanceof Refusal ? cause.message : cause.name}` };
    }
  };

const inWords = ({ subject, check, description }: { subject: string; check: string; description: string }): string =>
  `${subject} (${check}): ${description}`;
