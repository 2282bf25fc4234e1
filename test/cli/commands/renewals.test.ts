import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const answering = async (answers: Readonly<Record<string, object>>) => {
  const server = await aServer(({ path }) => {
    if (path === '/') return { body: { AuthenticationResult: { AccessToken: 'token' } } };
    return { body: answers[path] ?? {} };
  });
  const directory = aDirectory(endpointsFile(server.url));
  return { received: server.received, call: (...args: string[]) => assay(directory, args) };
};
const ending = (id: string, status: string, changes: object = {}) => ({
  ...{ model_name: 'm', model_version: '1', release_id: id, endpoint: 'e', status },
  ...{ approved_until: '2027-02-19T09:00:00.000Z', ...changes },
});

describe('assay approvals expiring (EX-4)', () => {
  it('lists every page, and answers 1 where something has expired', async () => {
    const not_renewed = [{ rule: 'input_changed' }, { rule: 'input_changed' }];
    const { call } = await answering({
      '/v1/expiring': { approvals: [ending('r-1', 'expired', { approved_until: undefined })], next: 'p' },
      '/v1/expiring?after=p': { approvals: [ending('r-2', 'expiring', { not_renewed })] },
    });

    const { code, out } = await call('approvals', 'expiring');
    expect(code).toBe(1);
    expect(out).toMatch(/m +1 +r-1 +e +expired +no end/);
    expect(out).toMatch(/r-2 +e +expiring .*input_changed$/m);
    expect((await call('approvals', 'expiring', '--expired')).out).not.toContain('r-2');
  });

  it('says that nothing ends', async () => {
    const { call } = await answering({ '/v1/expiring': { approvals: [] } });

    expect(await call('approvals', 'expiring')).toMatchObject({ code: 0, out: 'no approval ends within 14 days\n' });
    expect(await call('approvals', 'expiring', '--expired')).toMatchObject({
      code: 0,
      out: 'no approval of what serves has expired\n',
    });
  });
});

describe('assay renew (EX-2)', () => {
  const answer = (outcome: string, now = 'a') => ({
    ...{ release_id: 'r-1', outcome, approved_until_before: '2027-02-19T09:00:00.000Z' },
    reasons: outcome === 'refused' ? [{ rule: 'input_changed', explanation: 'the policy has changed' }] : [],
    compared: [{ input: 'policy', before: 'a', now }],
    ...(outcome === 'refused' ? {} : { approved_until: '2027-05-10T09:00:00.000Z' }),
  });

  it('says until when, or why not, and what was compared', async () => {
    const { call } = await answering({
      '/v1/releases/r-1/renewal': answer('renewed'),
      '/v1/releases/r-1/renewal/preview': answer('renewable'),
      '/v1/releases/r-2/renewal': answer('refused', 'b'),
    });

    expect(await call('renew', 'r-1')).toMatchObject({ code: 0, out: expect.stringContaining('it was renewed') });
    expect((await call('renew', 'r-1', '--dry-run')).out).toMatch(/can be renewed[\s\S]*policy +a +the same/);
    const refused = await call('renew', 'r-2');
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/is not renewed[\s\S]*the policy has changed[\s\S]*policy +a +b/);
  });
});
