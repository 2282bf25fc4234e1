import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { holding } from '../../../lib/domain/metrics/alerts.ts';
import { Sweep, withDeviations } from '../../../lib/domain/metrics/deviations.ts';
import { momentOf } from '../../../lib/domain/metrics/look.ts';
import { NOW } from '../../support/approval-case.ts';
import { aLook, facts, sweepOf } from './a-look.ts';

const alertsOf = (sweep: ReturnType<typeof sweepOf>) => {
  const { counts: _, ...quiet } = aLook({ sweep });
  return holding(momentOf(quiet)).map(({ name, on }) => [name, on[0]?.labels]);
};
const ours = { model_name: 'mortgage-approval', endpoint: 'mortgage' };

describe('what the sweep found', () => {
  it('is what was approved, where an endpoint was looked at and nothing was found', () => {
    const [served] = withDeviations([facts], { sweptAt: NOW, waiting: [], deviations: [] }, NOW);

    expect(served).toEqual({ ...facts, isServing: true, deployedSha256: facts.governedSha256 });
  });

  it('is not known without a sweep, and not any more two hours after one', () => {
    const at = (sweptAt: typeof NOW | undefined) =>
      withDeviations([facts], { ...(sweptAt && { sweptAt }), waiting: [], deviations: [] }, NOW)[0]?.deployedSha256;
    const { governedSha256: _, ...unpinned } = facts;

    expect(at(undefined)).toBeUndefined();
    expect(at(plusMilliseconds(NOW, -2 * HOUR_MS))).toBe(facts.governedSha256);
    expect(at(plusMilliseconds(NOW, -2 * HOUR_MS - 1))).toBeUndefined();
    expect(
      withDeviations([unpinned], { sweptAt: NOW, waiting: [], deviations: [] }, NOW)[0]?.deployedSha256,
    ).toBeUndefined();
  });

  it('is not known of an endpoint that was listed and still waits to be looked at, whatever the spelling', () => {
    const matchesOf = (waiting: string[]) => {
      const { samples } = momentOf(aLook({ sweep: { sweptAt: NOW, waiting, deviations: [] } }));
      return samples.filter(({ name }) => /deployed_hash|hash_match/.test(name)).length;
    };

    expect(matchesOf(['another'])).toBe(2);
    expect(matchesOf(['Mortgage'])).toBe(0);
    expect(alertsOf({ ...sweepOf({ alerts: ['GovernanceRecordMismatch'] }), waiting: ['mortgage'] })).toEqual([
      ['GovernanceRecordMismatch', ours],
    ]);
  });

  it('of a former version names none that wait', () => {
    expect(Sweep.parse({ sweptAt: NOW, deviations: [] }).waiting).toEqual([]);
  });

  it('counts an endpoint that is gone or broken neither as serving nor as governed, and raises no alert', () => {
    const sweep = sweepOf({ alerts: [] });
    const { samples } = momentOf(aLook({ sweep }));
    const said = (name: string) => samples.filter((one) => one.name === name).map(({ value }) => value);

    expect(said('model_serving_active')).toEqual([0]);
    expect([said('governance_status'), said('model_deployed_hash'), said('governance_model_hash_match')]).toEqual([
      [],
      [],
      [],
    ]);
    expect(alertsOf(sweep)).toEqual([]);
    expect(withDeviations([], sweep, NOW)).toEqual([]);
  });

  it('raises its alerts on the model that it is about, whatever the spelling of its endpoint', () => {
    expect(alertsOf(sweepOf({ alerts: ['GovernanceRecordMismatch'] }))).toEqual([['GovernanceRecordMismatch', ours]]);
    expect(alertsOf(sweepOf({ alerts: ['ModelMissingGovernanceRecord'] }))).toEqual([
      ['ModelMissingGovernanceRecord', ours],
    ]);
    expect(alertsOf(sweepOf({ alerts: ['ModelMissingGovernanceRecord', 'GovernanceRecordMismatch'] }))).toHaveLength(2);
    expect(alertsOf(sweepOf({ alerts: [] }))).toEqual([]);
  });

  it('raises them on an endpoint that no release in production serves from', () => {
    const rogue = { endpointName: 'rogue', modelName: '' };
    const labels = { model_name: '', endpoint: 'rogue' };

    expect(alertsOf(sweepOf({ ...rogue, alerts: ['ModelMissingGovernanceRecord'] }))).toEqual([
      ['ModelMissingGovernanceRecord', labels],
    ]);
    expect(alertsOf(sweepOf({ ...rogue, alerts: ['GovernanceRecordMismatch'] }))).toEqual([
      ['GovernanceRecordMismatch', labels],
    ]);
  });
});
