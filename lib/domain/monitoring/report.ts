/** What a monitor of SageMaker found of what a model serves: judged by the policy of the release, and put on record once. */
import type { Change, DueIntent } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { publishedDetail } from '../change/published.ts';
import { cut } from '../cut.ts';
import type { OutcomeRecord } from '../evidence/outcome-record.ts';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { type EventDraft, fitIntoEvent } from '../ledger/event.ts';
import { type MonitorKind, metricOf, violationLimits } from '../policy/monitoring.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { madeReadable } from '../readable.ts';
import type { Endpoint } from '../records/endpoint.ts';
import { driftingReports, type Monitored } from '../records/monitored.ts';
import type { Observation } from '../records/observation.ts';
import type { ServingPointer } from '../records/pointer.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { type Counted, type DriftVerdict, lookForDrift } from './drift.ts';
import type { QualityStatistics } from './quality-statistics.ts';

/** One execution of a monitor, as SageMaker describes it. */
export type Execution = {
  readonly kind: MonitorKind;
  readonly arn: string;
  readonly scheduleName: string;
  readonly endpointName: string;
  /** `Completed`, `CompletedWithViolations`, `Failed` or `Stopped`; any other has not ended. */
  readonly status: string;
  /** Nothing that was measured was answered before the first, or after the second. */
  readonly measuredFrom: Instant;
  readonly measuredUntil: Instant;
  readonly endedAt: Instant;
};

/** What its files say. */
export type Findings = {
  /** Undefined if the execution found violations and its report cannot be read: then nobody knows how many. */
  readonly violations: readonly string[] | undefined;
  readonly quality: QualityStatistics | undefined;
  /** Each file that was read, with its digest. */
  readonly refs: readonly string[];
  /** Why a file was not read. */
  readonly problems: readonly string[];
};

export type MonitoringFacts = {
  readonly execution: Execution;
  readonly findings: Findings;
  readonly release: Release;
  readonly pointer: ServingPointer;
  readonly endpoint: Endpoint;
  readonly policy: PolicyRecord;
  /** How the model decided when it was approved; undefined if that was not counted. */
  readonly approved: OutcomeRecord | undefined;
  /** What monitors found before. */
  readonly former: Monitored | undefined;
  readonly taken: Observation;
  readonly now: Instant;
};

/** `out_of_date`: it measured what another release answered. `not_completed`: it says nothing. */
export type MonitoringOutcome = 'within' | 'breached' | 'out_of_date' | 'not_completed';

/** What is wrong, and whether that is drift, which asks for another training. */
type Breach = { readonly why: string; readonly isDrift: boolean; readonly isSignificant: boolean };

const COMPLETED = ['Completed', 'CompletedWithViolations'];
const ENDED = [...COMPLETED, 'Failed', 'Stopped'];

/** The job of an execution can end a little before the execution does, and until then nobody knows what it found. */
export const hasEnded = ({ status }: Pick<Execution, 'status'>): boolean => ENDED.includes(status);

/** The change that puts a report on record, with what follows from it. */
export const recordReport = (
  facts: MonitoringFacts,
): { readonly outcome: MonitoringOutcome; readonly change: Change } => {
  const { execution, pointer, endpoint, taken } = facts;
  const judged =
    COMPLETED.includes(execution.status) && execution.measuredFrom > pointer.since ? judge(facts) : undefined;
  const late = COMPLETED.includes(execution.status) ? 'out_of_date' : 'not_completed';
  const outcome = judged === undefined ? late : judged.breaches.length > 0 ? 'breached' : 'within';
  const change: Change = {
    model: pointer.modelName,
    event: eventOf(facts, judged, outcome),
    writes: [{ kind: 'create', entity: taken }, ...(judged === undefined ? [] : [judged.write])],
    intents: judged === undefined ? [] : intentsOf(facts, judged),
  };
  return { outcome, change: expecting(change, pointer, endpoint, facts.release) };
};

type Judged = {
  readonly breaches: readonly Breach[];
  readonly drift: DriftVerdict | undefined;
  readonly measured: number | undefined;
  /** Whether it drifts now, and did not by the report before. */
  readonly hasBegunToDrift: boolean;
  readonly write: Change['writes'][number];
};

