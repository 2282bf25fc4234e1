/** Every alert: when it holds, for how long before somebody is told, and how bad that is. */
import type { MetricName } from './metrics.ts';
import { combine, count, type Labels, type Moment, type Series, select, union, unless, where } from './series.ts';

export type Alert = {
  readonly severity: 'critical' | 'warning';
  /** For how long it must hold before somebody is told. */
  readonly seconds: number;
  /** What is wrong, in one sentence for whoever is woken by it. */
  readonly summary: string;
  /** When it holds, as Prometheus says it. */
  readonly expression: string;
  /** The same as a function: the series on which it holds, none if all is well. Both are tested on the same cases. */
  readonly holds: (moment: Moment) => Series;
};

/** An approval older than 90 days is reported, even if its policy allows more. */
export const APPROVAL_SECONDS = 7_776_000;
/** What serves under an approval that its policy ended, or that there never was. */
export const EXPIRED = 'governance_status{governance_status="expired"} == 1';
/** How many pending approvals are yellow, and how many red. */
export const PENDING = { yellow: 3, red: 5 };
/** What happened once is told for as long as three looks take. */
const RECENT_SECONDS = 900;

const MINUTE = 60;
const HOUR = 3600;

/** A metric that is above a value. */
const above = (name: MetricName, most: number, labels: Labels = {}) => {
  const chosen = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return {
    expression: `${name}${chosen.length === 0 ? '' : `{${chosen.join()}}`} > ${most}`,
    holds: (moment: Moment) => where(select(moment, name, labels), (value) => value > most),
  };
};

/** A metric that is an instant, which lies so many seconds back at least, or at most. */
const age = (name: MetricName, sign: '>' | '<', bound: number) => ({
  expression: `time() - ${name} ${sign} ${bound}`,
  holds: (moment: Moment) =>
    where(select(moment, name), (value) =>
      sign === '>' ? moment.seconds - value > bound : moment.seconds - value < bound,
    ),
});

const pending = (least: number) => ({
  expression: `count(governance_approval_status{status="pending"}) >= ${least}`,
  holds: (moment: Moment) =>
    where(count(select(moment, 'governance_approval_status', { status: 'pending' })), (value) => value >= least),
});

const overdue = age('governance_approval_timestamp', '>', APPROVAL_SECONDS);
const stale = age('governance_look_timestamp_seconds', '>', RECENT_SECONDS);

