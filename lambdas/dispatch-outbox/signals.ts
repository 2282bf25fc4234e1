/** What is overdue or parked, and so is for people to look at: a domain event, a line of the log and a metric each. */
import { countOne } from '../../lib/adapters/cloudwatch-metrics.ts';
import { logger } from '../../lib/runtime/logger.ts';

type Told = {
  readonly log: string;
  readonly level: 'warn' | 'error' | 'critical';
  readonly metric: string;
  /** The alarm that is raised, where it is not the one of the name of the metric: its metric is counted, too. */
  readonly alarm?: string;
};

/** Alarms stand on these names: add, never rename (docs/deploying.md). */
export const SIGNALS = {
  'Approval Escalated': { log: 'approval escalated', level: 'warn', metric: 'ApprovalsEscalated' },
  'Approval Suspended': { log: 'approval suspended', level: 'error', metric: 'ApprovalsSuspended' },
  'Approver Unreachable': { log: 'approver unreachable', level: 'error', metric: 'ApproversUnreachable' },
  'Audit Rehearsal Failed': { log: 'a rehearsed audit failed', level: 'critical', metric: 'RehearsalsFailed' },
  'Canary Failed': { log: 'canary failed', level: 'critical', metric: 'CanariesFailed' },
  'Governance Record Mismatch': {
    log: 'what serves is not what its record says',
    level: 'critical',
    metric: 'RecordMismatchesFound',
  },
  'Model Missing Governance Record': {
    log: 'a model serves without a governance record',
    level: 'critical',
    metric: 'MissingRecordsFound',
  },
  'Model Package Drifted': { log: 'model package drifted', level: 'warn', metric: 'PackagesDrifted' },
  'Model Package Needs Person': {
    log: 'model package needs a person',
    level: 'critical',
    metric: 'PackagesNeedPerson',
  },
  'Model Package Rejected': {
    log: 'model package rejected by hand',
    level: 'critical',
    metric: 'PackagesRejected',
    // Of one alarm with the former: a person is needed for the package, and each alarm costs what the others do.
    alarm: 'PackagesNeedPerson',
  },
  'Monitoring Breached': { log: 'a monitor found a breach', level: 'error', metric: 'MonitorsBreached' },
  'Release Expired': { log: 'release expired', level: 'warn', metric: 'ReleasesExpired' },
  'Retraining Requested': { log: 'a model has drifted', level: 'warn', metric: 'RetrainingsRequested' },
  'Side Effect Parked': { log: 'outbox row parked', level: 'critical', metric: 'SideEffectsParked' },
} as const satisfies Record<string, Told>;
type Signal = keyof typeof SIGNALS;

const isSignal = (detailType: string): detailType is Signal => Object.hasOwn(SIGNALS, detailType);

/** Logs and counts a domain event that was published, if it is one of these. Where that fails, it is published once more, too. */
export const raiseSignal = async (detailType: string, ids: object): Promise<void> => {
  if (!isSignal(detailType)) return;
  const { log, level, metric, alarm }: Told = SIGNALS[detailType];
  logger[level](log, { ...ids });
  await countOne(metric);
  if (alarm !== undefined) await countOne(alarm);
};