const judge = (facts: MonitoringFacts): Judged => {
  const { execution, findings, release, pointer, policy, now } = facts;
  // What was found of an earlier release says nothing of this one.
  const former = facts.former?.releaseId === release.releaseId ? facts.former : undefined;
  const measured = isOfNoRows(findings) ? undefined : findings.quality?.metrics[metricOf(policy)];
  const drift = driftOf(facts, former);
  const tooMany = violationsOf(facts);
  const breaches = [...tooMany, ...accuracyOf(facts, measured), ...driftingOf(drift)];
  const significant = breaches.filter(({ isSignificant }) => isSignificant);
  const report = {
    kind: execution.kind,
    executionArn: execution.arn,
    at: execution.endedAt,
    violations: countOf(findings),
    isBreach: tooMany.length > 0,
  };
  const minimum = policy.monitoring?.accuracy?.minimum;
  const accuracy =
    measured === undefined
      ? undefined
      : { at: execution.endedAt, value: decimal(measured), ...(minimum !== undefined && { minimum }) };
  const lastAccuracy = later(former?.accuracy, accuracy);
  const state = drift?.state ?? former?.drift;
  const reason = breaches.map(({ why }) => why).join('; ');
  const breach =
    significant.length > 0
      ? { executionArn: execution.arn, measuredFrom: execution.measuredFrom, reason: cut(reason, 1024) }
      : former?.breach;
  const entity: Monitored = {
    entity: 'monitored',
    version: facts.former?.version ?? 0,
    modelName: pointer.modelName,
    releaseId: release.releaseId,
    endpointName: pointer.endpointName,
    reports: reportsWith(report, execution, former?.reports ?? {}),
    ...(lastAccuracy && { accuracy: lastAccuracy }),
    ...(state && { drift: state }),
    ...(breach && { breach }),
    changedAt: now,
  };
  return {
    breaches,
    drift,
    measured,
    hasBegunToDrift: breaches.some(({ isDrift }) => isDrift) && !(former !== undefined && isDrifting(former)),
    write: { kind: facts.former === undefined ? 'create' : 'replace', entity },
  };
};

/** A monitor that has said nothing for so long is not there any more: one that runs each month has said something twice. */
const FORGOTTEN_AFTER_MS = 62 * DAY_MS;
/** As many monitors as anybody has on one endpoint, four times. */
const MONITORS_MAX = 32;

type Report = Monitored['reports'][string];

/** What each monitor last found, with what one of them found now. What a former version kept of its kind gives way to it. */
const reportsWith = (
  report: Report,
  { kind, scheduleName }: Execution,
  former: Monitored['reports'],
): Monitored['reports'] => {
  const key = `${kind}_${sha256(scheduleName).slice(0, 16)}`;
  const forgotten = plusMilliseconds(report.at, -FORGOTTEN_AFTER_MS);
  const others = Object.entries(former).filter(
    ([name, { at }]) => name !== key && at > forgotten && (name !== kind || at > report.at),
  );
  const all: [string, Report][] = [[key, later(former[key], report)], ...others];
  return Object.fromEntries(all.sort(([, one], [, other]) => (one.at > other.at ? -1 : 1)).slice(0, MONITORS_MAX));
};

/** Whether a model drifts, by what its monitors last found. */
const isDrifting = (found: Monitored): boolean => found.drift?.isDrifting === true || driftingReports(found).length > 0;

/** Reports can come out of order: what was found last counts, and not what was heard of last. */
const later = <Before extends Dated, Found extends Dated | undefined>(before: Before | undefined, found: Found) =>
  before !== undefined && (found === undefined || before.at > found.at) ? before : found;

type Dated = { readonly at: Instant };

/** A share of nothing is none. */
const isOfNoRows = ({ quality }: Findings): boolean => quality?.right?.rows === 0;

/** One that found violations which nobody can read found at least one. */
const countOf = ({ violations }: Findings): number => violations?.length ?? 1;

const violationsOf = ({ execution, findings, policy }: MonitoringFacts): Breach[] => {
  const { tolerated, rollBackAbove } = violationLimits(policy, execution.kind);
  const found = countOf(findings);
  const isUnread = findings.violations === undefined;
  // Nobody knows that those which nobody can read are no more than are tolerated.
  if (found <= tolerated && !isUnread) return [];
  const why = isUnread
    ? `violations of ${execution.kind} that nobody can read`
    : `${found} violations of ${execution.kind}, ${tolerated} are tolerated`;
  return [{ why, isDrift: execution.kind !== 'model_quality', isSignificant: found > rollBackAbove }];
};

