/** Every type of event is described, and has an example that was written as it is described (AU-1 to AU-3). */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDITED, EVENT_CATALOGUE, undescribed } from '../../../lib/domain/ledger/catalogue/catalogue.ts';
import { cataloguePage, eventSchema } from '../../../lib/domain/ledger/catalogue/published.ts';
import { AuditEvent, EventType, eventBytes } from '../../../lib/domain/ledger/event.ts';

const EXAMPLES = new URL('../../../docs/formats/audit-event.examples.ndjson', import.meta.url);
const lines = readFileSync(EXAMPLES, 'utf8').trimEnd().split('\n');
const examples = lines.map((line) => AuditEvent.parse(JSON.parse(line)));
/** A reader that is not ours. */
const isEvent = new Ajv({ strict: false }).compile(JSON.parse(eventSchema()));

const VECTORS = ['bundle', 'after-denial', 'denial-answer', 'heartbeat', 'decision-key'].flatMap((name) =>
  readFileSync(new URL(`../../vectors/ledger-${name}.ndjson`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n'),
);

describe('the catalogue of events (AU-1, AU-2, AU-3)', () => {
  it('has a row and one example for every type, in the order of the types', () => {
    expect(Object.keys(EVENT_CATALOGUE).sort()).toEqual([...EventType.options].sort());
    expect(examples.map(({ event_type }) => event_type)).toEqual(EventType.options);
  });

  it.each(EventType.options)('describes every member of its example, and demands none that it lacks: %s', (type) => {
    const details = examples.find(({ event_type }) => event_type === type)?.details;

    // The schema leaves out what it does not describe.
    expect(EVENT_CATALOGUE[type].details.parse(details)).toEqual(details);
  });

  it('has the very bytes of events as its examples', () => {
    expect(examples.map((event) => Buffer.from(eventBytes(event)).toString('utf8'))).toEqual(lines);
  });

  it('says which members it does not describe, and takes any where SageMaker chooses them', () => {
    expect(undescribed('log_heartbeat', { log_size: 3, mood: 'fine' })).toEqual(['mood']);
    expect(undescribed('training_completed', { image: 'train' })).toEqual([]);
  });

  it('names in every answer to an auditor only types that there are', () => {
    expect(Object.values(AUDITED).flat()).toEqual(expect.arrayContaining(['configuration_changed']));
    expect(
      Object.values(AUDITED)
        .flat()
        .filter((type) => !(type in EVENT_CATALOGUE)),
    ).toEqual([]);
  });
});

describe('a version that goes out of service (AU-2)', () => {
  const exampleOf = (type: EventType) =>
    examples.find(({ event_type }) => event_type === type) ?? expect.unreachable(`${type} has no example`);

  it('is named by the promotion of what replaces it, with the change that it came by', () => {
    expect(exampleOf('deployment_promoted')).toMatchObject({
      release_id: 'hmda-mortgage-1.2.0',
      details: { superseded: 'hmda-mortgage-1.1.0', change_id: 'CHG-1.2.0' },
    });
  });

  it('is named by a rollback, with the reason and what serves instead', () => {
    const { reason, details } = exampleOf('rollback_executed');

    expect(reason).not.toBe('');
    expect(details).toMatchObject({ from: 'hmda-mortgage-1.2.0', to: 'hmda-mortgage-1.1.0' });
  });
});

describe('the published schema of events', () => {
  it.each([...lines, ...VECTORS])('takes what was written: %s', (line) => {
    expect(isEvent(JSON.parse(line))).toBe(true);
  });

  it('takes any event with fewer members of details, and with others that are not known here', () => {
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.nat(), (event, keep) => {
        const kept = Object.entries(event.details).filter((_, index) => (keep >> index) % 2 === 0);
        const details = { ...Object.fromEntries(kept), of_another_version: 'text' };

        expect(isEvent({ ...event, details })).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses an event without one of its own members, and details of another type', () => {
    const [event] = examples;
    const { actor_id: _, ...without } = event ?? {};

    expect(isEvent(without)).toBe(false);
    expect(isEvent({ ...event, details: { requested_by: 7 } })).toBe(false);
  });
});

describe('the page of the catalogue', () => {
  it('has a row for every type', () => {
    const rows = [...cataloguePage().matchAll(/^\| `(\w+)` \|/gm)].map(([, type]) => type);

    expect(rows).toEqual(EventType.options);
  });
});
