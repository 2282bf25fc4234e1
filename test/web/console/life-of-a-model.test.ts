import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../lib/domain/ledger/event.ts';
import { marksIn, reignsIn } from '../../../lib/web/console/life-of-a-model.ts';

const event = (type: string, day: number, changes: object = {}): AuditEvent =>
  ({
    event_type: type,
    timestamp: `2026-11-${String(day).padStart(2, '0')}T09:00:00.000Z`,
    release_id: 'churn-1',
    model_version: '1.0.0',
    reason: '',
    details: {},
    ...changes,
  }) as AuditEvent;

const second = { release_id: 'churn-2', model_version: '2.0.0' };

describe('what a model served when', () => {
  it('is ended by the next promotion, and by a rollback, which begins another', () => {
    const reigns = reignsIn([
      event('deployment_promoted', 1),
      event('approval_expired', 2),
      event('deployment_promoted', 3, second),
      event('rollback_executed', 5, { ...second, details: { to: 'churn-1' } }),
    ]);

    expect(reigns.map(({ version, endedBy, to }) => [version, endedBy, to?.slice(8, 10)])).toEqual([
      ['1.0.0', 'promotion', '03'],
      ['2.0.0', 'rollback', '05'],
      ['1.0.0', undefined, undefined],
    ]);
  });

  it('has a gap after a rollback to nothing, which the next promotion does not fill', () => {
    const reigns = reignsIn([
      event('deployment_promoted', 1),
      event('rollback_executed', 2, { details: { to: '' } }),
      event('deployment_promoted', 4, second),
    ]);

    expect(reigns.map(({ version, to }) => [version, to?.slice(8, 10)])).toEqual([
      ['1.0.0', '02'],
      ['2.0.0', undefined],
    ]);
  });

  it('calls a release of which no event is known by its id, and ends nothing that did not begin', () => {
    const reigns = reignsIn([
      event('rollback_executed', 2, { details: { to: 'churn-0' } }),
      event('rollback_executed', 3, {}),
    ]);

    expect(reigns.map(({ version }) => version)).toEqual(['churn-0']);
  });
});

describe('what else happened to it', () => {
  it('is what people look for on a line of time, with the reason where one was given', () => {
    expect(
      marksIn([
        event('deployment_promoted', 1),
        event('approval_expired', 2),
        event('rollback_executed', 3, { reason: 'errors doubled' }),
      ]).map(({ kind, what }) => [kind, what]),
    ).toEqual([
      ['expiry', 'Approval expired'],
      ['rollback', 'Rolled back: errors doubled'],
    ]);
  });
});
