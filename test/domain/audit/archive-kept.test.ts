import { describe, expect, it } from 'vitest';
import type { ArchiveManifest, KeptObject } from '../../../lib/domain/audit/archive.ts';
import { keptProblems } from '../../../lib/domain/audit/archive-kept.ts';
import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { EventDraft } from '../../../lib/domain/ledger/event.ts';
import { aDraft, sealAll } from '../ledger/a-ledger.ts';

const digest = (letter: string) => Sha256.parse(letter.repeat(64));
const WRITTEN = Instant.parse('2026-11-20T00:00:00.000Z');
const TAKEN = Instant.parse('2027-01-01T00:00:00.000Z');
const ATTESTATION = `attestations/credit/1.0.0/r-1/model_card/${digest('c')}.dsse.json`;
const RECORD = `records/credit/1.0.0/r-1/${digest('d')}.dsse.json`;

const pinned = aDraft({
  event_type: 'evidence_pinned',
  release_id: 'r-1',
  details: {
    model_card: digest('a'),
    predictions: digest('b'),
    change_id: digest('f'),
    rows_sha256: digest('e'),
    size: 3,
  },
});
const staged = aDraft({ event_type: 'stage_evaluated', evidence_refs: [`s3://evidence/${ATTESTATION}`] });
const approved = aDraft({
  event_type: 'release_approved',
  evidence_refs: [`s3://evidence/${RECORD}`, 's3://theirs/report'],
});
const held = aDraft({ event_type: 'legal_hold_set', linked_incident: 'CASE-1' });

const sealed = (...drafts: EventDraft[]) =>
  sealAll(drafts.map((draft) => ({ model: 'credit', draft }))).map(({ event }) => event);
const object = (key: string, sha256: Sha256, changes: Partial<KeptObject> = {}): KeptObject => ({
  ...{ bucket: 'evidence', key, version_id: 'v', size_bytes: 1, sha256, written_at: WRITTEN },
  ...{ lock_mode: 'COMPLIANCE', retain_until: plusMilliseconds(WRITTEN, 30 * DAY_MS), legal_hold: false, ...changes },
});
const ALL = (changes: Partial<KeptObject> = {}) => [
  object(`sha256/${digest('a')}`, digest('a'), changes),
  object(`sha256/${digest('b')}`, digest('b'), changes),
  object(ATTESTATION, digest('c'), changes),
  object(RECORD, digest('d'), changes),
];
const manifest = (kept: KeptObject[] | undefined, takenAt = TAKEN): ArchiveManifest => ({
  ...{ schema_version: 2, bucket: 'audit', taken_at: takenAt, objects: [] },
  ...(kept === undefined ? {} : { kept }),
});
const EVENTS = sealed(pinned, staged, approved);
const find = (kept: KeptObject[] | undefined, days?: number, events = EVENTS, takenAt?: Instant) =>
  keptProblems(manifest(kept, takenAt), events, days);

describe('evidence, records and attestations in the archive (AU-6, RE-2)', () => {
  it('are all that the log names, whatever else is there', () => {
    const more = object(`sha256/${digest('9')}`, digest('9'), { bucket: 'copies' });

    expect(find([...ALL(), more], 30)).toEqual([]);
    expect(find(undefined, 30)).toEqual([]);
  });

  it('are missed, each once, by the event that names them', () => {
    expect(find([], undefined, [...EVENTS, ...EVENTS])).toEqual([
      { key: digest('a'), why: 'is missing: evidence model_card, by event 1 of credit' },
      { key: digest('b'), why: 'is missing: evidence predictions, by event 1 of credit' },
      { key: ATTESTATION, why: 'is missing: a record or an attestation, by event 2 of credit' },
      { key: RECORD, why: 'is missing: a record or an attestation, by event 3 of credit' },
    ]);
  });

  it('are locked, and for the days that are asked for', () => {
    const [card, ...others] = ALL();

    expect(find([...ALL({ lock_mode: '', retain_until: '' })]).map(({ why }) => why)).toEqual(
      Array(4).fill('is not locked'),
    );
    expect(find(ALL({ lock_mode: '', retain_until: '', legal_hold: true }), 30)).toEqual([]);
    expect(find([{ ...(card as KeptObject), written_at: plusMilliseconds(WRITTEN, DAY_MS) }, ...others], 30)).toEqual([
      {
        key: `evidence/sha256/${digest('a')}`,
        why: 'is locked until 2026-12-20T00:00:00.000Z, which is less than 30 days',
      },
    ]);
  });

  it('are held if their model is, from half a day on', () => {
    const events = sealed(pinned, staged, held, approved);
    const [, , set, last] = events;

    expect(find(ALL({ legal_hold: true }), undefined, events)).toEqual([]);
    expect(find(ALL(), undefined, events).map(({ why }) => why)).toEqual(
      Array(4).fill('has no legal hold, though credit is held'),
    );
    expect(find(ALL(), undefined, events, set?.timestamp)).toEqual([]);
    expect(find(ALL(), undefined, events, plusMilliseconds(last?.timestamp as Instant, DAY_MS / 2 + 1))).toHaveLength(
      4,
    );
  });
});
