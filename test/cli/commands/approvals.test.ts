import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const waiting = (release: string, escalated = {}) => ({
  ...{ release_id: release, risk_tier: 'high', since: '2026-11-21T09:00:00.000Z' },
  ...{ expires_at: '2026-11-24T09:00:00.000Z', waits_for: [{ role: 'ml_lead', asked: ['ada', 'ben'] }] },
  ...escalated,
});
const aDeployment = async (answer: (path: string) => object) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : answer(path),
  }));
  const directory = aDirectory(endpointsFile(server.url));
  return { received: server.received, call: (...args: string[]) => assay(directory, ['approvals', ...args]) };
};

describe('assay approvals list', () => {
  it('shows every page of what waits, for whom, since when and until when', async () => {
    const late = waiting('r-2', {
      escalated_at: '2026-11-21T13:00:00.000Z',
      waits_for: [{ role: 'legal', asked: [] }],
    });
    const { call } = await aDeployment((path) =>
      path.includes('after=second') ? { approvals: [late] } : { approvals: [waiting('r-1')], next: 'second' },
    );

    const { code, out } = await call('list');

    expect(code).toBe(0);
    expect(out).toMatch(/r-1 +high +2026-11-21T09:00:00.000Z +2026-11-24T09:00:00.000Z +ml_lead: ada, ben/);
    expect(out).toMatch(/r-2 .*2026-11-21T13:00:00.000Z +legal: nobody left/);
    expect(JSON.parse((await call('list', '--json')).out).approvals).toHaveLength(2);
  });

  it('says when nothing waits', async () => {
    const { call } = await aDeployment(() => ({ approvals: [] }));

    expect(await call('list')).toMatchObject({ code: 0, out: 'nothing waits for approval\n' });
  });
});

describe.each(['resend', 'remind'])('assay approvals %s', (command) => {
  it('says to whom what was sent, and sends the reason', async () => {
    const { call, received } = await aDeployment(() => ({ release_id: 'r-1', about: 'rolled_back', people: ['ada'] }));

    const { code, out } = await call(command, 'r-1', '--reason', 'it was lost');

    expect(code).toBe(0);
    expect(out).toMatch(/r-1\s+about +rolled back\s+to +ada/);
    expect(received.at(-1)).toMatchObject({ path: expect.stringMatching(/approvals\/r-1\/(resend|reminder)$/) });
    expect(JSON.parse((await call(command, 'r-1', '--reason', 'x', '--json')).out)).toMatchObject({ people: ['ada'] });
  });
});
