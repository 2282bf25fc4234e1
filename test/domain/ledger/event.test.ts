import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { GENESIS } from '../../../lib/domain/ledger/chain.ts';
import {
  AuditEvent,
  EVENT_MAX_BYTES,
  type EventDraft,
  EventType,
  eventBytes,
  eventKey,
  fitIntoEvent,
  INTAKE_CHAIN,
  roomInEvent,
  textInEvent,
} from '../../../lib/domain/ledger/event.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { aDraft } from './a-ledger.ts';

const anEvent = (changes: object = {}): AuditEvent =>
  AuditEvent.parse({
    v: 1,
    model: 'credit',
    seq: 1,
    prev: GENESIS.hash,
    timestamp: Instant.parse('2026-11-21T09:00:00.000Z'),
    ...aDraft({ event_type: 'release_requested' }),
    ...changes,
  });

const textOf = (event: AuditEvent): string => Buffer.from(eventBytes(event)).toString('utf8');

describe('the bytes of an event (AU-4)', () => {
  it('are one line of JSON that reads back as the event', () => {
    const event = anEvent({ reason: 'two\nlines', details: { nested: { list: [1, true, 'ü'] } } });

    expect(textOf(event)).not.toContain('\n');
    expect(AuditEvent.parse(JSON.parse(textOf(event)))).toEqual(event);
  });

  it('hold every key of the format in the order of canonical JSON, also those that do not apply', () => {
    const keys = Object.keys(JSON.parse(textOf(anEvent())));

    expect(keys).toEqual(Object.keys(AuditEvent.shape).toSorted());
  });

  it('end at 16 KB: one byte more is a fault, not a cut', () => {
    const room = EVENT_MAX_BYTES - eventBytes(anEvent()).length;

    expect(eventBytes(anEvent({ reason: 'x'.repeat(room) }))).toHaveLength(EVENT_MAX_BYTES);
    expect(() => eventBytes(anEvent({ reason: 'x'.repeat(room + 1) }))).toThrow('16385 bytes; the limit is 16384');
  });

  it.each([
    ['a fraction', { details: { share: 0.5 } }],
    ['nothing', { details: { share: null } }],
    ['a lone surrogate', { reason: '\ud800' }],
    ['an unknown key', { personal_data: 'no' }],
    ['nobody as its actor', { actor_id: '' }],
    ['no place in a chain', { seq: 0 }],
    ['a local time', { timestamp: '2026-11-21T09:00:00.000+01:00' }],
  ])('are not made with %s', (_, changes) => {
    expect(() => eventBytes({ ...anEvent(), ...changes } as AuditEvent)).toThrow();
  });
});

describe('the key of an event', () => {
  it('follows from its day, its model and its place', () => {
    expect(eventKey(anEvent({ seq: 42 }))).toBe('events/v1/dt=2026-11-21/model=credit/000000000042.json');
  });

  it('of the intake chain can be no model of anybody', () => {
    expect(eventKey(anEvent({ model: INTAKE_CHAIN }))).toContain('/model=_intake/');
  });
});

describe('a list that an event has room for', () => {
  it('is the whole list if it is short', () => {
    expect(fitIntoEvent(['a', 'b'])).toEqual(['a', 'b']);
    expect(fitIntoEvent(['a', 'x'.repeat(60_000), 'b'])).toEqual(['a', 'b']);
    expect(fitIntoEvent([])).toEqual([]);
  });

  it('has at most 8,000 bytes, however wide its characters are in JSON, in the order of the list', () => {
    const item = fc.record({
      field: hostileText(256),
      problem: fc.constant('\u0001'.repeat(300)),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), (items) => {
        const kept = fitIntoEvent(items);

        expect(kept).toEqual(items.filter((one) => kept.includes(one)));
        expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(8_001);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the text of a person in an event', () => {
  it('is whole if there is room, and else as long as the room that is left', () => {
    expect(textInEvent('a text', 2000, 8)).toBe('a text');
    expect(textInEvent('字'.repeat(300), 2000, 100)).toMatch(/^字{24}… \(300 of at most 2000\)$/);
    expect(textInEvent('x'.repeat(501), 2000)).toMatch(/^x{500}… \(501 of at most 2000\)$/);
    expect(textInEvent('a text', 2000, 0)).toBe('… (6 of at most 2000)');
  });

  it('has the room that an event has left beside its place in a chain', () => {
    const { v: _, model: __, seq: ___, prev: ____, timestamp: _____, ...draft } = anEvent();
    const room = roomInEvent(draft as EventDraft);
    const full = { ...draft, reason: `${draft.reason}${'x'.repeat(room)}` } as EventDraft;

    expect(roomInEvent(full)).toBe(0);
    expect(eventBytes(anEvent({ reason: full.reason })).length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
  });
});

describe('the types of events (AU-1)', () => {
  it('are words in the past tense of the field, but for the sign that nothing happened; none has a second spelling', () => {
    expect(EventType.options.filter((type) => !/^[a-z]+(_[a-z]+)*ed$/.test(type))).toEqual([
      'mails_resent',
      'approval_withdrawn',
      'condition_met',
      'serving_deviation_found',
      'ungoverned_endpoint_found',
      'log_heartbeat',
      'outbox_redriven',
      'legal_hold_set',
      'data_pipeline_ran',
      'unexpected_signing_found',
    ]);
    expect(new Set(EventType.options).size).toBe(EventType.options.length);
  });
});
