/** What a deployment costs in a month in which nothing is released, from its templates and the list prices: each key, schedule and alarm. */
import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import prices from '../../local/prices.json' with { type: 'json' };
import { textOf } from '../infra/template.ts';

export type Line = { readonly what: string; readonly dollars: number; readonly beyondFree: number };

const { dollars: price, freeEachMonth: free } = prices;
const MINUTES = 30 * 24 * 60;

/**
 * Calls of the table in one run of a schedule that finds nothing to do, as calls-of-a-release.test.ts counts those of each minute, and
 * its seconds: what an empty look takes, but for canaries, which run each check.
 */
export const IDLE_RUNS: Readonly<
  Record<string, { readonly reads: number; readonly writes: number; readonly seconds: number }>
> = {
  DispatchOutbox: { reads: 4, writes: 0, seconds: 0.2 },
  ExtendLog: { reads: 5, writes: 0, seconds: 0.2 },
  SweepEndpoints: { reads: 2, writes: 1, seconds: 0.2 },
  MeasureFleet: { reads: 15, writes: 1, seconds: 0.5 },
  KeepLegalHolds: { reads: 1, writes: 0, seconds: 0.2 },
  // It has the rows of a day's heartbeats to add, and reads nothing of the table.
  DeriveHistory: { reads: 0, writes: 0, seconds: 5 },
  MonitorModels: { reads: 1, writes: 0, seconds: 0.3 },
  ReviewRegistry: { reads: 7, writes: 0, seconds: 0.5 },
  RehearseAudit: { reads: 4, writes: 4, seconds: 60 },
  RunCanaries: { reads: 5, writes: 2, seconds: 60 },
};

const Rule = z.object({
  Properties: z.object({
    ScheduleExpression: z.string().optional(),
    Targets: z.array(z.object({ Arn: z.unknown() })).optional(),
  }),
});
const LambdaFunction = z.object({ Properties: z.object({ MemorySize: z.number() }) });
const Key = z.object({ Properties: z.object({ Description: z.string() }) });

/** A key costs the same whatever it is used for. */
const keyLines = (template: Template): Line[] =>
  Object.values(template.findResources('AWS::KMS::Key')).map((key) => {
    const what = Key.parse(key).Properties.Description.replace(/ of assay-prod$/, '');
    return { what: `key: ${what}`, dollars: price.keyMonth, beyondFree: price.keyMonth };
  });

const minutesIn = (expression: string): number => {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1440 }[unit];
  if (minutes === undefined) throw new Error(`the price of ${expression} is not known`);
  return Number(count) * minutes;
};

const scheduleLines = (template: Template): Line[] => {
  const functions = template.findResources('AWS::Lambda::Function');
  return Object.values(template.findResources('AWS::Events::Rule')).flatMap((found) => {
    const { ScheduleExpression: expression, Targets = [] } = Rule.parse(found).Properties;
    if (expression === undefined) return [];
    const id = textOf(Targets[0]?.Arn).replace(/^<|\.Arn>$/g, '');
    const name = Object.keys(IDLE_RUNS).find((one) => id.includes(`${one}Function`));
    const run = IDLE_RUNS[name ?? ''];
    if (name === undefined || run === undefined) throw new Error(`what ${id} costs when idle is not known`);
    const runs = MINUTES / minutesIn(expression);
    const gib = LambdaFunction.parse(functions[id]).Properties.MemorySize / 1024;
    const table = runs * (run.reads * price.dynamodbReadUnit + run.writes * price.dynamodbWriteUnit);
    const lambda = runs * (price.lambdaRequest + gib * run.seconds * price.lambdaGibSecond);
    return [
      {
        what: `schedule: ${name}, ${Math.round(runs).toLocaleString('en')} runs`,
        dollars: table + lambda,
        beyondFree: table,
      },
    ];
  });
};

const alarmLine = (template: Template): Line => {
  const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length;
  const charged = Math.max(0, alarms - free.alarms);
  return { what: `${alarms} alarms`, dollars: alarms * price.alarmMonth, beyondFree: charged * price.alarmMonth };
};

/** The number of pending approvals, the sign that somebody has looked, and one that may be counted at any time. */
const IDLE_METRICS = 3;
const HEARTBEATS = 30 * 24;
/** Of each run the lines of its start, its end and its report. */
const LOG_BYTES_OF_A_RUN = 700;

const otherLines = (runs: number, queues: number): Line[] => {
  const logs = ((runs * LOG_BYTES_OF_A_RUN) / 1024 ** 3) * price.logsGib;
  const looks = (MINUTES / 5) * (price.metricData + queues * price.sqsRequest);
  // An event, its row, its place in the log, a signature and five objects.
  const beat = price.kmsAsymmetric + 5 * price.s3Put + 33 * price.dynamodbWriteUnit + 11 * price.dynamodbReadUnit;
  const heartbeats = HEARTBEATS * beat;
  return [
    { what: `${IDLE_METRICS} metrics`, dollars: IDLE_METRICS * price.metricMonth, beyondFree: 0 },
    { what: `calls of CloudWatch and of ${queues} queues`, dollars: looks, beyondFree: 0 },
    { what: `${HEARTBEATS} heartbeats of the log`, dollars: heartbeats, beyondFree: heartbeats },
    { what: 'logs', dollars: logs, beyondFree: 0 },
    {
      what: 'the backup of the table, 100 MB',
      dollars: 0.1 * price.backupGibMonth,
      beyondFree: 0.1 * price.backupGibMonth,
    },
  ];
};

export const idleMonth = (core: Template, observability: Template): Line[] => {
  const schedules = scheduleLines(core);
  const runs = schedules.reduce(
    (sum, { what }) => sum + Number(/([\d,]+) runs$/.exec(what)?.[1]?.replaceAll(',', '')),
    0,
  );
  // Each is a queue of dead letters, in which a look counts what waits.
  const queues = Object.keys(core.findResources('AWS::SQS::Queue')).length;
  const standing = [...keyLines(core), ...keyLines(observability), ...schedules, alarmLine(observability)];
  return [...standing, ...otherLines(runs, queues)];
};

export const inDollars = (dollars: number): string => `$${dollars.toFixed(2)}`;
