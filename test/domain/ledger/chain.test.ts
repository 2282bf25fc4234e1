import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GENESIS, Head, leafHash, type SealedEvent, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { eventBytes } from '../../../lib/domain/ledger/event.ts';
import { at, NOW } from '../../support/approval-case.ts';
import { aDraft } from './a-ledger.ts';

const draft = aDraft({ event_type: 'release_requested' });
const sealed = sealEvent(draft, 'credit', GENESIS, NOW);

describe('the hash of an event', () => {
  it('is the leaf hash of RFC 6962: a zero byte and the bytes', () => {
    const expected = createHash('sha256')
      .update(Buffer.concat([Buffer.of(0), sealed.bytes]))
      .digest('hex');

    expect(leafHash(sealed.bytes)).toBe(expected);
    expect(sealed.head.hash).toBe(expected);
  });

  it('of nothing is that of the specification', () => {
    expect(leafHash(new Uint8Array())).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  });

  it('is another for any other byte', () => {
    fc.assert(
      fc.property(fc.nat(sealed.bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, bits) => {
        const changed = Uint8Array.from(sealed.bytes, (byte, index) => (index === place ? byte ^ bits : byte));

        expect(leafHash(changed)).not.toBe(sealed.head.hash);
      }),
    );
  });
});

describe('an event in its place', () => {
  it('is the first of its chain after the genesis', () => {
    expect(sealed.event).toEqual({
      v: 1,
      model: 'credit',
      seq: 1,
      prev: '0'.repeat(64),
      timestamp: NOW,
      ...draft,
    });
    expect(sealed.head).toEqual({ seq: 1, hash: leafHash(sealed.bytes), timestamp: NOW });
    expect(sealed.bytes).toEqual(eventBytes(sealed.event));
  });

  it('is not of a type that nobody has named', () => {
    const unnamed = { ...draft, event_type: 'something_happened' };

    expect(() => sealEvent(unnamed, 'credit', GENESIS, NOW)).toThrow('Invalid option');
  });

  it('names the one before it', () => {
    const next = sealEvent(draft, 'credit', sealed.head, at('2026-11-21T09:00:01.000Z'));

    expect(next.event).toMatchObject({ seq: 2, prev: sealed.head.hash });
  });

  it('takes the instant of the one before it when the clock lags behind', () => {
    const next = sealEvent(draft, 'credit', sealed.head, at('2026-11-21T08:59:59.999Z'));

    expect(next.event.timestamp).toBe(NOW);
    expect(next.head.timestamp).toBe(NOW);
  });

  it('makes a chain that is dense, linked and never runs backwards, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 1 }), (steps) => {
        const chain: SealedEvent[] = [];
        for (const step of steps) {
          chain.push(sealEvent(draft, 'credit', chain.at(-1)?.head ?? GENESIS, plusMilliseconds(NOW, step)));
        }

        for (const [index, { event, head }] of chain.entries()) {
          const before: Head = chain[index - 1]?.head ?? GENESIS;
          expect(event.seq).toBe(index + 1);
          expect(event.prev).toBe(before.hash);
          expect(event.timestamp >= before.timestamp).toBe(true);
          expect(head.timestamp).toBe(event.timestamp);
        }
      }),
    );
  });

  it('is not made of a draft that is too large or not an event', () => {
    expect(() => sealEvent({ ...draft, reason: 'x'.repeat(20_000) }, 'credit', GENESIS, NOW)).toThrow(
      'the limit is 16384',
    );
    expect(() => sealEvent(draft, '', GENESIS, NOW)).toThrow();
    expect(() => sealEvent(draft, 'm'.repeat(65), GENESIS, NOW)).toThrow();
  });
});

describe('the genesis', () => {
  it('is before every instant', () => {
    expect(Head.parse(GENESIS)).toEqual(GENESIS);
    expect(GENESIS.timestamp < Instant.parse('1970-01-01T00:00:00.001Z')).toBe(true);
  });
});