export const ALERTS = {
  ModelMissingGovernanceRecord: {
    severity: 'critical',
    seconds: 5 * MINUTE,
    summary: 'An endpoint serves a model without a governance record.',
    expression: 'model_serving_active == 1 unless governance_record_exists == 1',
    holds: (moment) =>
      unless(
        where(select(moment, 'model_serving_active'), (value) => value === 1),
        where(select(moment, 'governance_record_exists'), (value) => value === 1),
      ),
  },
  GovernanceRecordMismatch: {
    severity: 'critical',
    seconds: 5 * MINUTE,
    summary: 'An endpoint serves another artifact than the one that was approved.',
    expression: 'governance_model_hash != model_deployed_hash',
    holds: (moment) =>
      combine(
        select(moment, 'governance_model_hash'),
        select(moment, 'model_deployed_hash'),
        (governed, deployed) => governed !== deployed,
      ),
  },
  GovernanceApprovalExpired: {
    severity: 'warning',
    seconds: HOUR,
    summary: 'A model serves whose approval has expired.',
    // A policy may let approvals end earlier.
    expression: `${overdue.expression} or on (model_name, endpoint) ${EXPIRED}`,
    holds: (moment) =>
      union(overdue.holds(moment), select(moment, 'governance_status', { governance_status: 'expired' }), [
        'model_name',
        'endpoint',
      ]),
  },
  GovernanceStageSkipped: {
    severity: 'critical',
    seconds: 5 * MINUTE,
    summary: 'A model serves that did not complete every stage that its policy requires.',
    expression: 'governance_required_stages_total - governance_completed_stages_total > 0',
    holds: (moment) =>
      combine(
        select(moment, 'governance_required_stages_total'),
        select(moment, 'governance_completed_stages_total'),
        (required, completed) => required - completed > 0,
      ),
  },
  PendingApprovalsElevated: {
    severity: 'warning',
    seconds: 5 * MINUTE,
    summary: `${PENDING.yellow} releases or more wait for people.`,
    ...pending(PENDING.yellow),
  },
  PendingApprovalsHigh: {
    severity: 'critical',
    seconds: 5 * MINUTE,
    summary: `${PENDING.red} releases or more wait for people.`,
    ...pending(PENDING.red),
  },
  UnexpectedSigning: {
    severity: 'critical',
    seconds: 0,
    summary: 'A signing key was used by somebody who should not.',
    ...age('governance_unexpected_signing_timestamp_seconds', '<', RECENT_SECONDS),
  },
  DashboardStale: {
    severity: 'warning',
    seconds: 0,
    summary: 'The metrics are out of date: nothing has been measured for a quarter of an hour.',
    // No look at all is the oldest.
    expression: `${stale.expression} or absent(governance_look_timestamp_seconds)`,
    holds: (moment) => {
      const looks = select(moment, 'governance_look_timestamp_seconds');
      return looks.length === 0 ? [{ labels: {}, value: 1 }] : stale.holds(moment);
    },
  },
  RegistryOutOfStep: {
    severity: 'warning',
    seconds: HOUR,
    summary: 'The registry shows other packages in production than the table has there.',
    ...above('governance_registry_differences', 0),
  },
  EndpointErrorRateHigh: {
    severity: 'critical',
    seconds: 5 * MINUTE,
    summary: 'An endpoint fails to answer more than one request in twenty.',
    ...above('model_error_ratio', 0.05),
  },
  ModelAccuracyDropped: {
    severity: 'critical',
    seconds: 0,
    summary: 'The accuracy in production is below the least that is allowed.',
    ...above('model_accuracy_shortfall', 0),
  },
  DataDriftDetected: {
    severity: 'warning',
    seconds: 0,
    summary: 'The data that a model is asked about have drifted from those it was trained on.',
    ...above('model_data_drift_violations', 0),
  },
  PrivacyOrSecurityDeviation: {
    severity: 'critical',
    seconds: 0,
    summary: 'A deviation from privacy or security is open.',
    ...above('governance_open_deviations', 0),
  },
  PermissionChanged: {
    severity: 'warning',
    seconds: 0,
    summary: 'Somebody changed who may approve, submit or deploy.',
    ...age('governance_permission_change_timestamp_seconds', '<', RECENT_SECONDS),
  },
  PeriodicReviewOverdue: {
    severity: 'warning',
    seconds: HOUR,
    summary: 'A review is overdue: the periodic one of a model that serves, or the documentation of a break-glass.',
    ...above('governance_reviews_overdue', 0),
  },
  ModelWithoutOwner: {
    severity: 'warning',
    seconds: HOUR,
    summary: 'A model serves that nobody answers for.',
    ...above('governance_owner_missing', 0),
  },
  SideEffectsParked: {
    severity: 'critical',
    seconds: 0,
    summary: 'A mail, a start of a machine or another side effect has failed for good, and waits for a person.',
    ...above('governance_side_effects_parked', 0, { cause: 'failed' }),
  },
  LedgerTampered: {
    severity: 'critical',
    seconds: 0,
    summary: 'Somebody else has written where only Assay writes: into the audit bucket, the outbox, or a chain.',
    ...above('governance_side_effects_parked', 0, { cause: 'tampered' }),
  },
  DeadLettersWaiting: {
    severity: 'critical',
    seconds: 0,
    summary: 'An event could not be handled, and waits for a person.',
    ...above('governance_dead_letters', 0),
  },
  OutboxOverdue: {
    severity: 'critical',
    seconds: 5 * MINUTE,
    summary: 'Side effects are due for more than five minutes: approvals, starts and mails are late.',
    ...above('governance_outbox_age_seconds', 300),
  },
} as const satisfies Readonly<Record<string, Alert>>;

export type AlertName = keyof typeof ALERTS;
export const ALERT_NAMES = Object.keys(ALERTS) as AlertName[];
export const alertOf = (name: AlertName): Alert => ALERTS[name];

/** The alerts that hold at a moment, each with the series on which it does. */
export const holding = (moment: Moment): readonly { readonly name: AlertName; readonly on: Series }[] =>
  ALERT_NAMES.map((name) => ({ name, on: alertOf(name).holds(moment) })).filter(({ on }) => on.length > 0);
