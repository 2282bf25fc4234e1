import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { assertMayWait, closingOf, recordMoveFault, settleMove } from '../../../lib/domain/serving/close-endpoint.ts';
import type { FoundEndpoint } from '../../../lib/domain/serving/deployer.ts';
import { NOW } from '../../support/approval-case.ts';
import { refusalCodeOf } from '../../support/refusals.ts';
import { aMove, anEndpoint, aPointer, inProduction, intended, resulting, written } from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, HOUR_MS);
const OURS = 'mortgage-1-2-0-e2';
const found = (changes: Partial<FoundEndpoint> = {}): FoundEndpoint => ({
  serves: OURS,
  headsFor: OURS,
  condition: 'in_service',
  createdAt: NOW,
  ...changes,
});
const moved = aMove({ status: 'moved', endpointConfigName: OURS });
const refused = aMove({ status: 'refused', endpointConfigName: OURS });
const { endpointConfigName: _, ...neverOpened } = refused;
const onNew = aPointer({ endpointName: 'mortgage-eu' });

describe('the endpoint that nothing needs', () => {
  it.each([
    ['the former one after the flip', moved, onNew, found()],
    ['the former one, though a denied release was deployed to it', moved, onNew, found({ serves: 'of-a-promotion' })],
    ['the new one of a refused move', refused, aPointer(), found()],
    ['the new one that could not be created', refused, aPointer(), found({ condition: 'broken' })],
    ['the new one that heads for what the move ordered', refused, aPointer(), found({ serves: 'other' })],
  ])('is deleted: %s', (_, move, pointer, endpoint) => {
    expect(closingOf({ move, pointer, endpoint })).toBe('delete');
    expect(closingOf({ move, pointer, endpoint: { ...endpoint, condition: 'under_way' } })).toBe('wait');
    expect(closingOf({ move, pointer, endpoint: undefined })).toBe('settle');
  });

  it.each([
    ['the model serves from it again', moved, aPointer(), found()],
    ['somebody else made it', refused, aPointer(), found({ serves: 'other', headsFor: 'other' })],
    ['somebody made it under the former name after the move', moved, onNew, found({ createdAt: LATER })],
    ['the move never ordered one', neverOpened, aPointer(), found()],
  ])('is left alone when %s', (_, move, pointer, endpoint) => {
    expect(closingOf({ move, pointer, endpoint })).toBe('settle');
  });

  it('is waited for two hours at most', async () => {
    expect(() => assertMayWait(moved, LATER)).not.toThrow();
    expect(await refusalCodeOf(() => assertMayWait(moved, plusMilliseconds(NOW, 2 * HOUR_MS)))).toBe(
      'RestorationImpossible',
    );
  });
});

describe('a move that has ended', () => {
  const facts = { current: inProduction, left: undefined, now: LATER };

  it('is settled on record when the former endpoint is gone, and its name is free', () => {
    const change = settleMove({ ...facts, move: moved, pointer: onNew, closed: anEndpoint({ status: 'leaving' }) });

    expect(written(change)).toEqual(['replace endpoint_move', 'expect release', 'replace endpoint']);
    expect(resulting(change, 'endpoint_move')).toMatchObject({ status: 'moved', settledAt: LATER });
    expect(resulting(change, 'endpoint')).toMatchObject({ endpointName: 'mortgage', status: 'released' });
    expect(change.event).toMatchObject({
      event_type: 'endpoint_closed',
      details: { endpoint: 'mortgage', outcome: 'moved', serves: 'none' },
    });
    expect(intended(change)).toEqual(['publish Endpoint Closed']);
  });

  it('keeps an endpoint for the model that serves from it again', () => {
    const change = settleMove({ ...facts, move: moved, pointer: aPointer(), closed: anEndpoint() });

    expect(resulting(change, 'endpoint')).toMatchObject({ status: 'owned' });
  });

  it('says what is left under the name of an endpoint that is not the move’s to delete', () => {
    const left = { serves: 'theirs', headsFor: 'theirs', condition: 'in_service', createdAt: LATER } as const;

    const change = settleMove({ ...facts, move: moved, pointer: onNew, closed: anEndpoint(), left });

    expect(change.event.details).toMatchObject({ endpoint: 'mortgage', serves: 'theirs' });
  });

  it('notes a fault, so that asking again starts another execution', () => {
    const change = recordMoveFault(moved, inProduction, 'States.Timeout', LATER);

    expect(resulting(change, 'endpoint_move')).toEqual({ ...moved, faultedAt: LATER });
    expect(change.event).toMatchObject({ event_type: 'endpoint_move_faulted', reason: 'States.Timeout' });
    expect(intended(change)).toEqual(['publish Endpoint Move Faulted']);
  });
});
