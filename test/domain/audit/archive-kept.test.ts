import { describe, expect, it } from 'vitest';
import type { ArchiveManifest, KeptObject } from '../../../lib/domain/audit/archive.ts';
import { judgeKept, type KeptDemands } from '../../../lib/domain/audit/archive-kept.ts';
import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { EventDraft } from '../../../lib/domain/ledger/event.ts';
import { aDraft, sealAll } from '../ledger/a-ledger.ts';

const digest = (letter: string) => Sha256.parse(letter.repeat(64));
const WRITTEN = Instant.parse('2026-11-20T00:00:00.000Z');
const TAKEN = Instant.parse('2027-01-01T00:00:00.000Z');
const ATTESTATION = `attestations/credit/1.0.0/r-1/model_card/${digest('c')}.dsse.json`;
const RECORD = `records/credit/1.0.0/r-1/${digest('d')}.dsse.json`;

const ROWS = `evidence_rows/p30/r-1/${digest('b')}`;
const PLACE = `evidence_rows/r-1/${digest('b')}`;

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
  object(ROWS, digest('b'), changes),
  object(ATTESTATION, digest('c'), changes),
  object(RECORD, digest('d'), changes),
];
const manifest = (kept: KeptObject[] | undefined, takenAt = TAKEN): ArchiveManifest => ({
  ...{ schema_version: 2, bucket: 'audit', taken_at: takenAt, objects: [] },
  ...(kept === undefined ? {} : { kept, evidence_bucket: 'evidence' }),
});
const EVENTS = sealed(pinned, staged, approved);
const judge = (
  kept: KeptObject[] | undefined,
  demands: Partial<KeptDemands> = {},
  events = EVENTS,
  takenAt: Instant = TAKEN,
) => judgeKept(manifest(kept, takenAt), events, { days: undefined, rowsDays: undefined, ...demands });
const find = (kept: KeptObject[] | undefined, days?: number, events = EVENTS, takenAt?: Instant) =>
  judge(kept, { days }, events, takenAt).problems;
const NO_ROWS = { key: PLACE, why: 'is missing: evidence predictions, by event 1 of credit' };

describe('evidence, records and attestations in the archive (AU-6, RE-2)', () => {
  it('are all that the log names, whatever else is there', () => {
    const more = object(`sha256/${digest('9')}`, digest('9'), { bucket: 'copies' });

    expect(find([...ALL(), more], 30)).toEqual([]);
    expect(find(undefined, 30)).toEqual([]);
  });

  it('are missed, each once, by the event that names them', () => {
    expect(find([], undefined, [...EVENTS, ...EVENTS])).toEqual([
      { key: `sha256/${digest('a')}`, why: 'is missing: evidence model_card, by event 1 of credit' },
      NO_ROWS,
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

describe('the place of what the archive keeps (AU-6)', () => {
  const without = (key: string) => ALL().filter((one) => one.key !== key);

  it('is its own: the same bytes elsewhere do not stand for it', () => {
    const card = `sha256/${digest('a')}`;
    const elsewhere = [
      object(card, digest('a'), { bucket: 'copies' }),
      object(`${card}/${digest('a')}`, digest('a')),
      object(`evidence_rows/p30/r-1/${digest('a')}`, digest('a')),
    ];
    const ofOthers = [
      object(`evidence_rows/p30/r-2/${digest('b')}`, digest('b')),
      object(`records/r-1/${digest('b')}`, digest('b')),
    ];

    expect(find([...without(card), ...elsewhere]).map(({ key }) => key)).toEqual([card]);
    expect(find([...without(ROWS), ...ofOthers])).toEqual([NO_ROWS]);
  });

  it('is that of a former version too, for rows', () => {
    const rest = without(ROWS);

    expect(find([...rest, object(PLACE, digest('b'))])).toEqual([]);
    expect(find([...rest, object(`sha256/${digest('b')}`, digest('b'))])).toEqual([]);
  });

  it('is in any of the buckets, if the manifest does not say which is that of evidence', () => {
    const { evidence_bucket: _, ...unsaid } = manifest(ALL({ bucket: 'copies' }));

    expect(judgeKept(unsaid, EVENTS, { days: 30, rowsDays: undefined }).problems).toEqual([]);
  });

  it('is where a hold is demanded, and of no copy of other releases', () => {
    const events = sealed(pinned, staged, held, approved);
    const others = [
      object(`evidence_rows/p30/r-2/${digest('b')}`, digest('b')),
      object(`sha256/${digest('b')}`, digest('b')),
      object(`sha256/${digest('a')}`, digest('a'), { bucket: 'copies' }),
    ];
    const former = [...without(ROWS), object(`sha256/${digest('b')}`, digest('b'))];

    expect(find([...ALL({ legal_hold: true }), ...others], undefined, events)).toEqual([]);
    expect(find(former, undefined, events)).toContainEqual({
      key: `evidence/sha256/${digest('b')}`,
      why: 'has no legal hold, though credit is held',
    });
  });
});

describe('rows about people in the archive (AU-6)', () => {
  const noRows = ALL().filter(({ key }) => key !== ROWS);
  const END = Instant.parse('2026-12-20T00:00:00.000Z');
  const ending = aDraft({ ...pinned, details: { ...pinned.details, rows_kept_until: END } });
  const ENDING = sealed(ending, staged, approved);
  const past = (milliseconds: number) => plusMilliseconds(END, milliseconds);

  it('are gone in time once the period that their event says is over, which is said and is no fault', () => {
    expect(judge(noRows, {}, ENDING, past(1))).toEqual({
      problems: [],
      ended: [{ key: PLACE, why: `ended at ${END}: evidence predictions, by event 1 of credit` }],
    });
    expect(judge(ALL(), {}, ENDING, past(1))).toEqual({ problems: [], ended: [] });
  });

  it('are gone too early before; and nothing else ends', () => {
    expect(judge(noRows, {}, ENDING, past(0))).toEqual({ problems: [NO_ROWS], ended: [] });
    expect(judge([], {}, ENDING, past(1)).problems).toHaveLength(3);
  });

  it('do not end without a period: what a former version kept beside the documents, nobody removes', () => {
    expect(judge(noRows, { rowsDays: 30 }, EVENTS, past(3000 * DAY_MS))).toEqual({ problems: [NO_ROWS], ended: [] });
  });

  it('do not end in a model that is held before', () => {
    const events = sealed(ending, staged, held, approved);
    const kept = noRows.map((one) => ({ ...one, legal_hold: true }));
    const over = { ...ending, details: { ...ending.details, rows_kept_until: WRITTEN } };

    expect(judge(kept, {}, events, past(1)).problems).toEqual([NO_ROWS]);
    expect(judge(kept, {}, sealed(over, staged, held, approved), past(1)).problems).toEqual([]);
  });

  it('are locked for their own days, or as all evidence if they have none', () => {
    const rows = object(ROWS, digest('b'), { retain_until: plusMilliseconds(WRITTEN, 10 * DAY_MS) });
    const short = (days: number) => [
      { key: `evidence/${ROWS}`, why: `is locked until 2026-11-30T00:00:00.000Z, which is less than ${days} days` },
    ];

    expect(judge([...noRows, rows], { days: 30, rowsDays: 10 }).problems).toEqual([]);
    expect(judge([...noRows, rows], { days: 30, rowsDays: 11 }).problems).toEqual(short(11));
    expect(judge([...noRows, rows], { days: 30 }).problems).toEqual(short(30));
  });
});
