import { describe, expect, it } from 'vitest';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { HISTORY_COLUMNS, historyRow } from '../../../lib/domain/questions/history-row.ts';
import { aDraft } from '../ledger/a-ledger.ts';

const sealed = sealEvent(
  aDraft({
    event_type: 'release_requested',
    reason: 'because',
    details: { requested_by: 'rita', from: 'a', variants: [{ variant: 'v' }], checks_total: 3, is_significant: true },
    evidence_refs: ['s3://b/k'],
  }),
  'credit',
  GENESIS,
  Instant.parse('2026-11-20T10:11:12.345Z'),
);
const place = { leafIndex: 41, bundleKey: 'bundles/v1/dt=2026-11-20/000000000040.ndjson', bundleVersionId: 'v7' };
const row = historyRow({ event: sealed.event, hash: sealed.head.hash }, place);

describe('a row of the history', () => {
  it('says what the event says', () => {
    expect(row).toMatchObject({
      model: 'credit',
      seq: 1,
      event_type: 'release_requested',
      occurred_at: '2026-11-20T10:11:12.345Z',
      at_epoch: 1_795_169_472,
      at_ms: 1_795_169_472_345,
      reason: 'because',
      artifact_sha256: 'a'.repeat(64),
      evidence_refs: '["s3://b/k"]',
      dt: '2026-11-20',
    });
    expect(JSON.parse(row.details)).toEqual(sealed.event.details);
  });

  it('has members of the details as texts, a list as JSON, and what is not there as an empty text', () => {
    expect(row).toMatchObject({
      requested_by: 'rita',
      from_id: 'a',
      variants: '[{"variant":"v"}]',
      checks_total: '3',
      git_commit: '',
    });
  });

  it('has the digests of locked evidence by themselves, of the event that tells them alone', () => {
    const details = { model_card: 'c'.repeat(64) };
    const pinning = aDraft({ event_type: 'evidence_pinned', details });
    const { event, head } = sealEvent(pinning, 'credit', GENESIS, Instant.parse('2026-11-20T10:11:12.345Z'));

    expect(JSON.parse(historyRow({ event, hash: head.hash }, place).pinned)).toEqual(details);
    expect(row.pinned).toBe('');
  });

  it('says where the proof lies', () => {
    expect(row).toMatchObject({
      leaf_index: 41,
      event_hash: sealed.head.hash,
      event_key: 'events/v1/dt=2026-11-20/model=credit/000000000001.json',
      bundle_key: place.bundleKey,
      bundle_version_id: 'v7',
    });
  });

  it('has every column, in their order, of the type that is declared', () => {
    expect(Object.keys(row)).toEqual(HISTORY_COLUMNS.map(({ name }) => name));
    for (const [index, value] of Object.values(row).entries()) {
      expect(HISTORY_COLUMNS[index]?.type).toBe(typeof value === 'number' ? 'bigint' : 'string');
    }
  });
});
