import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const ANSWER = {
  ...{ rollback_id: 'rollback-m-2', model_name: 'm', from_release_id: 'two', from_version: '2.0.0' },
  ...{ to_release_id: 'one', to_version: '1.0.0', status: 'requested' },
};
const rolledBack = async (more: object) => {
  const { url } = await aServer(({ path }) => ({
    body:
      path === '/v1/models/m/rollback' ? { ...ANSWER, ...more } : { AuthenticationResult: { AccessToken: 'token' } },
  }));
  return assay(aDirectory(endpointsFile(url)), ['rollback', 'm', '--reason', 'r', '--incident', 'i']);
};

describe('assay rollback', () => {
  it('says nothing of a wait if there is none', async () => {
    expect((await rolledBack({})).out).not.toContain('waits for');
  });

  it('says by when the strategy ends that it waits for, and how to end that now', async () => {
    const waitsFor = { release_id: 'three', ends_by: '2026-11-30T20:00:00.000Z', alarms: ['m-5xx'] };

    const { out } = await rolledBack({ waits_for: waitsFor });

    expect(out).toMatch(/waits for +the deployment of three, which ends by 2026-11-30T20:00:00.000Z/);
    expect(out).toContain("aws cloudwatch set-alarm-state --alarm-name 'm-5xx' --state-value ALARM");
    expect((await rolledBack({ waits_for: { ...waitsFor, alarms: [] } })).out).toContain('nothing ends it sooner');
  });
});
