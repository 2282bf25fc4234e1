import { describe, expect, it } from 'vitest';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { AuditEvent } from '../../../lib/domain/ledger/event.ts';
import { ALERT_NAMES, type AlertName } from '../../../lib/domain/metrics/alerts.ts';
import { countEntries, countsFrom } from '../../../lib/domain/metrics/event-counts.ts';
import { publishedData } from '../../../lib/domain/metrics/published.ts';
import { type Fleet, takeLook } from '../../../lib/domain/metrics/take-look.ts';
import { packageOf } from '../../../lib/domain/records/package-holder.ts';
import { NOW } from '../../support/approval-case.ts';
import { aPointer, inProduction, policy } from '../../support/release-life.ts';
import { sweepOf } from './a-look.ts';

const people = { name: 'human_approval', description: 'People decide.', required: true, blocking: true, checks: [] };
const around = {
  pointer: aPointer(),
  policy: { ...policy, stages: [people], monitoring: { review_every_days: { [inProduction.riskTier]: 90 } } },
  review: undefined,
  breakGlass: undefined,
  attested: [],
  deviations: { privacy: 0, security: 0 },
  isRevoked: false,
};

/** What the ports of a look answer where all is well. */
const WELL: Fleet = {
  lastLook: async () => undefined,
  counts: async () => countsFrom(0),
  inProduction: async () => [inProduction],
  leftProduction: async () => [],
  around: async () => around,
  ownerOf: async () => 'Credit Risk',
  owed: async () => [],
  pending: async () => [],
  parked: async () => ({ failed: 0, tampered: 0 }),
  oldestDueAt: async () => undefined,
  deadLetters: async () => 0,
  sweep: async () => ({ sweptAt: NOW, waiting: [], deviations: [] }),
  monitored: async () => [],
  requests: async () => [],
  inRegistry: async () => [packageOf(inProduction) ?? ''],
};
const { modelName, releaseId } = inProduction;
const endpointName = aPointer().endpointName;
const found = { modelName, releaseId, driftViolations: 0 };
const counted = (event_type: string) => async () =>
  countEntries(countsFrom(0), 0, [{ event_type, details: {}, timestamp: NOW } as unknown as AuditEvent]);
const waiting = (count: number) => async () =>
  Array.from({ length: count }, (_, index) => ({ modelName, releaseId: `waits-${index}` }));
const deviating = (alert: string) => async () => sweepOf({ endpointName, modelName, alerts: [alert] });

/** What a port answers where each alert is due. That nobody looks, no look can say: the alarm stands on the missing one. */
const DUE: Readonly<Record<Exclude<AlertName, 'DashboardStale'>, Partial<Fleet>>> = {
  ModelMissingGovernanceRecord: { sweep: deviating('ModelMissingGovernanceRecord') },
  GovernanceRecordMismatch: { sweep: deviating('GovernanceRecordMismatch') },
  GovernanceApprovalExpired: { inProduction: async () => [{ ...inProduction, approvedUntil: NOW }] },
  GovernanceStageSkipped: { around: async () => ({ ...around, policy: { ...around.policy, stages: policy.stages } }) },
  PendingApprovalsElevated: { pending: waiting(3) },
  PendingApprovalsHigh: { pending: waiting(5) },
  UnexpectedSigning: { counts: counted('unexpected_signing_found') },
  RegistryOutOfStep: { inRegistry: async () => ['another'] },
  EndpointErrorRateHigh: { requests: async () => [{ endpointName, invocations: 100, errors: 6 }] },
  ModelAccuracyDropped: { monitored: async () => [{ ...found, accuracyShortfall: 0.01 }] },
  DataDriftDetected: { monitored: async () => [{ ...found, driftViolations: 1 }] },
  PrivacyOrSecurityDeviation: { around: async () => ({ ...around, deviations: { privacy: 0, security: 1 } }) },
  PermissionChanged: { counts: counted('permission_changed') },
  PeriodicReviewOverdue: {
    around: async () => ({
      ...around,
      pointer: aPointer({ since: plusMilliseconds(NOW, -91 * DAY_MS) }),
    }),
  },
  ModelWithoutOwner: { ownerOf: async () => '' },
  SideEffectsParked: { parked: async () => ({ failed: 1, tampered: 0 }) },
  LedgerTampered: { parked: async () => ({ failed: 0, tampered: 1 }) },
  DeadLettersWaiting: { deadLetters: async () => 1 },
  OutboxOverdue: { oldestDueAt: async () => plusMilliseconds(NOW, -301_000) },
};

/** The metrics of alarms that a look publishes: these and no other have the names of alerts. */
const raisedBy = async (changes: Partial<Fleet>): Promise<string[]> => {
  const look = await takeLook({ ...WELL, ...changes }, NOW);
  const names: readonly string[] = ALERT_NAMES;
  return publishedData(look, { perModel: false })
    .map(({ name }) => name)
    .filter((name) => names.includes(name));
};

describe('the metric that each alarm stands on', () => {
  it('is published of no fleet where all is well', async () => {
    expect(await raisedBy({})).toEqual([]);
  });

  it.each(Object.entries(DUE))('%s is published by a look at which it holds', async (name, changes) => {
    expect(await raisedBy(changes)).toContain(name);
  });

  it('is published by something, whichever the alert', () => {
    expect([...Object.keys(DUE), 'DashboardStale'].toSorted()).toEqual(ALERT_NAMES.toSorted());
  });
});
