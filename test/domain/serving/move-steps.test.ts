import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { FoundEndpoint } from '../../../lib/domain/serving/deployer.ts';
import {
  flipEndpoint,
  moveReasons,
  openingFailure,
  recordOpening,
  refuseMove,
  takenReasons,
} from '../../../lib/domain/serving/move-steps.ts';
import { NOW } from '../../support/approval-case.ts';
import {
  aMove,
  anEmptyPointer,
  anEndpoint,
  aPointer,
  inProduction,
  intended,
  MODEL,
  resulting,
  superseded,
  validated,
  written,
} from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, HOUR_MS);
const taken = anEndpoint({ endpointId: 'mortgage-eu', endpointName: 'mortgage-eu' });
const found: FoundEndpoint = { serves: 'c', headsFor: 'c', condition: 'in_service', createdAt: NOW };
const opened = aMove({ endpointConfigName: 'mortgage-1-2-0-e2', version: 2 });

describe('a move', () => {
  it("goes on while the same release serves from the same endpoint, and the new one is the model's", () => {
    expect(moveReasons({ move: aMove(), pointer: aPointer(), current: inProduction, to: taken })).toEqual([]);
  });

  it.each([
    ['another release was promoted', { pointer: aPointer({ epoch: 3 }) }, ['epoch']],
    ['it serves from elsewhere', { pointer: aPointer({ endpointName: 'elsewhere' }) }, ['epoch']],
    ['nothing serves any more', { pointer: anEmptyPointer() }, ['epoch']],
    ['there is no pointer', { pointer: undefined }, ['epoch']],
    [
      'the pointer was written to name another release',
      { pointer: aPointer({ releaseId: validated.releaseId }), current: validated },
      ['pointer'],
    ],
    ['the move was written to name another release', { current: superseded }, ['pointer']],
    ['the new endpoint went to another model', { to: { ...taken, modelName: 'fraud' as never } }, ['endpoint']],
  ])('stops when %s', (_, changes, rules) => {
    const reasons = moveReasons({ move: aMove(), pointer: aPointer(), current: inProduction, to: taken, ...changes });

    expect(reasons.map(({ rule }) => rule)).toEqual(rules);
  });

  it('takes no endpoint that was there before it ordered one', () => {
    expect(takenReasons(aMove(), undefined)).toEqual([]);
    expect(takenReasons(opened, found)).toEqual([]);
    expect(takenReasons(aMove(), found)).toMatchObject([
      { rule: 'endpoint', explanation: 'there is an endpoint mortgage-eu already, which Assay did not make' },
    ]);
  });

  it('records what the new endpoint is to serve from before it is ordered', () => {
    const change = recordOpening(aMove(), inProduction, 'mortgage-1-2-0-e2', LATER);

    expect(written(change)).toEqual(['replace endpoint_move', 'expect release']);
    expect(resulting(change, 'endpoint_move')).toMatchObject({
      endpointConfigName: 'mortgage-1-2-0-e2',
      updatedAt: LATER,
    });
    expect(change.event).toMatchObject({
      event_type: 'deployment_started',
      details: { endpoint: 'mortgage-eu', endpoint_config: 'mortgage-1-2-0-e2' },
    });
  });

  it('fails by what SageMaker says, or after two hours', () => {
    const pending = { status: 'pending', endpointConfigName: 'c', isNew: true } as const;
    const failure = (status: Parameters<typeof openingFailure>[1], hours: number) =>
      openingFailure(opened, status, plusMilliseconds(NOW, hours * HOUR_MS));

    expect(failure({ status: 'failed', reason: 'no capacity' }, 0)).toBe('no capacity');
    expect(failure(pending, 1)).toBeUndefined();
    expect(failure(pending, 2)).toBe('mortgage-eu has been on its way for two hours');
    expect(failure({ ...pending, status: 'in_service', images: [] } as never, 2)).toBeUndefined();
  });

  it('is refused with every reason, and the pointer is not touched', () => {
    const reasons = ['one', 'two'].map((explanation) => ({ rule: 'r', evidence: '', explanation }));

    const change = refuseMove(opened, inProduction, reasons, LATER);

    expect(written(change)).toEqual(['replace endpoint_move', 'expect release']);
    expect(resulting(change, 'endpoint_move')).toEqual({ ...opened, status: 'refused', updatedAt: LATER });
    expect(change.event).toMatchObject({ event_type: 'endpoint_move_refused', actor_id: 'assay', reason: 'one; two' });
    expect(intended(change)).toEqual(['publish Endpoint Move Refused']);
  });
});

describe('the flip to another endpoint', () => {
  const pointer = aPointer({ fallbackEndpointConfigName: 'mortgage-1-1-0-e1' });
  const facts = { move: opened, pointer, current: inProduction, from: anEndpoint(), to: taken, now: LATER };

  it('is one transaction: the pointer for what serves and for the way back, and both endpoints', () => {
    const change = flipEndpoint(facts);

    expect(written(change)).toEqual([
      'replace pointer',
      'expect release',
      'replace endpoint_move',
      'replace endpoint',
      'replace endpoint',
    ]);
    expect(resulting(change, 'pointer')).toEqual({
      ...pointer,
      endpointName: 'mortgage-eu',
      endpointConfigName: 'mortgage-1-2-0-e2',
    });
    expect(change.writes.slice(-2).map(({ entity }) => entity)).toEqual([
      { ...anEndpoint(), status: 'leaving', since: LATER },
      { ...taken, status: 'owned', since: LATER },
    ]);
    expect(change.event).toMatchObject({
      event_type: 'endpoint_moved',
      actor_id: 'oscar',
      reason: opened.reason,
      approval_state: 'production',
      details: { from: 'mortgage', to: 'mortgage-eu', endpoint_config: 'mortgage-1-2-0-e2' },
    });
    expect(intended(change)).toEqual(['publish Endpoint Moved']);
  });

  it('makes the rows of endpoints that a former version promoted to', () => {
    const change = flipEndpoint({ ...facts, from: undefined, to: undefined });

    expect(written(change).slice(-2)).toEqual(['create endpoint', 'create endpoint']);
    expect(change.writes.at(-1)?.entity).toMatchObject({ endpointId: 'mortgage-eu', modelName: MODEL, version: 0 });
  });

  it('needs a new endpoint', () => {
    expect(() => flipEndpoint({ ...facts, move: aMove() })).toThrow('has no endpoint configuration');
  });
});
