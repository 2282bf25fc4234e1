import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { logSteps } from '../../../lib/domain/ledger/bundle.ts';
import { GENESIS, type SealedEvent, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { checkpointKey } from '../../../lib/domain/ledger/checkpoint.ts';
import { eventKey } from '../../../lib/domain/ledger/event.ts';
import type { LedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { EMPTY_TREE } from '../../../lib/domain/ledger/merkle.ts';
import { aLedger, aStory, eventFiles, LOG_PUBLIC_KEY, logFiles, ORIGIN } from '../ledger/a-ledger.ts';

const events = aStory();
const ledger = await aLedger(events);
const verify = (files: Iterable<LedgerFile>) => verifyLedger(files, { logPublicKeyPem: LOG_PUBLIC_KEY });
const text = (file: LedgerFile): string => Buffer.from(file.bytes).toString('utf8');
const replaceIn = (key: string, from: string | RegExp, to: string): LedgerFile[] =>
  ledger.map((file) => (file.key === key ? { key, bytes: Buffer.from(text(file).replace(from, to)) } : file));
const keyOf = (index: number): string => eventKey((events[index] ?? fail()).event);
const fail = (): never => {
  throw new Error('no such event');
};
const bundleKeys = ledger.map(({ key }) => key).filter((key) => key.startsWith('bundles/'));

describe('an untouched ledger', () => {
  it('has no problem, in whatever order its files come', async () => {
    const report = await verify(ledger);

    expect(report.problems).toEqual([]);
    expect((await verify(ledger.toReversed())).problems).toEqual([]);
    expect(report.events).toBe(events.length);
    expect(report.notYetCovered).toEqual([]);
    expect(report.missingProofs).toEqual([]);
    expect(report.coveredUntil).toBe(events.at(-1)?.event.timestamp);
    expect(report.checkpoints.map(({ size, origin }) => [size, origin])).toEqual([
      [3, ORIGIN],
      [8, ORIGIN],
      [10, ORIGIN],
      [events.length, ORIGIN],
    ]);
    expect(report.chains.map(({ model, length, covered }) => [model, length, covered])).toEqual([
      ['_intake', 2, 2],
      ['credit', 18, 18],
      ['fraud', 8, 8],
    ]);
    expect(report.chains.map(({ head }) => head)).toContain(events.at(-1)?.head.hash);
  });

  it('may hold events of a chain in another order than theirs', async () => {
    const [first = fail(), second = fail(), ...rest] = events;
    const overtaken = [second, first, ...rest];

    const report = await verify([...eventFiles(events), ...(await logFiles(overtaken, [1, 1, rest.length]))]);

    expect(report.problems).toEqual([]);
  });

  it('holds without the objects that were removed after their retention, as far as a checkpoint covers them', async () => {
    const before = events[4]?.event.timestamp;
    const removed = events
      .filter(({ event }) => before !== undefined && event.timestamp < before)
      .map((it) => eventKey(it.event));
    const rest = ledger.filter(({ key }) => !removed.includes(key));
    const demands = { logPublicKeyPem: LOG_PUBLIC_KEY, removedBefore: before };

    const report = await verifyLedger(rest, demands);

    expect(removed.length).toBeGreaterThan(0);
    expect(report).toMatchObject({
      events: events.length,
      fromBundles: removed.length,
      problems: [],
      missingProofs: [],
    });
    expect(report.chains).toEqual((await verify(ledger)).chains);
    expect((await verify(rest)).problems).not.toEqual([]);
    const later = keyOf(events.length - 1);
    const problems = (
      await verifyLedger(
        rest.filter(({ key }) => key !== later),
        demands,
      )
    ).problems;
    expect(problems.map(({ key }) => key)).toContain(later);
    const unsigned = rest.filter(({ key }) => !key.startsWith('checkpoints/'));
    expect((await verifyLedger(unsigned, demands)).fromBundles).toBe(0);
  });

  it('may be read as a stream', async () => {
    const stream = async function* () {
      yield* ledger;
    };

    expect((await verifyLedger(stream())).problems).toEqual([]);
  });

  it('has no problem before its first checkpoint, or when it is empty, but no proof either', async () => {
    const report = await verify(eventFiles(events));

    expect(report.problems).toEqual([]);
    expect(report.coveredUntil).toBe('');
    expect(report.missingProofs.map(({ proof }) => proof)).toEqual(['signed_checkpoint']);
    expect(report.notYetCovered).toHaveLength(events.length);
    expect((await verify([])).problems).toEqual([]);
  });

  it('reports events after the newest checkpoint as not yet covered', async () => {
    const files = [...eventFiles(events), ...(await logFiles(events, [events.length - 2]))];

    const report = await verify(files);

    expect(report.problems).toEqual([]);
    expect(report.notYetCovered).toEqual([keyOf(events.length - 2), keyOf(events.length - 1)]);
  });

  it('starts a new bundle with each day, and after a thousand entries', () => {
    const first = events[0] ?? fail();
    const many = Array.from({ length: 1001 }, () => first);

    expect(bundleKeys).toContain('bundles/v1/dt=2026-11-20/000000000008.ndjson');
    expect(bundleKeys).toContain('bundles/v1/dt=2026-11-21/000000000010.ndjson');
    expect(logSteps(EMPTY_TREE, many).map(({ checkpoint }) => checkpoint.size)).toEqual([1000, 1001]);
  });
});

describe('a ledger that was tampered with', () => {
  const anyFile = fc.integer({ min: 0, max: ledger.length - 1 });
  const at = (index: number): LedgerFile => ledger[index] ?? fail();

  it('names the file of which any one byte was changed', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, place, mask) => {
        const { key, bytes } = at(index);
        const changed = Uint8Array.from(bytes);
        changed[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ mask;

        const { problems } = await verify(ledger.with(index, { key, bytes: changed }));

        expect(problems[0]?.key).toBe(key);
      }),
      { numRuns: 150 },
    );
  });

  it('names a problem when any file is dropped', async () => {
    for (const index of ledger.keys()) {
      const { problems } = await verify(ledger.toSpliced(index, 1));

      expect(problems, `without ${at(index).key}`).not.toEqual([]);
    }
  });

  it('names a dropped event', async () => {
    for (const [index] of events.entries()) {
      const { problems } = await verify(ledger.filter(({ key }) => key !== keyOf(index)));

      expect(problems[0]).toMatchObject({ key: keyOf(index), why: expect.stringContaining('is missing') });
    }
  });

  it('names one of two files that were swapped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyFile, { minLength: 2, maxLength: 2 }), async ([first = 0, second = 0]) => {
        const [a, b] = [at(first), at(second)];
        const swapped = ledger.with(first, { ...a, bytes: b.bytes }).with(second, { ...b, bytes: a.bytes });

        const { problems } = await verify(swapped);

        const [{ key, why } = { key: '', why: '' }] = problems;
        expect([a.key, b.key].some((name) => `${key} ${why}`.includes(name))).toBe(true);
      }),
    );
  });

  it('names a truncated file', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.nat(), async (index, length) => {
        const { key, bytes } = at(index);

        const { problems } = await verify(ledger.with(index, { key, bytes: bytes.subarray(0, length % bytes.length) }));

        // A bundle that ends between two lines is well formed by itself: what was to come after it names it.
        expect(problems.map((problem) => `${problem.key} ${problem.why}`).join()).toContain(key);
      }),
    );
  });

  it('names a second version of an event, well formed as it is', async () => {
    const { event, bytes } = events[2] ?? fail();
    const forged = Buffer.from(Buffer.from(bytes).toString('utf8').replace('2026-11-20T', '2026-11-21T'));
    const key = eventKey({ ...event, timestamp: event.timestamp.replace('-20T', '-21T') as typeof event.timestamp });

    const { problems } = await verify([...ledger, { key, bytes: forged }]);

    expect(problems.map((problem) => problem.key)).toContain(key);
  });

  it('names an event whose last entry was rewritten with a correct chain', async () => {
    const last = events.at(-1) ?? fail();
    const before = events.at(-2) ?? fail();
    const { v: _, model, seq: __, prev: ___, timestamp, ...draft } = { ...last.event, reason: 'nothing happened' };
    const forged = sealEvent(draft, model, before.head, timestamp);

    const { problems } = await verify(
      ledger.map((file) => (file.key === eventKey(last.event) ? { ...file, bytes: forged.bytes } : file)),
    );

    expect(problems[0]).toMatchObject({
      key: eventKey(last.event),
      why: expect.stringContaining('has different bytes'),
    });
  });

  it('names a rewritten history that somebody else signed', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { ed25519Signer } = await import('../ledger/a-ledger.ts');
    const other = generateKeyPairSync('ed25519');
    const pem = other.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const forged = events.slice(0, 5);
    const files = [...eventFiles(forged), ...(await logFiles(forged, [5], ed25519Signer(other.privateKey, pem)))];

    const { problems, coveredUntil, missingProofs } = await verify(files);

    expect(problems).toMatchObject([{ key: checkpointKey(5), why: expect.stringContaining('is not signed by') }]);
    expect(coveredUntil).toBe('');
    expect(missingProofs).toMatchObject([{ proof: 'signed_checkpoint' }]);
  });

  it('names an entry that the log holds twice', async () => {
    const twice = [events[0] ?? fail(), ...events.slice(0, 3)];

    const { problems } = await verify([...eventFiles(events.slice(0, 3)), ...(await logFiles(twice, [4]))]);

    expect(problems[0]?.why).toBe('entry 1 is event 1 of credit, and so is entry 0');
  });

  it.each([
    ['an overlapping bundle', 'bundles/v1/dt=2026-11-20/000000000002.ndjson', 2, 'begins at entry 2'],
    ['a bundle beyond the end', 'bundles/v1/dt=2026-11-20/000000000099.ndjson', 0, 'begins at entry 99'],
  ])('names %s', async (_, key, index, why) => {
    const bytes = Buffer.concat([(events[index] ?? fail()).bytes, Buffer.from('\n')]);

    const { problems } = await verify([...ledger, { key, bytes }]);

    expect(problems[0]).toMatchObject({ key, why: expect.stringContaining(why) });
  });

  it.each([
    'events/v1/dt=2026-11-20/model=credit/000000000001.json.bak',
    'bundles/v1/readme.txt',
    'checkpoints/v1/latest',
    'bundles/v1/dt=2026-11-20/0.ndjson',
    'notes.txt',
  ])('names a file that does not belong there: %s', async (key) => {
    const bytes = key.startsWith('check') ? (ledger.at(-1)?.bytes ?? fail()) : (ledger[0]?.bytes ?? fail());

    const { problems } = await verify([...ledger, { key, bytes }]);

    expect(problems[0]?.key).toBe(key);
  });

  it('names a bundle that is larger than any', async () => {
    const key = 'bundles/v1/dt=2026-11-20/000000000000.ndjson';
    const bytes = Buffer.from(`${text(ledger[0] ?? fail())}\n`.repeat(1001));

    const { problems } = await verify([{ key, bytes }]);

    expect(problems[0]).toEqual({ key, why: 'holds 1001 entries; the limit is 1000' });
  });

  it('names a checkpoint of another log', async () => {
    const key = checkpointKey(8);

    const { problems } = await verifyLedger(replaceIn(key, ORIGIN, 'elsewhere.example/log'));

    expect(problems[0]).toEqual({
      key,
      why: `is of log elsewhere.example/log, but the first checkpoint is of ${ORIGIN}`,
    });
  });

  it('names a checkpoint whose size is no end of a bundle, even without the key', async () => {
    const key = checkpointKey(7);
    const moved = replaceIn(checkpointKey(8), '\n8\n', '\n7\n').map((file) =>
      file.key === checkpointKey(8) ? { ...file, key } : file,
    );

    const { problems } = await verifyLedger(moved);

    expect(problems[0]).toMatchObject({ key, why: expect.stringContaining('no bundle ends there') });
  });

  it.each([
    ['a larger event than any', Buffer.alloc(20_000, 0x5b)],
    ['deep nesting', Buffer.from('['.repeat(8000))],
    ['a lone surrogate', Buffer.from(text(ledger[0] ?? fail()).replace('"rita"', '"\\ud800"'))],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), ledger[0]?.bytes ?? fail()])],
    ['spaces', Buffer.from(text(ledger[0] ?? fail()).replace(',', ', '))],
    ['an unknown field', Buffer.from(text(ledger[0] ?? fail()).replace('{', '{"a":1,'))],
  ])('does not stumble over %s', async (_, bytes) => {
    const { problems } = await verify(ledger.with(0, { key: keyOf(0), bytes }));

    expect(problems[0]?.key).toBe(keyOf(0));
  });
});

describe('a chain without a checkpoint', () => {
  const chain = events.filter(({ event }) => event.model === 'credit');

  it('shows a gap, a changed link and time that runs backwards', async () => {
    const second = chain[1] ?? fail();
    const { v: _, model, seq: __, prev: ___, timestamp, ...draft } = { ...second.event, reason: 'changed' };
    const relinked = sealEvent(draft, model, chain[0]?.head ?? GENESIS, timestamp);
    const backwards = sealEvent(
      draft,
      model,
      { ...(chain[0]?.head ?? fail()), timestamp: GENESIS.timestamp },
      '2026-01-01T00:00:00.000Z' as typeof timestamp,
    );
    const problemsOf = async (files: SealedEvent[]) => (await verify(eventFiles(files))).problems[0]?.why;

    expect(await problemsOf(chain.toSpliced(1, 1))).toContain('event 2 is missing');
    expect(await problemsOf(chain.toSpliced(0, 1))).toContain('event 1 is missing');
    expect(await problemsOf(chain.toSpliced(1, 1, relinked))).toContain('as the event before it, but events/v1/');
    expect(await problemsOf(chain.toSpliced(1, 1, backwards))).toMatch(/is of 2026-01-01T00:00:00.000Z, before/);
  });
});
