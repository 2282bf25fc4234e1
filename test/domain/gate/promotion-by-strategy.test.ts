/** What a promotion records and waits for, if people approved a strategy by which traffic is brought over (GT-5). */
import { describe, expect, it } from 'vitest';
import { deploymentFailure, recordDeploymentFailed } from '../../../lib/domain/gate/promotion.ts';
import { recordDeployment } from '../../../lib/domain/gate/record-deployment.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { isPromoting, pendingWord } from '../../../lib/domain/release/promotion-attempt.ts';
import { aStrategy, gradually } from '../../support/a-strategy.ts';
import { NOW } from '../../support/approval-case.ts';
import { A_FREEZE, approved, DEPLOYED, deployed, policy } from '../../support/release-life.ts';

const secondsIn = (seconds: number) => plusMilliseconds(deployed.updatedAt, seconds * 1000);

describe('a deployment by a strategy that is under way', () => {
  const pending = { status: 'pending', endpointConfigName: 'mortgage-1-2-0-e2', isNew: false } as const;
  const slow = gradually(deployed);

  it('may take longer by what its strategy may take, and is not silent meanwhile', () => {
    expect(deploymentFailure(slow, pending, secondsIn(7200 + 10_800))).toBeUndefined();
    expect(isPromoting(slow, secondsIn(7200 + 10_800))).toBe(true);
    expect(deploymentFailure(slow, pending, secondsIn(7201 + 10_800))).toBe(
      'the endpoint has been on its way for two hours beyond what its strategy may take',
    );
    expect(isPromoting(slow, secondsIn(3 * 3600 + 10_800))).toBe(false);
    expect(isPromoting(deployed, secondsIn(3 * 3600))).toBe(false);
  });

  it('is silent after three hours if it creates the endpoint, and before anything was ordered', () => {
    const creates = { ...slow, createsEndpoint: true };

    for (const release of [creates, gradually(approved)]) {
      expect(isPromoting(release, secondsIn(3 * 3600 - 1))).toBe(true);
      expect(isPromoting(release, secondsIn(3 * 3600))).toBe(false);
    }
    expect(pendingWord(creates, secondsIn(3601))).toBe('pending');
  });

  it('is given up after two hours if the endpoint comes into being, where no strategy applies', () => {
    expect(deploymentFailure(slow, { ...pending, isNew: true }, secondsIn(7201))).toBe(
      'the endpoint has been on its way for two hours',
    );
  });

  it('is looked at less often after its first hour', () => {
    expect(pendingWord(slow, secondsIn(3600))).toBe('pending');
    expect(pendingWord(slow, secondsIn(3601))).toBe('still_pending');
    expect(pendingWord(deployed, secondsIn(3601))).toBe('pending');
  });
});

describe('the record of a deployment', () => {
  const ordered = { endpointConfigName: 'mortgage-e1', endpoint: undefined, isNew: false, ...DEPLOYED, now: NOW };
  const writtenAs = (isNew: boolean) =>
    recordDeployment({ ...gradually(approved), createsEndpoint: true }, { ...ordered, isNew }).writes[0]?.entity;
  const detailsOf = (release: typeof approved, isNew = false) =>
    recordDeployment(release, { ...ordered, isNew }).event.details;

  it('has the strategy that people approved, and whether there is a fleet to bring traffic from', () => {
    expect(detailsOf(gradually(approved))).toMatchObject({ strategy: aStrategy(), strategy_applies: true });
    expect(detailsOf(gradually(approved), true)).toMatchObject({ strategy: aStrategy(), strategy_applies: false });
    expect(detailsOf(approved)).not.toHaveProperty('strategy');
  });

  it('keeps on the release whether it creates the endpoint', () => {
    expect(writtenAs(true)).toMatchObject({ createsEndpoint: true });
    expect(writtenAs(false)).not.toHaveProperty('createsEndpoint');
  });

  it('has room for the longest strategy that a manifest may ask for, and for as many windows as go beside it', () => {
    const alarms = Array.from({ length: 10 }, (_, n) => `${n}${'\\'.repeat(254)}`);
    const slow = gradually(approved, aStrategy({ alarms }));
    const deployed = { ...DEPLOYED.deployed, policy: { ...policy, freezes: Array(100).fill(A_FREEZE) } };
    const { event } = recordDeployment(slow, { ...ordered, deployed });

    expect(event.details).toMatchObject({ freezes_total: 100 });
    expect(() => sealEvent(event, approved.modelName, GENESIS, NOW)).not.toThrow();
  });

  it('that SageMaker rolled back says by which strategy it came, and what serves instead', () => {
    const failed = { why: 'endpoint serves mortgage-e0, not mortgage-e1: alarm', serves: 'mortgage-e0', now: NOW };

    expect(recordDeploymentFailed(gradually(deployed), failed).event).toMatchObject({
      event_type: 'deployment_failed',
      approval_state: 'approved',
      details: { strategy: 'CANARY', serves: 'mortgage-e0' },
    });
    expect(recordDeploymentFailed(deployed, { why: 'no capacity', now: NOW }).event.details).toEqual({});
  });
});
