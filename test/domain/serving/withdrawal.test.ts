/** What is deleted when a model is taken back to nothing, and what never is (RB-9). */
import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { FoundEndpoint } from '../../../lib/domain/serving/deployer.ts';
import { withdrawalOf } from '../../../lib/domain/serving/withdrawal.ts';
import { NOW } from '../../support/approval-case.ts';
import { aMove, anEndpoint, aPointer, aRollback, inProduction } from '../../support/release-life.ts';

const SERVING = aPointer().endpointConfigName;
const rollback = aRollback({ toReleaseId: '' });
const found = (changes: Partial<FoundEndpoint> = {}, packages: string[] = []) => ({
  packages,
  serves: SERVING,
  headsFor: changes.serves ?? SERVING,
  condition: 'in_service' as const,
  createdAt: NOW,
  ...changes,
});
const facts = {
  rollback,
  pointer: aPointer(),
  current: inProduction,
  move: undefined,
  owner: anEndpoint(),
  now: NOW,
};
const GROUP = (inProduction.modelPackageArn ?? '').replace(/1$/, '');

describe('an endpoint of a model that is taken back to nothing', () => {
  it.each([
    ['it serves what is in production', found()],
    ['it broke under what is in production', found({ condition: 'broken' })],
    [
      'it serves a release of the model that was deployed and not promoted',
      found({ serves: 'mortgage-1-3-0-e3' }, [`${GROUP}2`]),
    ],
  ])('is deleted when %s', (_, endpoint) => {
    expect(withdrawalOf({ ...facts, endpoint })).toEqual({ act: 'delete' });
  });

  it('is deleted with what was found there and nobody approved, and with nothing that came since', () => {
    const takingDown = { ...facts, rollback: { ...rollback, quarantined: 'by-hand' } };

    expect(withdrawalOf({ ...takingDown, endpoint: found({ serves: 'by-hand' }) })).toEqual({ act: 'delete' });
    expect(withdrawalOf({ ...takingDown, endpoint: found({ serves: 'by-others' }) }).act).toBe('refuse');
  });

  it('is not deleted for what was found there once it serves what people approved again', () => {
    const takingDown = (quarantined: string) => ({ ...facts, rollback: { ...rollback, quarantined } });

    expect(withdrawalOf({ ...takingDown('by-hand'), endpoint: found({}, [`${GROUP}1`]) })).toMatchObject({
      act: 'refuse',
      reasons: [{ explanation: 'endpoint mortgage serves what is in production again' }],
    });
    // What was found there was under the name that people approved.
    expect(withdrawalOf({ ...takingDown(SERVING), endpoint: found() })).toEqual({ act: 'delete' });
  });

  it('is gone when there is none', () => {
    expect(withdrawalOf({ ...facts, endpoint: undefined })).toEqual({ act: 'gone' });
  });

  it.each([
    ['refused', 'mortgage-eu'],
    ['moved', 'mortgage'],
  ])('is gone only when the other one of a move that is %s is deleted, too', (status, left) => {
    const move = aMove({ status });

    expect(withdrawalOf({ ...facts, move, endpoint: found() })).toEqual({ act: 'delete' });
    expect(withdrawalOf({ ...facts, move, endpoint: undefined })).toEqual({ act: 'wait' });
    expect(withdrawalOf({ ...facts, move, endpoint: undefined, now: plusMilliseconds(NOW, HOUR_MS) })).toMatchObject({
      act: 'refuse',
      reasons: [{ explanation: `endpoint ${left} could not be deleted in an hour` }],
    });
    expect(withdrawalOf({ ...facts, move: { ...move, settledAt: NOW }, endpoint: undefined })).toEqual({ act: 'gone' });
  });

  it('is waited for while it changes, for an hour at most', () => {
    const endpoint = found({ headsFor: 'of-others', condition: 'under_way' });

    expect(withdrawalOf({ ...facts, endpoint })).toEqual({ act: 'wait' });
    expect(withdrawalOf({ ...facts, endpoint, now: plusMilliseconds(NOW, HOUR_MS) })).toMatchObject({
      act: 'refuse',
      reasons: [{ rule: 'endpoint', explanation: 'endpoint mortgage could not be deleted in an hour' }],
    });
  });

  it('is waited for while a strategy is on its way to it, and while SageMaker goes back from that (RB-9)', () => {
    const hours = (count: number) => plusMilliseconds(NOW, count * HOUR_MS);
    const during = (endsBy: number, now: number) =>
      withdrawalOf({ ...facts, endpoint: found({ condition: 'under_way', endsBy: hours(endsBy) }), now: hours(now) });

    expect(during(8, 0.5)).toEqual({ act: 'wait' });
    expect([during(8, 1), during(8, 8.9), during(8.5, 9)]).toEqual(Array(3).fill({ act: 'wait_long' }));
    expect(during(8, 9)).toMatchObject({ act: 'refuse' });
  });

  it.each([
    ['a model that is no package', ['']],
    ['nothing that is known', []],
    ['a package of another model', [`${GROUP.slice(0, -1)}-too/1`]],
    [
      'a package of another model besides',
      [`${GROUP}1`, 'arn:aws:sagemaker:us-east-1:000000000000:model-package/other/1'],
    ],
  ])('is never touched when it serves %s', (_, packages) => {
    expect(withdrawalOf({ ...facts, endpoint: found({ serves: 'of-others' }, packages) })).toMatchObject({
      act: 'refuse',
      reasons: [
        {
          rule: 'endpoint',
          explanation: 'endpoint mortgage serves of-others, which is no release of mortgage-approval',
        },
      ],
    });
  });

  it('is not touched when another release was promoted since', () => {
    expect(withdrawalOf({ ...facts, pointer: aPointer({ epoch: 3 }), endpoint: found() })).toMatchObject({
      act: 'refuse',
      reasons: [{ rule: 'epoch' }],
    });
  });

  it('is not touched when it belongs to another model', () => {
    const owner = anEndpoint({ modelName: 'other' as never });

    expect(withdrawalOf({ ...facts, owner, endpoint: found() })).toMatchObject({ act: 'refuse' });
  });
});
