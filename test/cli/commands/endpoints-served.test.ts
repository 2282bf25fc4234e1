import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const NOON = '2026-11-29T12:00:00.000Z';
const EVENING = '2026-11-29T18:00:00.000Z';
const intervalOf = (release_id: string, changes: object) => ({
  variant: 'AllTraffic',
  weight: '1',
  release_id,
  model_version: '1.0.0',
  endpoint_config: 'c',
  ...changes,
});
const SERVED = {
  intervals: [intervalOf('former', { from: NOON, to: EVENING }), intervalOf('present', { from: EVENING })],
  deviations: [{ explanation: 'e serves by-hand' }],
};

const served = async (answer: object, ...args: string[]) => {
  const { url } = await aServer(({ path }) => ({
    body: path === '/v1/endpoints/e/served' ? answer : { AuthenticationResult: { AccessToken: 'token' } },
  }));
  return assay(aDirectory(endpointsFile(url)), ['endpoints', 'served', 'e', ...args]);
};

describe('assay endpoints served', () => {
  it('shows each interval, and what serves now that nobody approved', async () => {
    const { out } = await served(SERVED);

    expect(out).toMatch(/former[\s\S]*now +AllTraffic +1 +present/);
    expect(out).toContain('Not what people approved: e serves by-hand');
    expect((await served({ intervals: [], deviations: [] })).out).toBe('nothing is known to have served\n');
  });

  it('shows both fleets while traffic goes from one to the other', async () => {
    const stage = { stage: 'Baking', stage_message: 'traffic on 1 instance(s)' };
    const intervals = [
      intervalOf('former', { from: NOON, instances: 3 }),
      intervalOf('next', { from: NOON, instances: 1, ...stage }),
    ];

    const { out } = await served({ intervals, deviations: [] });

    expect(out).toMatch(/former .*3 instances\n/);
    expect(out).toMatch(/next .*1 instances, Baking: traffic on 1 instance\(s\)/);
  });

  it.each([
    ['a millisecond before the first interval', '2026-11-29T11:59:59.999Z', []],
    ['at its first instant', NOON, ['former']],
    ['a millisecond before its end', '2026-11-29T17:59:59.999Z', ['former']],
    ['at its end, which belongs to the next', EVENING, ['present']],
    ['in one that has no end', '2027-01-01T00:00:00.000Z', ['present']],
  ])('says which release answered (TR-1, TR-2): %s', async (_, at, releases) => {
    const { out } = await served(SERVED, '--at', at, '--json');

    expect(JSON.parse(out).intervals.map((one: { release_id: string }) => one.release_id)).toEqual(releases);
  });

  it('takes an instant as rows have it, and no other', async () => {
    expect((await served(SERVED, '--at', '2026-11-29')).code).toBe(2);
  });
});
