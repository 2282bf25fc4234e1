import { describe, expect, it } from 'vitest';
import { Access, AccessLine } from '../../../../lib/domain/ledger/access.ts';
import { AuditEvent, type EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { makeReport, SECTION_NAMES } from '../../../../lib/domain/questions/reports/report.ts';
import { aDraft, sealAll } from '../../ledger/a-ledger.ts';

const anAccess = (who: string, what: string, at: string): Access =>
  Access.parse({ at, who, what, sha256: 'a'.repeat(64) });
const ALWAYS = { since: '2000-01-01', until: '9999-12-31' };

/** Events at these instants, in their order. */
const told = (
  ...all: readonly (readonly [string, Partial<EventDraft> & Pick<EventDraft, 'event_type'>])[]
): AuditEvent[] =>
  sealAll(all.map(([, draft]) => ({ model: 'credit', draft: aDraft(draft) }))).map(({ event }, index) =>
    AuditEvent.parse({ ...event, timestamp: all[index]?.[0] }),
  );

const rowsOf = (
  name: (typeof SECTION_NAMES)[number],
  material: { events?: AuditEvent[]; accesses?: AccessLine[] },
  period = ALWAYS,
) => makeReport([name], { events: [], accesses: [], ...material }, period).sections[0]?.rows;

describe('a report (AU-8)', () => {
  it('has the three sections, and says what it was made from, also if that is nothing', () => {
    const report = makeReport(SECTION_NAMES, { events: [], accesses: [] }, ALWAYS);

    expect(report.sections.map(({ title }) => title)).toEqual([
      'Access frequency',
      'Approval timestamps',
      'Data sanitisation',
    ]);
    expect(report.covers).toEqual({ events: 0, eventsUntil: '', accesses: 0, accessesUntil: '' });
  });

  it('counts how often each person was given what, the most frequent first', () => {
    const accesses = [
      anAccess('ruth', 'credit-1/predictions', '2026-11-02T10:00:00.000Z'),
      anAccess('ana', 'credit-1/predictions', '2026-11-01T10:00:00.000Z'),
      anAccess('ruth', 'credit-1/predictions', '2026-11-01T09:00:00.000Z'),
      anAccess('ana', 'credit-2/predictions', '2026-11-01T10:00:00.000Z'),
      anAccess('ana', 'credit-3/predictions', '2026-12-01T10:00:00.000Z'),
    ];

    const rows = rowsOf('access', { accesses }, { since: '2026-11-01', until: '2026-11-30' });

    expect(rows?.map(({ who, what, times, days, first }) => [who, what, times, days, first])).toEqual([
      ['ruth', 'credit-1/predictions', 2, 2, '2026-11-01T09:00:00.000Z'],
      ['ana', 'credit-1/predictions', 1, 1, '2026-11-01T10:00:00.000Z'],
      ['ana', 'credit-2/predictions', 1, 1, '2026-11-01T10:00:00.000Z'],
    ]);
  });

  it('counts what was read beside what was handed out: once for each minute, and what has no line by its number', () => {
    const read = (what: string, at: string, times?: number) =>
      AccessLine.parse({ at, who: 'ruth', what, ...(times !== undefined && { times }) });
    const accesses = [
      anAccess('ruth', 'credit-1/predictions', '2026-11-01T09:00:00.000Z'),
      read('GET /v1/releases/{id} credit-1', '2026-11-01T09:00:00.000Z'),
      read('GET /v1/releases/{id} credit-1', '2026-11-01T09:01:00.000Z'),
      read('further reads', '2026-11-01T09:02:00.000Z', 7),
    ];

    expect(rowsOf('access', { accesses })?.map(({ what, times, sha256 }) => [what, times, sha256])).toEqual([
      ['further reads', 7, ''],
      ['GET /v1/releases/{id} credit-1', 2, ''],
      ['credit-1/predictions', 1, 'a'.repeat(64)],
    ]);
  });

  it('says when people were first asked, when each decided, and how long that took', () => {
    const ada = { actor_id: 'ada', actor_role: 'ml_lead' };
    const events = told(
      ['2026-11-01T09:00:00.000Z', { event_type: 'approval_requested' }],
      ['2026-11-01T09:30:00.000Z', { event_type: 'approval_requested' }],
      ['2026-11-01T10:00:00.000Z', { event_type: 'approval_granted', ...ada }],
      ['2026-11-01T10:01:00.000Z', { event_type: 'release_approved' }],
      ['2026-11-01T10:02:00.000Z', { event_type: 'approval_withdrawn', release_id: 'of-another-time' }],
      ['2026-11-03T10:02:00.000Z', { event_type: 'approval_expired' }],
    );

    const rows = rowsOf('approvals', { events }, { since: '2026-11-01', until: '2026-11-02' });

    expect(
      rows?.map(({ decision, by, asked_at, decided_at, minutes }) => [decision, by, asked_at, decided_at, minutes]),
    ).toEqual([
      ['approve', 'ada', '2026-11-01T09:00:00.000Z', '2026-11-01T10:00:00.000Z', 60],
      ['approved', 'assay', '2026-11-01T09:00:00.000Z', '2026-11-01T10:01:00.000Z', 61],
      ['withdrawn', 'assay', '', '2026-11-01T10:02:00.000Z', ''],
    ]);
  });

  it('says what was done with personal data, with the digest of what says so (CO-4)', () => {
    const check = { mode: 'enforce', status: 'passed', measured: 'columns: 2 removed', threshold: 'all' };
    const checks = [
      { ...check, name: 'pii_handling_verified' },
      { ...check, name: 'lineage_complete' },
    ];
    const evaluated = {
      event_type: 'stage_evaluated',
      details: { checks, attestation_sha256: 'f'.repeat(64) },
    } as const;
    const events = told(
      ['2026-11-01T09:00:00.000Z', { event_type: 'evidence_pinned', details: { data_provenance: 'e'.repeat(64) } }],
      ['2026-11-01T09:00:00.000Z', { event_type: 'evidence_pinned', release_id: 'other', details: {} }],
      ['2026-11-01T09:01:00.000Z', evaluated],
      ['2026-11-01T09:01:00.000Z', { ...evaluated, release_id: 'other' }],
      ['2026-11-01T09:02:00.000Z', { event_type: 'stage_evaluated', details: {} }],
      ['2027-11-01T09:02:00.000Z', evaluated],
    );

    const rows = rowsOf('sanitisation', { events }, { since: '2026-11-01', until: '2026-11-02' });

    expect(
      rows?.map(({ release_id, measured, data_provenance_sha256, event }) => [
        release_id,
        measured,
        data_provenance_sha256,
        event,
      ]),
    ).toEqual([
      ['credit-1', 'columns: 2 removed', 'e'.repeat(64), 'credit/3'],
      ['other', 'columns: 2 removed', '', 'credit/4'],
    ]);
  });
});