const accuracyOf = ({ execution, findings, policy }: MonitoringFacts, measured: number | undefined): Breach[] => {
  const limits = policy.monitoring?.accuracy;
  if (limits === undefined || execution.kind !== 'model_quality') return [];
  if (measured === undefined) {
    const why = `nobody can read what ${metricOf(policy)} is in production`;
    return isOfNoRows(findings) ? [] : [{ why, isDrift: false, isSignificant: false }];
  }
  if (measured >= Number(limits.minimum)) return [];
  const why = `${metricOf(policy)} is ${decimal(measured)} in production, ${limits.minimum} is the least`;
  return [{ why, isDrift: false, isSignificant: measured < Number(limits.roll_back_below ?? '0') }];
};

const driftOf = ({ execution, findings, pointer, approved }: MonitoringFacts, former: Monitored | undefined) => {
  const live = findings.quality?.right;
  const baseline = rightWhenApproved(approved);
  if (live === undefined || baseline === undefined) return undefined;
  const { endedAt: at, measuredFrom, measuredUntil } = execution;
  return lookForDrift(former?.drift, { ...live, at, measuredFrom, measuredUntil, from: pointer.since }, baseline);
};

/** Of how many rows the model said what was true, of those that people approved it by. */
const rightWhenApproved = (approved: OutcomeRecord | undefined): Counted | undefined => {
  if (approved?.totals === undefined) return undefined;
  const { labelled, actualFavorable, truePositive, falsePositive } = approved.totals;
  return { rows: labelled, hits: truePositive + (labelled - actualFavorable - falsePositive) };
};

const driftingOf = (drift: DriftVerdict | undefined): Breach[] => {
  if (drift === undefined || !drift.state.isDrifting) return [];
  const why = `the share of right answers is ${signed(drift.difference)} from what was approved, p ${drift.pValue.toExponential(1)}`;
  return [{ why, isDrift: true, isSignificant: false }];
};

const eventOf = (
  { execution, findings, release, policy, taken }: MonitoringFacts,
  judged: Judged | undefined,
  outcome: MonitoringOutcome,
): EventDraft => {
  const { tolerated } = violationLimits(policy, execution.kind);
  const breaches = judged?.breaches ?? [];
  const { drift, measured } = judged ?? {};
  return releaseEvent(release, ASSAY, {
    event_type: judged?.hasBegunToDrift === true ? 'retraining_requested' : 'monitoring_reported',
    idempotency_key: `observed:${taken.observationId}`,
    reason: cut(breaches.map(({ why }) => why).join('; '), 500),
    evidence_refs: [...findings.refs],
    details: {
      kind: execution.kind,
      execution: shown(execution.arn),
      schedule: shown(execution.scheduleName),
      endpoint: execution.endpointName,
      status: execution.status,
      outcome,
      measured_from: execution.measuredFrom,
      ended_at: execution.endedAt,
      violations_total: countOf(findings),
      violations_tolerated: tolerated,
      violations: fitIntoEvent((findings.violations ?? []).map(shown)),
      problems: findings.problems.map(shown),
      is_significant: breaches.some(({ isSignificant }) => isSignificant),
      ...(measured === undefined ? {} : { metric: metricOf(policy), measured: decimal(measured) }),
      ...(drift === undefined
        ? {}
        : {
            drift: {
              difference: signed(drift.difference),
              p_value: drift.pValue.toExponential(3),
              bound: drift.bound.toExponential(3),
              is_drifting: drift.state.isDrifting,
            },
          }),
    },
  });
};

const intentsOf = (
  { execution, release, pointer }: MonitoringFacts,
  { breaches, hasBegunToDrift }: Judged,
): DueIntent[] => {
  const { releaseId, modelName } = release;
  const detail = { modelName, releaseId, endpointName: pointer.endpointName, kind: execution.kind };
  return [
    ...(breaches.length > 0 ? [publishedDetail('Monitoring Breached', detail)] : []),
    ...(hasBegunToDrift ? [publishedDetail('Retraining Requested', detail)] : []),
  ];
};

/** Six decimals are more than anybody measures. */
const decimal = (value: number): string => String(Number(value.toFixed(6)));
const signed = (value: number): string => `${value < 0 ? '' : '+'}${decimal(value)}`;
const shown = (text: string): string => cut(madeReadable(text), 300);
