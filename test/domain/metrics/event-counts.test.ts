import { describe, expect, it } from 'vitest';
import { rejectAsked } from '../../../lib/domain/approval/request.ts';
import { judgeRelease } from '../../../lib/domain/gate/stages.ts';
import { AuditEvent, type EventDraft } from '../../../lib/domain/ledger/event.ts';
import { countEntries, countsFrom, EventCounts } from '../../../lib/domain/metrics/event-counts.ts';
import { lastDays, medianTraining, passRatio } from '../../../lib/domain/metrics/windows.ts';
import { at, NOW } from '../../support/approval-case.ts';
import { approvedRequest, NOTHING_BEFORE, pinnedDraft, policy, validated } from '../../support/release-life.ts';

const anEvent = (event_type: string, details: object = {}, timestamp = '2026-11-21T09:00:00.000Z'): AuditEvent =>
  AuditEvent.parse({
    v: 1,
    model: 'credit',
    seq: 1,
    prev: '0'.repeat(64),
    event_type,
    timestamp,
    release_id: '',
    model_name: '',
    model_version: '',
    actor_id: 'assay',
    actor_role: '',
    actor_auth: '',
    approval_state: '',
    meaning: '',
    reason: '',
    subject: { artifact_sha256: '', artifact_version_id: '', evidence_digest: '', record_sha256: '' },
    policy_sha256: '',
    evidence_refs: [],
    details,
    linked_incident: '',
    idempotency_key: '',
  });

const placed = (draft: EventDraft, timestamp = NOW): AuditEvent => ({ ...anEvent('x'), ...draft, timestamp });
const counted = (...events: AuditEvent[]) => countEntries(countsFrom(0), 0, events);
const stage = (name: string, ...checks: [mode: string, status: string][]) =>
  anEvent('stage_evaluated', { stage: name, checks: checks.map(([mode, status]) => ({ mode, status })) });
const promoted = (artifact_written_at: string, risk_tier = 'low', timestamp?: string) =>
  anEvent('deployment_promoted', { artifact_written_at, risk_tier }, timestamp);

