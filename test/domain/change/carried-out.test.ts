import { describe, expect, it } from 'vitest';
import { isAtOnce, needsLease, shipsWithNext } from '../../../lib/domain/change/carried-out.ts';
import { Intent } from '../../../lib/domain/change/change.ts';
import { kindAt, outboxPartition } from '../../../lib/domain/change/partitions.ts';
import { NOW } from '../../support/approval-case.ts';
import { aChange } from '../../support/release-store.contract.ts';

const KINDS = Intent.options.map(({ shape }) => shape.kind.value);

describe('what is carried out', () => {
  it('without a lease is only what its target knows again', () => {
    expect(KINDS.filter((kind) => !needsLease(kind))).toEqual([
      'start_execution',
      'resume_execution',
      'notify_people',
      'sync_registry',
      'publish_event',
    ]);
    expect(KINDS.filter(isAtOnce)).toEqual(['start_execution', 'resume_execution', 'publish_event']);
  });

  it('by one dispatcher alone is everything that reaches a person, that another version noted, or that lies nowhere', () => {
    for (const kind of ['send_approval_mail', 'send_notice', 'notify_regulator', '3', undefined])
      expect(needsLease(kind)).toBe(true);
  });

  it('has its kind in its partition', () => {
    for (const kind of KINDS) expect(kindAt(`${outboxPartition(kind)}3`)).toBe(kind);
    expect(kindAt('OUTBOX')).toBeUndefined();
  });
});

describe('an event', () => {
  const { event } = aChange('credit', []);
  const step = { ...event, event_type: 'stage_evaluated' } as const;
  const sync = { intent: { kind: 'sync_registry', releaseId: 'r-1' } } as const;

  it('of a step that another follows ships with the next one', () => {
    expect(shipsWithNext({ event: step, intents: [] })).toBe(true);
    expect(shipsWithNext({ event: step, intents: [{ ...sync, dueAt: NOW }] })).toBe(true);
  });

  it('of any other change, or with a side effect at once, ships by itself', () => {
    expect(shipsWithNext({ event, intents: [] })).toBe(false);
    expect(shipsWithNext({ event: step, intents: [sync] })).toBe(false);
  });
});
