import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { Endpoint } from '../../../lib/domain/records/endpoint.ts';
import type { FoundEndpoint } from '../../../lib/domain/serving/deployer.ts';
import {
  recordRestored,
  recordRestoredAfter,
  restorationAfter,
  restorationOf,
} from '../../../lib/domain/serving/restoration.ts';
import { NOW } from '../../support/approval-case.ts';
import {
  anEndpoint,
  aPointer,
  approved,
  aRollback,
  deployed,
  inProduction,
  intended,
  resulting,
  written,
} from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const DENIED = deployed.endpointConfigName ?? '';
const WANTED = 'mortgage-1-1-0-e1';
const pointer = aPointer({ releaseId: 'mortgage-1-1-0' as never, endpointConfigName: WANTED });

const found = (changes: Partial<FoundEndpoint> = {}): FoundEndpoint => ({
  serves: DENIED,
  headsFor: changes.serves ?? DENIED,
  condition: 'in_service',
  createdAt: LATER,
  ...changes,
});
const underWay = (serves: string, headsFor: string) => found({ serves, headsFor, condition: 'under_way' });
const act = (endpoint: FoundEndpoint | undefined, production: typeof pointer | undefined = pointer) =>
  restorationOf({ release: deployed, pointer: production, rollback: undefined, endpoint, owner: undefined }).act;

describe('an endpoint that the model no longer serves from', () => {
  const elsewhere = aPointer({ endpointName: 'elsewhere', endpointConfigName: WANTED });
  const older = { createdAt: plusMilliseconds(NOW, -60_000) };

  it.each([
    ['is deleted if it came into being for the denied release', found(), 'delete'],
    ['is left to the move that deletes it', found(older), 'leave'],
    ['is left alone if it serves what is in production', found({ serves: WANTED }), 'leave'],
    ['is waited for while it heads for the denied release', underWay(WANTED, DENIED), 'wait'],
    ['may be gone', undefined, 'leave'],
  ])('%s', (_, endpoint, expected) => {
    expect(act(endpoint, elsewhere)).toBe(expected);
  });
});

describe('an endpoint that serves what was denied', () => {
  it('goes back to what is in production', () => {
    expect(
      restorationOf({ release: deployed, pointer, rollback: undefined, endpoint: found(), owner: undefined }),
    ).toEqual({
      act: 'point_back',
      endpointConfigName: WANTED,
    });
  });

  it.each([
    ['it heads back', underWay(DENIED, WANTED)],
    ['it still heads for what was denied', underWay(WANTED, DENIED)],
    ['it is scaled', underWay(DENIED, DENIED)],
    ['it heads for what others deploy, and may fall back', underWay(DENIED, 'of-others')],
    ['it serves what is in production and is scaled', underWay(WANTED, WANTED)],
  ])('is waited for while %s', (_, endpoint) => {
    expect(act(endpoint)).toBe('wait');
  });

  it('is restored when it serves what is in production', () => {
    expect(act(found({ serves: WANTED }))).toBe('restored');
  });

  it.each([
    ['it serves what others deployed', found({ serves: 'of-others' })],
    ['it heads from one thing of others to another', underWay('of-others', 'of-others-too')],
    ['it is not there', undefined],
    ['it broke under what is in production', found({ serves: WANTED, condition: 'broken' })],
  ])('is left alone when %s', (_, endpoint) => {
    expect(act(endpoint)).toBe('leave');
  });

  it.each([
    ['requested' as const, 'wait'],
    ['paused', 'wait'],
    ['refused' as const, 'point_back'],
  ])('is left to a rollback under way: one that is %s', (status, act) => {
    const rollback = aRollback({ status });

    expect(restorationOf({ release: deployed, pointer, rollback, endpoint: found(), owner: anEndpoint() }).act).toBe(
      act,
    );
  });

  it('is updated again when it fell back to what was denied', () => {
    expect(act(found({ condition: 'in_service' }))).toBe('point_back');
  });
});

