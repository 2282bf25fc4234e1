import { describe, expect, it } from 'vitest';
import type { Demands } from '../../../lib/domain/audit/missing-proofs.ts';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { GENESIS, type SealedEvent, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { checkpointKey, parseCheckpoint, type SignedCheckpoint } from '../../../lib/domain/ledger/checkpoint.ts';
import { EventType, eventKey } from '../../../lib/domain/ledger/event.ts';
import type { LedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { aDraft, aLedger, aStory, eventFiles, LOG_PUBLIC_KEY, logFiles, sealAll } from '../ledger/a-ledger.ts';

const events = aStory();
const ledger = await aLedger(events);
const sizes = ledger.flatMap(({ key }) => (key.startsWith('checkpoints/') ? [Number(key.slice(-16, -4))] : []));

const readCheckpoint = (size: number): SignedCheckpoint => {
  const note = parseCheckpoint(ledger.find(({ key }) => key === checkpointKey(size))?.bytes ?? new Uint8Array());
  if ('problem' in note) throw new Error(`there is no checkpoint of size ${size}`);
  return note;
};

/** The verdicts of an auditor who has the true key of the log, on files in which nothing by itself is wrong. */
const verdictsOn = async (files: readonly LedgerFile[], demands: Demands = {}) => {
  const { problems, missingProofs } = await verifyLedger(files, { logPublicKeyPem: LOG_PUBLIC_KEY, ...demands });
  expect(problems).toEqual([]);
  return missingProofs;
};

/** The same events from this place on, with other reasons, in chains that are intact. */
const rewrittenFrom = (place: number): SealedEvent[] => {
  const forged = sealAll(
    events.slice(place).map(({ event: { v: _, model, seq: __, prev: ___, timestamp: ____, ...draft } }) => ({
      model,
      draft: { ...draft, event_type: EventType.parse(draft.event_type), reason: 'forged' },
    })),
    new Map(events.slice(0, place).map(({ event, head }) => [event.model, head])),
    place,
  );
  return [...events.slice(0, place), ...forged];
};

/** A log that ends at this checkpoint, with these events beside it. */
const cutAt = async (size: number, beside: readonly SealedEvent[]): Promise<LedgerFile[]> => [
  ...eventFiles(beside),
  ...(await logFiles(
    events.slice(0, size),
    sizes.map((end, index) => end - (sizes[index - 1] ?? 0)).filter((_, index) => (sizes[index] ?? 0) <= size),
  )),
];

describe('a ledger under signatures (AU-11)', () => {
  it('lacks no proof', async () => {
    const newest = events.at(-1)?.event.timestamp;

    expect(await verdictsOn(ledger)).toEqual([]);
    for (const size of sizes) {
      expect(await verdictsOn(ledger, { keptCheckpoint: readCheckpoint(size), notOlderThan: newest })).toEqual([]);
    }
  });

  it('is asked for no signature where none is checked', async () => {
    expect(await verdictsOn(eventFiles(events), { logPublicKeyPem: undefined })).toEqual([]);
  });
});

describe('a ledger without checkpoints (AU-11)', () => {
  it('whose events were forged and chained again is not proved', async () => {
    expect(await verdictsOn(eventFiles(rewrittenFrom(0)))).toEqual([
      { proof: 'signed_checkpoint', why: 'no checkpoint signed by this key covers any event' },
    ]);
  });

  it('holds nothing that is new enough', async () => {
    const notOlderThan = '2026-11-01T00:00:00.000Z' as Instant;

    expect(await verdictsOn(eventFiles(events), { logPublicKeyPem: undefined, notOlderThan })).toEqual([
      { proof: 'recent_event', why: 'no event is covered, which is older than 2026-11-01T00:00:00.000Z' },
    ]);
  });

  it('contains no checkpoint that was kept', async () => {
    const verdicts = await verdictsOn(eventFiles(events), { keptCheckpoint: readCheckpoint(3) });

    expect(verdicts.map(({ proof }) => proof)).toEqual(['signed_checkpoint', 'kept_checkpoint']);
  });
});

describe.each(sizes.slice(0, -1))('a log that was cut at its checkpoint of %i entries', (size) => {
  const last = events.at(-1)?.event.timestamp;
  const kept = readCheckpoint(sizes.at(-1) ?? 0);
  const tails: [string, readonly SealedEvent[]][] = [
    ['the events after it were taken away', events.slice(0, size)],
    ['the events after it were rewritten', rewrittenFrom(size)],
  ];

  it.each(tails)('does not contain a later checkpoint that was kept, when %s', async (_, beside) => {
    expect(await verdictsOn(await cutAt(size, beside), { keptCheckpoint: kept })).toEqual([
      {
        proof: 'kept_checkpoint',
        why: `the kept checkpoint covers ${events.length} entries, but this log has ${size}`,
      },
    ]);
  });

  it.each(tails)('is older than the auditor asks for, when %s', async (_, beside) => {
    expect(await verdictsOn(await cutAt(size, beside), { notOlderThan: last })).toEqual([
      { proof: 'recent_event', why: expect.stringMatching(/^the newest covered event is of .*, which is older than/) },
    ]);
  });

  it('has a rewritten tail that no signature covers', async () => {
    const uncovered = events.length - size;

    expect(await verdictsOn(await cutAt(size, rewrittenFrom(size)), { maxUncovered: uncovered })).toEqual([]);
    expect(await verdictsOn(await cutAt(size, rewrittenFrom(size)), { maxUncovered: uncovered - 1 })).toEqual([
      { proof: 'covered_tail', why: `no checkpoint covers ${uncovered} events; the limit is ${uncovered - 1}` },
    ]);
  });
});

describe('a kept checkpoint', () => {
  const forged = rewrittenFrom(0);

  it('is not in a history that was written again and signed with the stolen key', async () => {
    const files = [...eventFiles(forged), ...(await logFiles(forged, [forged.length]))];

    expect(await verdictsOn(files)).toEqual([]);
    expect(await verdictsOn(files, { keptCheckpoint: readCheckpoint(8) })).toMatchObject([
      { proof: 'kept_checkpoint', why: expect.stringMatching(/says that the first 8 entries have root hash/) },
    ]);
  });

  it('must be of this log, and signed by its key', async () => {
    const { checkpoint, ...note } = readCheckpoint(8);
    const elsewhere = { ...note, checkpoint: { ...checkpoint, origin: 'elsewhere.example/log' } };
    const unsigned = { ...readCheckpoint(8), signatures: [] };

    expect(await verdictsOn(ledger, { keptCheckpoint: elsewhere, logPublicKeyPem: undefined })).toMatchObject([
      { proof: 'kept_checkpoint', why: expect.stringContaining('is of log elsewhere.example/log, this is') },
    ]);
    expect(await verdictsOn(ledger, { keptCheckpoint: unsigned })).toMatchObject([
      { proof: 'kept_checkpoint', why: expect.stringContaining('is not signed by the key of the log') },
    ]);
  });
});

describe('events that no checkpoint covers', () => {
  const refused = aDraft({ event_type: 'release_refused', release_id: '', approval_state: '' });
  const adopted = aDraft({ event_type: 'endpoint_adopted', release_id: '', approval_state: '' });
  const many = (count: number) =>
    eventFiles(sealAll(Array.from({ length: count }, () => ({ model: '_intake', draft: refused }))));

  it('may be a hundred', async () => {
    const fewer = eventFiles(events.filter(({ event }) => event.model !== '_intake'));
    const log = await logFiles(
      events.filter(({ event }) => event.model !== '_intake'),
      [events.length],
    );

    expect(await verdictsOn([...fewer, ...log, ...many(100)])).toEqual([]);
    expect(await verdictsOn([...fewer, ...log, ...many(101)])).toEqual([
      { proof: 'covered_tail', why: 'no checkpoint covers 101 events; the limit is 100' },
    ]);
  });

  it.each([
    ['ten minutes', '2026-11-20T23:50:17.000Z', false],
    ['more', '2026-11-20T23:50:16.999Z', true],
  ])('may be %s older than the newest that one covers: %s', async (_, timestamp, isMissed) => {
    const left = sealEvent(adopted, 'other', GENESIS, timestamp as Instant);

    expect(events.at(-1)?.event.timestamp).toBe('2026-11-21T00:00:17.000Z');
    expect(await verdictsOn([...ledger, ...eventFiles([left])])).toEqual(
      isMissed ? [{ proof: 'covered_tail', why: expect.stringContaining(eventKey(left.event)) }] : [],
    );
  });
});
