/** What a monitor of SageMaker did: the execution that a processing job was, and the files that it left. */
import { ListMonitoringExecutionsCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import {
  DRIFT_REPORT_MAX_BYTES,
  type DriftReport,
  parseDriftReport,
} from '../domain/evidence/foreign/model-monitor.ts';
import { Instant } from '../domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../domain/instant.ts';
import type { ListedExecution } from '../domain/monitoring/missed.ts';
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

/** As many as a list shows at once. A schedule runs once an hour at most: its last hundred executions are four days. */
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
  return executionIn(Summary.parse(found), job);
};

/** One execution as a list shows it: that it was, and for which endpoint. */
export type Listed = ListedExecution & {
  readonly jobName: string;
  readonly of: (job: ProcessingJob) => Execution | undefined;
};

/** Six hours of some five hundred hourly monitors. */
const PAGES_MAX = 30;

/** The executions of the account for endpoints that were changed since, and whether there are more than anybody looks through. */
export const executionsSince = async (since: Instant): Promise<{ executions: Listed[]; isCut: boolean }> => {
  const executions: Listed[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await sagemaker.send(
      new ListMonitoringExecutionsCommand({
        LastModifiedTimeAfter: new Date(since),
        SortBy: 'CreationTime',
        SortOrder: 'Ascending',
        MaxResults: LAST,
        NextToken,
      }),
    );
    executions.push(...(answer.MonitoringExecutionSummaries ?? []).flatMap(listedAs));
    NextToken = answer.NextToken;
    if (NextToken === undefined) return { executions, isCut: false };
  }
  return { executions, isCut: true };
};

/** What has not begun has no job, and what watches no endpoint is no finding. */
const listedAs = (found: unknown): Listed[] => {
  const summary = Summary.parse(found);
  const { ProcessingJobArn: arn, EndpointName: endpointName, MonitoringExecutionStatus: status } = summary;
  const jobName = arn?.split('/').at(-1);
  if (arn === undefined || endpointName === undefined || jobName === undefined) return [];
  return [{ arn, jobName, endpointName, status, of: (job) => executionIn(summary, job) }];
};

const executionIn = (summary: z.infer<typeof Summary>, job: ProcessingJob): Execution | undefined => {
  const kind = KINDS[summary.MonitoringType];
  if (kind === undefined || summary.EndpointName === undefined) return undefined;
  const endedAt = job.ProcessingEndTime ?? job.LastModifiedTime ?? job.CreationTime;
  return {
    kind,
    arn: job.ProcessingJobArn,
    scheduleName: summary.MonitoringScheduleName,
    endpointName: summary.EndpointName,
    status: summary.MonitoringExecutionStatus,
    measuredFrom: said(job, 'start_time') ?? plusMilliseconds(instantOf(summary.ScheduledTime), -OFFSET_MAX_MS),
    measuredUntil: said(job, 'end_time') ?? endedAt,
    endedAt,
  };
};

/** A monitor that does not say from when on it measures may have measured this long before it was scheduled. */
const OFFSET_MAX_MS = 31 * DAY_MS;

/** Model Monitor tells its job from when until when it measures. Its documentation writes blanks into these. */
const said = ({ Environment }: ProcessingJob, name: string): Instant | undefined => {
  const { data } = z.iso.datetime({ offset: true }).safeParse(Environment[name]?.replaceAll(' ', ''));
  return data === undefined ? undefined : instantOf(new Date(data));
};

const instantOf = (date: Date): Instant => Instant.parse(date.toISOString());

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
    violations: status === 'CompletedWithViolations' ? listed(report?.found?.violations) : [],
    quality: quality?.found,
    refs: read.flatMap(({ ref }) => ref ?? []),
    problems: read.flatMap(({ problem }) => problem ?? []),
  };
};

/** An empty list is not what the execution says that it found. */
const listed = (violations: DriftReport['violations'] = []): string[] | undefined =>
  violations.length === 0 ? undefined : violations.map(inWords);

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
