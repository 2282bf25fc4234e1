import { describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { FoundEndpoint } from '../../../lib/domain/serving/deployer.ts';
import {
  isGivenUp,
  recordNotRestored,
  recordNotRestoredAfter,
  recordRestored,
  recordRestoredAfter,
  recordSettled,
} from '../../../lib/domain/serving/record-restoration.ts';
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
const pointer = aPointer({ releaseId: 'mortgage-1-1-0' as never, endpointConfigName: 'wanted' });
const owner = anEndpoint();
const { endpointConfigName: DENIED = '', ...undeployed } = deployed;
const found = (serves: string): FoundEndpoint => ({
  serves,
  headsFor: serves,
  condition: 'in_service',
  createdAt: NOW,
});

describe('a restored endpoint', () => {
  it.each([
    ['what is in production', pointer, found('wanted'), 'wanted'],
    ['what it was adopted with', undefined, found('adopted'), 'adopted'],
    ['nothing, because it is gone', undefined, undefined, 'none'],
  ])('is on record as serving %s, and the release is deployed no more', (_, production, endpoint, config) => {
    const change = recordRestored(deployed, { pointer: production, owner: undefined, endpoint }, LATER);

    expect(written(change)).toEqual(['replace release']);
    expect(resulting(change, 'release')).toEqual({ ...undeployed, updatedAt: LATER });
    expect(change.event).toMatchObject({
      event_type: 'endpoint_restored',
      approval_state: 'approved',
      idempotency_key: `${deployed.releaseId}:restored:${deployed.version}`,
      details: { endpoint: 'mortgage', endpoint_config: config },
    });
    expect(intended(change)).toEqual(['publish Endpoint Restored', 'notify not_deployed']);
  });

  it('is left alone where what is in production serves from another by now, and people hear that the deployment failed', () => {
    const change = recordSettled(deployed, { endpoint: found('of-others') }, LATER);

    expect(written(change)).toEqual(['replace release']);
    expect(resulting(change, 'release')).toEqual({ ...undeployed, updatedAt: LATER });
    expect(change.event).toMatchObject({
      event_type: 'restoration_settled',
      details: { endpoint: 'mortgage', serves: 'of-others', heads_for: 'of-others' },
    });
    expect(intended(change)).toEqual(['publish Restoration Settled', 'notify not_deployed']);
    expect(recordSettled(deployed, { endpoint: undefined }, LATER).event.details).toMatchObject({ serves: 'none' });
  });

  it('is free again when it is gone, and nothing of its model is in production (GT-8)', () => {
    const change = recordRestored(deployed, { pointer: undefined, owner, endpoint: undefined }, LATER);

    expect(written(change)).toEqual(['replace release', 'replace endpoint']);
    expect(resulting(change, 'endpoint')).toEqual({ ...owner, status: 'released' });
  });

  it.each([
    ['its model serves from it', { pointer, owner, endpoint: found('wanted') }],
    ['it was adopted, and is there', { pointer: undefined, owner, endpoint: found('adopted') }],
    ['it is another model’s', { pointer: undefined, owner: anEndpoint({ modelName: 'other' as never }) }],
    ['it was released before', { pointer: undefined, owner: anEndpoint({ status: 'released' }) }],
  ])('stays as it is when %s', (_, facts) => {
    expect(written(recordRestored(deployed, { endpoint: undefined, ...facts }, LATER))).toEqual(['replace release']);
  });
});

describe('an endpoint that could not be restored', () => {
  const facts = { pointer, owner, endpoint: found(DENIED), why: 'it could not be changed' };

  it('is on record with what it serves, and the release says so once', () => {
    const change = recordNotRestored(deployed, facts, LATER);

    expect(written(change)).toEqual(['replace release']);
    const after = resulting(change, 'release');
    expect(after).toEqual({
      ...deployed,
      updatedAt: LATER,
      reasons: [...deployed.reasons, { rule: 'restoration', evidence: '', explanation: 'it could not be changed' }],
    });
    expect([isGivenUp(deployed), isGivenUp(after)]).toEqual([false, true]);
    expect(change.event).toMatchObject({
      event_type: 'endpoint_not_restored',
      reason: 'it could not be changed',
      idempotency_key: `${deployed.releaseId}:not_restored:${deployed.version}`,
      details: { endpoint: 'mortgage', endpoint_config: 'wanted', serves: DENIED, heads_for: DENIED },
    });
    expect(intended(change)).toEqual(['publish Endpoint Not Restored', 'notify not_deployed']);
  });

  it('is no longer the model’s if it serves what others deployed, and nothing is in production (GT-8)', () => {
    const others = { ...facts, pointer: undefined, endpoint: found('of-others') };
    const change = recordNotRestored(deployed, others, LATER);

    expect(written(change)).toEqual(['replace release', 'replace endpoint']);
    expect(resulting(change, 'endpoint').status).toBe('released');
    expect(resulting(change, 'release').endpointConfigName).toBeUndefined();
    expect(change.event.details).toMatchObject({ endpoint_config: 'none', serves: 'of-others' });
  });

  it.each([
    ['serves the denied release', { pointer: undefined }],
    ['is what the model serves from', { endpoint: undefined }],
  ])('stays the model’s while it %s', (_, changes) => {
    const change = recordNotRestored(deployed, { ...facts, ...changes }, LATER);

    expect(written(change)).toEqual(['replace release']);
  });

  it('should serve nothing, if what is in production was moved to another endpoint', () => {
    const moved = { ...pointer, endpointName: 'mortgage-2', endpointConfigName: 'config-of-mortgage-2' };
    const { event } = recordNotRestored(deployed, { ...facts, pointer: moved }, LATER);

    expect(event.details).toMatchObject({ endpoint: 'mortgage', endpoint_config: 'none', serves: DENIED });
  });

  it('is tried again by the next attempt', () => {
    expect(isGivenUp(approved)).toBe(false);
  });
});

describe('people whom a release concerns (GT-5)', () => {
  const facts = { pointer, owner, endpoint: found('wanted'), why: 'it could not be changed' };
  const ends = [recordRestored, recordNotRestored];
  const toldBy = (release: typeof deployed) =>
    ends.map((end) =>
      end(release, facts, LATER).intents.flatMap(({ intent }) => (intent.kind === 'notify_people' ? [intent] : [])),
    );

  it('hear of each attempt once that its deployment failed, when it is known what serves instead', () => {
    const told = { kind: 'notify_people', releaseId: deployed.releaseId, outcome: 'not_deployed', occasion: '3' };

    expect(toldBy({ ...deployed, promotionAttempt: 3 })).toEqual([[told], [told]]);
  });

  it.each(['rejected', 'expired'])('hear something else of one that is %s by then', (state) => {
    expect(toldBy({ ...deployed, state })).toEqual([[], []]);
  });
});

describe('an endpoint after a refused rollback', () => {
  const refused = aRollback({ status: 'refused', endpointConfigName: 'fallback' });
  const serving = aPointer();

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

  it.each([
    ['what it serves', found('fallback'), 'fallback'],
    ['that it is gone', undefined, 'none'],
    ['that nobody could look', 'unknown' as const, 'unknown'],
  ])('is on record as not restored, with %s', (_, endpoint, serves) => {
    const facts = { current: inProduction, pointer: serving, why: 'it is broken', endpoint, now: LATER };
    const change = recordNotRestoredAfter(refused, facts);

    expect(written(change)).toEqual(['replace rollback', 'expect release']);
    expect(resulting(change, 'rollback')).toEqual({ ...refused, givenUpAt: LATER });
    expect(change.event).toMatchObject({
      event_type: 'endpoint_not_restored',
      reason: 'it is broken',
      details: { endpoint_config: serving.endpointConfigName, serves, heads_for: serves },
    });
    expect(intended(change)).toEqual(['publish Endpoint Not Restored']);
  });
});
