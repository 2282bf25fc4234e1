import { describe, expect, it } from 'vitest';
import { type ArchiveManifest, archiveProblems } from '../../../lib/domain/audit/archive.ts';
import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { type EventDraft, eventKey } from '../../../lib/domain/ledger/event.ts';
import { aDraft, sealAll } from '../ledger/a-ledger.ts';

const sealed = (...drafts: EventDraft[]) =>
  sealAll(drafts.map((draft) => ({ model: 'credit', draft }))).map(({ event }) => event);
const requested = aDraft({ event_type: 'release_requested', release_id: 'r-1', details: { risk_tier: 'low' } });
const approved = aDraft({ event_type: 'release_approved', release_id: 'r-1' });
const hold = (event_type: EventDraft['event_type'], matter = 'CASE-1') =>
  aDraft({ event_type, linked_incident: matter });

type Lock = { readonly days?: number; readonly held?: boolean };
const manifestOf = (
  objects: readonly { readonly key: string; readonly from: Instant; readonly lock: Lock }[],
  takenAt = Instant.parse('2027-01-01T00:00:00.000Z'),
): ArchiveManifest => ({
  schema_version: 1,
  bucket: 'audit',
  taken_at: takenAt,
  objects: objects.map(({ key, from, lock: { days, held = false } }) => ({
    key,
    version_id: 'v',
    size_bytes: 1,
    sha256: Sha256.parse('0'.repeat(64)),
    lock_mode: days === undefined ? '' : 'COMPLIANCE',
    retain_until: days === undefined ? '' : plusMilliseconds(from, days * DAY_MS),
    legal_hold: held,
  })),
});
const ofEvents = (events: ReturnType<typeof sealed>, lock: Lock) =>
  events.map((event) => ({ key: eventKey(event), from: event.timestamp, lock }));
const DAYS = { longest: 10, classes: { low: 5 } };

describe('the archive of a ledger (AU-6, RE-2)', () => {
  it('has each object locked for the days of its class', () => {
    const events = sealed(requested, approved);

    expect(archiveProblems(manifestOf(ofEvents(events, { days: 5 })), events, { days: DAYS })).toEqual([]);
    const short = archiveProblems(manifestOf(ofEvents(events, { days: 4 })), events, { days: DAYS });
    expect(short.map(({ why }) => why)).toEqual(Array(2).fill(expect.stringContaining('less than 5 days')));
    expect(archiveProblems(manifestOf(ofEvents(events, { days: 4 })), events, { days: undefined })).toEqual([]);
    const ofNoTier = sealed(aDraft({ event_type: 'release_requested', release_id: 'r-1' }), approved);
    expect(archiveProblems(manifestOf(ofEvents(ofNoTier, { days: 9 })), ofNoTier, { days: DAYS })).toHaveLength(2);
  });

  it('has bundles locked for the longest, and checkpoints locked', () => {
    const from = Instant.parse('2026-11-28T00:00:00.000Z');
    const bundle = { key: 'bundles/v1/dt=2026-11-28/000000000000.ndjson', from };
    const checkpoint = { key: 'checkpoints/v1/000000000001.txt', from };

    const of = (lock: Lock) =>
      archiveProblems(
        manifestOf([
          { ...bundle, lock },
          { ...checkpoint, lock },
        ]),
        [],
        { days: DAYS },
      ).map(({ key }) => key);
    expect(of({ days: 10 })).toEqual([]);
    expect(of({ days: 9 })).toEqual([bundle.key]);
    expect(of({})).toEqual([bundle.key, checkpoint.key]);
    expect(of({ held: true })).toEqual([]);
  });

  it('has a hold on every event of a held model, from half a day on', () => {
    const events = sealed(requested, hold('legal_hold_set'), hold('legal_hold_set'), approved);
    const find = (lock: Lock, takenAt?: Instant, of = events) =>
      archiveProblems(manifestOf(ofEvents(of, lock), takenAt), of, { days: undefined });

    expect(find({ days: 1, held: true })).toEqual([]);
    expect(find({ days: 1 }).map(({ why }) => why)).toEqual(Array(4).fill('has no legal hold, though credit is held'));
    expect(find({ days: 1 }, events[1]?.timestamp)).toEqual([]);
    const lifted = sealed(
      requested,
      hold('legal_hold_set'),
      hold('legal_hold_lift_consented'),
      hold('legal_hold_lifted'),
    );
    expect(find({ days: 1 }, undefined, lifted)).toEqual([]);
  });

  it('has a hold on the bundles and rows of the days on which a held model has events, and of no other day', () => {
    const events = sealed(requested, hold('legal_hold_set'), approved);
    const days = ['2026-11-01', ...new Set(events.map(({ timestamp }) => timestamp.slice(0, 10)))];
    expect(days).toHaveLength(2);
    const from = events[0]?.timestamp as Instant;
    const files = (lock: Lock) =>
      days.flatMap((day) =>
        ['bundles', 'rows'].map((part) => ({ key: `${part}/v1/dt=${day}/000000000000.ndjson`, from, lock })),
      );
    const find = (lock: Lock, takenAt?: Instant) =>
      archiveProblems(manifestOf(files(lock), takenAt), events, { days: undefined }).map(({ key }) => key);

    expect(find({ days: 1, held: true })).toEqual([]);
    expect(find({ days: 1 })).toEqual(
      files({})
        .map(({ key }) => key)
        .slice(2),
    );
    expect(find({ days: 1 }, from)).toEqual([]);
  });
});
