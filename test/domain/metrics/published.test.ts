import { describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { countsFrom } from '../../../lib/domain/metrics/event-counts.ts';
import { publishedData } from '../../../lib/domain/metrics/published.ts';
import { NOW } from '../../support/approval-case.ts';
import { aLook, facts } from './a-look.ts';

const fleet = { perModel: false };
const models = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ...facts,
    modelName: `m-${at}`,
    endpointName: `e-${at}`,
    releaseId: `r-${at}`,
  }));
const find = (data: ReturnType<typeof publishedData>, name: string) => data.filter((datum) => datum.name === name);

describe('what is sent to CloudWatch', () => {
  it('is the fleet: sums, the oldest approval, and statuses by their word', () => {
    const [one, other] = models(2);
    const older = { ...other, approvedAt: plusMilliseconds(NOW, -60_000) } as typeof facts;
    const expired = { ...older, approvedUntil: NOW };
    const data = publishedData(aLook({ serving: [one as typeof facts, expired] }), fleet);

    expect(find(data, 'model_serving_active')).toEqual([{ name: 'model_serving_active', dimensions: {}, value: 2 }]);
    expect(find(data, 'governance_required_stages_total')[0]?.value).toBe(14);
    expect(find(data, 'governance_approval_age_seconds')[0]?.value).toBe(60);
    expect(find(data, 'governance_approval_timestamp')[0]?.value).toBe(Date.parse(NOW) / 1000 - 60);
    expect(find(data, 'governance_status')).toEqual([
      { name: 'governance_status', dimensions: { governance_status: 'governed' }, value: 1 },
      { name: 'governance_status', dimensions: { governance_status: 'expired' }, value: 1 },
    ]);
    expect(find(data, 'GovernanceApprovalExpired')).toEqual([
      { name: 'GovernanceApprovalExpired', dimensions: {}, value: 1 },
    ]);
    expect(data.every(({ dimensions }) => dimensions['model_name'] === undefined)).toBe(true);
  });

  it('is the share, the windows and the median that CloudWatch does not compute', () => {
    const data = publishedData(aLook(), fleet);

    expect(find(data, 'governance_pipeline_pass_ratio')[0]?.value).toBe(0.75);
    expect(
      find(data, 'governance_check_failures_by_stage').map(({ dimensions, value }) => [dimensions['stage'], value]),
    ).toEqual([
      ['model_card', 2],
      ['safety_evaluation', 1],
    ]);
    expect(find(data, 'model_training_to_production_p50_seconds')[0]?.value).toBe(60);
  });

  it('is nothing that is zero, but that nobody waits and that somebody looked', () => {
    const quiet = aLook({
      serving: [],
      pending: [],
      counts: countsFrom(0),
      registry: { inTable: 0, inRegistry: 0, differing: 0 },
    });

    expect(publishedData(quiet, fleet)).toEqual([
      { name: 'governance_approval_status', dimensions: { status: 'pending' }, value: 0 },
      { name: 'governance_looks', dimensions: {}, value: 1 },
    ]);
    const { counts: _, ...uncounted } = quiet;
    expect(publishedData(uncounted, fleet)).toEqual(publishedData(quiet, fleet));
  });

  it('is of each model only where that was asked for', () => {
    const data = publishedData(aLook(), { perModel: true });

    expect(find(data, 'governance_model_hash')).toEqual([
      {
        name: 'governance_model_hash',
        dimensions: { model_name: 'mortgage-approval', endpoint: 'mortgage' },
        value: expect.any(Number),
      },
    ]);
    expect(find(data, 'governance_status').map(({ dimensions }) => Object.keys(dimensions).length)).toEqual([1, 3]);
  });

  // The prices that docs/deploying.md tells.
  it.each([
    [1, 18, 27],
    [100, 18, 918],
    [1000, 18, 9018],
  ])('has as many metrics of %i models as the documentation says', (count, ofFleet, ofModels) => {
    const counts = { ...aLook().counts, permissionsChangedAt: undefined };
    const look = aLook({
      serving: models(count),
      registry: { inTable: count, inRegistry: count, differing: 0 },
      counts: counts as never,
    });

    expect(publishedData(look, fleet)).toHaveLength(ofFleet);
    expect(publishedData(look, { perModel: true })).toHaveLength(ofModels);
  });
});