describe('an endpoint of a model that has nothing in production', () => {
  const actAlone = (endpoint: FoundEndpoint | undefined, owner?: Endpoint) =>
    restorationOf({ release: deployed, pointer: undefined, rollback: undefined, endpoint, owner }).act;

  it.each(['in_service', 'broken'] as const)('created for a denied release and %s is deleted', (condition) => {
    expect(actAlone(found({ condition }))).toBe('delete');
    expect(actAlone(found({ condition, createdAt: deployed.approvedAt as never }))).toBe('delete');
  });

  it('is waited for while it is on its way or being deleted', () => {
    expect(actAlone(underWay(DENIED, DENIED))).toBe('wait');
  });

  it('is restored when it is not there', () => {
    expect(actAlone(undefined)).toBe('restored');
  });

  it('that was there before the approval is left to people', () => {
    expect(actAlone(found({ createdAt: plusMilliseconds(NOW, -1) }))).toBe('not_ours');
  });

  it('that was adopted is left to people, though it is younger than the approval', () => {
    const since = plusMilliseconds(LATER, HOUR_MS);

    expect(actAlone(found(), anEndpoint({ since }))).toBe('not_ours');
    expect(actAlone(found(), anEndpoint())).toBe('delete');
    expect(actAlone(found(), anEndpoint({ since: plusMilliseconds(LATER, 999) }))).toBe('delete');
  });

  it('that serves something else is left alone', () => {
    expect(actAlone(found({ serves: 'of-others' }))).toBe('leave');
  });
});

describe('a restoration', () => {
  it('needs a deployment', () => {
    const facts = { pointer, rollback: undefined, endpoint: found(), owner: undefined };

    expect(() => restorationOf({ ...facts, release: approved })).toThrow('has no endpointConfigName');
  });

  it.each([
    [pointer, WANTED],
    [undefined, 'none'],
  ])('is on record with what the endpoint serves now, and the release is deployed no more', (production, config) => {
    const change = recordRestored(deployed, { pointer: production, owner: undefined }, LATER);

    const { endpointConfigName: _, ...undeployed } = deployed;
    expect(written(change)).toEqual(['replace release']);
    expect(resulting(change, 'release')).toEqual({ ...undeployed, updatedAt: LATER });
    expect(change.event).toMatchObject({
      event_type: 'endpoint_restored',
      approval_state: 'approved',
      idempotency_key: `${deployed.releaseId}:restored:${deployed.version}`,
      details: { endpoint: 'mortgage', endpoint_config: config },
    });
    expect(intended(change)).toEqual(['publish Endpoint Restored']);
  });
});

describe('the endpoint of a denied release (GT-8)', () => {
  const owner = anEndpoint();

  it('is free again when nothing of its model is in production', () => {
    const change = recordRestored(deployed, { pointer: undefined, owner }, LATER);

    expect(written(change)).toEqual(['replace release', 'replace endpoint']);
    expect(resulting(change, 'endpoint')).toEqual({ ...owner, status: 'released' });
  });

  it.each([
    ['its model serves from it', { pointer, owner }],
    ['it is another model’s', { pointer: undefined, owner: anEndpoint({ modelName: 'other' as never }) }],
    ['it was released before', { pointer: undefined, owner: anEndpoint({ status: 'released' }) }],
  ])('stays as it is when %s', (_, facts) => {
    expect(written(recordRestored(deployed, facts, LATER))).toEqual(['replace release']);
  });
});

describe('an endpoint that serves the fallback of a refused rollback', () => {
  const FALLBACK = 'mortgage-1-1-0-e3';
  const refused = aRollback({ status: 'refused', endpointConfigName: FALLBACK });
  const serving = aPointer();
  const actAfter = (endpoint: FoundEndpoint | undefined, rollback = refused) =>
    restorationAfter(rollback, serving, endpoint).act;

  it('goes back to what is in production', () => {
    expect(restorationAfter(refused, serving, found({ serves: FALLBACK }))).toEqual({
      act: 'point_back',
      endpointConfigName: serving.endpointConfigName,
    });
  });

  it.each([
    ['on its way to the fallback', underWay(serving.endpointConfigName, FALLBACK), 'wait'],
    ['back', found({ serves: serving.endpointConfigName }), 'restored'],
    ['serving something else', found({ serves: 'of-others' }), 'leave'],
    ['not there', undefined, 'leave'],
  ])('that is %s', (_, endpoint, expected) => {
    expect(actAfter(endpoint)).toBe(expected);
  });

  it('is left alone if the rollback ordered nothing', () => {
    expect(actAfter(found({ serves: FALLBACK }), aRollback({ status: 'refused' }))).toBe('leave');
  });

  it('is on record as restored, and the rollback has no configuration any more', () => {
    const change = recordRestoredAfter(refused, inProduction, serving);

    expect(written(change)).toEqual(['replace rollback', 'expect release']);
    expect(resulting(change, 'rollback')).toEqual(aRollback({ status: 'refused' }));
    expect(change.event).toMatchObject({
      event_type: 'endpoint_restored',
      release_id: inProduction.releaseId,
      idempotency_key: `${refused.rollbackId}:restored:${refused.version}`,
      details: { endpoint: serving.endpointName, endpoint_config: serving.endpointConfigName },
    });
  });
});