describe('counting the events of the log', () => {
  it('counts a run for each verdict of the gate, and whether it passed', () => {
    const judged = { release: pinnedDraft, policy, attestationReasons: [], pointer: undefined, endpoint: undefined };
    const denied = judgeRelease({ ...judged, checks: [], content: NOTHING_BEFORE.content, now: NOW });
    const allowed = anEvent('evaluation_completed', { outcome: 'allow', checks_passed: 21, checks_total: 21 });

    const counts = counted(placed(denied.event), allowed);

    expect(counts).toMatchObject({ runs: 2, passed: 1, size: 2 });
    expect(counts.days).toEqual({ '2026-11-21': { runs: 2, passed: 1, failed: {} } });
  });

  it('counts no second run for a release that people were asked about and that is rejected after all', () => {
    const reasons = [{ rule: 'tier_override', evidence: '', explanation: 'nobody answered' }];
    const rejected = rejectAsked({ release: validated, request: approvedRequest, reasons, now: NOW });

    expect(rejected.event.event_type).toBe('evaluation_completed');
    expect(counted(placed(rejected.event)).runs).toBe(0);
  });

  it('counts the checks that did not pass by stage, but for those that are only observed', () => {
    const counts = counted(
      stage(
        'model_card',
        ['enforce', 'failed'],
        ['warn', 'not_provided'],
        ['enforce', 'passed'],
        ['observe', 'failed'],
      ),
      stage('model_card', ['enforce', 'error']),
      stage('security_review', ['enforce', 'passed']),
    );

    expect(counts.failed).toEqual({ model_card: 3 });
    expect(counts.days['2026-11-21']?.failed).toEqual({ model_card: 3 });
  });

  it('counts what is published again only once, and nothing that was there before', () => {
    const run = anEvent('evaluation_completed', { outcome: 'allow' });
    const once = countEntries(countsFrom(7), 7, [run, run]);

    expect(countEntries(once, 7, [run, run])).toEqual(once);
    expect(countEntries(once, 8, [run, run])).toMatchObject({ runs: 3, size: 10 });
    expect(countEntries(once, 3, [run])).toEqual(once);
  });

  it('keeps the days that the dashboard looks back to, and no more', () => {
    const days = Array.from({ length: 40 }, (_, day) =>
      anEvent('evaluation_completed', { outcome: 'deny' }, new Date(Date.UTC(2026, 9, 1 + day)).toISOString()),
    );

    const kept = Object.keys(counted(...days).days);

    expect(kept).toHaveLength(31);
    expect(kept.at(-1)).toBe('2026-11-09');
  });

  it('notes when the directory was changed, not that there was a first one or another policy (SD-4)', () => {
    const changed = (before: string, after: string) =>
      anEvent('configuration_changed', { approvers_sha256_before: before, approvers_sha256: after });

    expect(counted(changed('', 'a'), changed('a', 'a')).permissionsChangedAt).toBeUndefined();
    expect(counted(changed('a', 'b')).permissionsChangedAt).toBe('2026-11-21T09:00:00.000Z');
  });

  it('notes when the rights of the deployment were changed, and when somebody else signed (SD-4, SG-4)', () => {
    const { permissionsChangedAt, unexpectedSigningAt } = counted(anEvent('permission_changed', {}));

    expect([permissionsChangedAt, unexpectedSigningAt]).toEqual(['2026-11-21T09:00:00.000Z', undefined]);
    expect(counted(anEvent('unexpected_signing_found', {})).unexpectedSigningAt).toBe('2026-11-21T09:00:00.000Z');
  });

  it('measures from the artifact to production by tier, under bounds', () => {
    const { trainingToProduction } = counted(
      promoted('2026-11-21T08:59:30.000Z'),
      promoted('2026-11-21T08:59:00.000Z'),
      promoted('2026-11-21T07:00:00.000Z', 'high'),
      promoted('2026-01-01T00:00:00.000Z', 'high'),
      promoted('2026-11-21T09:00:00.500Z'),
    );

    expect(trainingToProduction).toEqual({
      low: { buckets: { 60: 3 }, count: 3, sum: 90 },
      high: { buckets: { 14400: 1 }, count: 2, sum: 7200 + 324 * 86_400 + 9 * 3600 },
    });
  });

  it('is not stopped by events that other versions wrote, or that are about something else', () => {
    const strange = [
      'evaluation_completed',
      'stage_evaluated',
      'deployment_promoted',
      'configuration_changed',
      'other',
    ];

    const counts = counted(...strange.map((type) => anEvent(type, { outcome: 'maybe' })));

    expect(counts).toEqual({ ...countsFrom(0), size: strange.length });
    expect(EventCounts.parse(counts)).toEqual(counts);
  });
});

describe('windows', () => {
  const day = (date: string, outcome: string) => anEvent('evaluation_completed', { outcome }, `${date}T12:00:00.000Z`);
  const counts = counted(
    day('2026-10-22', 'allow'),
    day('2026-10-23', 'allow'),
    day('2026-11-21', 'deny'),
    stage('model_card', ['enforce', 'failed']),
    { ...stage('model_card', ['enforce', 'failed'], ['enforce', 'error']), timestamp: at('2026-11-15T00:00:00.000Z') },
    { ...stage('model_card', ['enforce', 'failed']), timestamp: at('2026-11-14T23:59:59.999Z') },
  );

  it('have as many days of UTC as they say, that of the instant among them', () => {
    expect(lastDays(counts, NOW, 30)).toMatchObject({ runs: 2, passed: 1 });
    expect(lastDays(counts, NOW, 7).failed).toEqual({ model_card: 3 });
  });

  it('give the share of the runs that passed, and none without a run', () => {
    expect(passRatio(lastDays(counts, NOW, 30))).toBe(0.5);
    expect(passRatio(lastDays(countsFrom(0), NOW, 30))).toBeUndefined();
  });
});

describe('the median time from training to production', () => {
  it('is estimated within its bucket, over all tiers', () => {
    const two = counted(promoted('2026-11-21T08:59:30.000Z'), promoted('2026-11-21T08:58:00.000Z', 'high'));
    const four = counted(...[10, 20, 30, 40].map((minute) => promoted(`2026-11-21T08:${minute}:00.000Z`)));

    expect(medianTraining(two)).toBe(60);
    expect(medianTraining(four)).toBe(900 + 2700 * (2 / 4));
  });

  it('is the highest bound where it lies above all, and nothing without a promotion', () => {
    expect(medianTraining(counted(promoted('2020-01-01T00:00:00.000Z')))).toBe(2_592_000);
    expect(medianTraining(countsFrom(0))).toBeUndefined();
  });
});
