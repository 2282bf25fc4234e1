import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const answering = async (answers: Readonly<Record<string, object>>) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : (answers[path.split('?')[0] ?? ''] ?? {}),
  }));
  const directory = aDirectory(endpointsFile(server.url));
  return { received: server.received, call: (...args: string[]) => assay(directory, args) };
};
const state = (check: string, status: string, heldAt?: string) => ({
  ...{ check, status, on_good: 'passed', on_bad: status === 'holds' ? 'failed' : 'passed' },
  ...(heldAt === undefined ? {} : { held_at: heldAt }),
});
const CANARIES = '/v1/canaries';

describe('assay canaries (CK-12)', () => {
  it('says that every check holds, or has no answer before any was tried', async () => {
    const held = await answering({ [CANARIES]: { ran_at: 't', checks: [state('a', 'holds', 't')] } });
    const none = await answering({ [CANARIES]: { checks: [] } });

    expect(await held.call('canaries')).toMatchObject({ code: 0, out: 'all 1 checks hold, as of t\n' });
    expect(await none.call('canaries')).toMatchObject({ code: 2, out: expect.stringContaining('no canary has run') });
  });

  it('names each check that cannot be trusted, and what it said', async () => {
    const checks = [state('a', 'holds', 't'), state('b', 'fails', 's'), state('c', 'fails')];
    const { call } = await answering({ [CANARIES]: { ran_at: 't', checks } });

    const { code, out } = await call('canaries');

    expect(code).toBe(1);
    expect(out).toContain('2 of 3 checks cannot be trusted');
    expect(out).toMatch(/b +s +passed +passed/);
    expect(out).toMatch(/c +never +passed +passed/);
    expect(out).not.toMatch(/^a /m);
  });
});

const releases = [{ release_id: 'credit-1.0.0', state: 'approved', status: 'passed', judged_at: 't' }];
const PERIOD = ['--check', 'b', '--from', '2026-11-01'];
const reverified = (status: string, outcome: string) => ({
  ...{ release_id: 'credit-1.0.0', status_before: 'passed', status, outcome, explanation: 'counted again' },
});

describe('assay reverify (CK-12)', () => {
  const answers = (found: object[], status = 'passed', outcome = 'holds') =>
    answering({
      '/v1/canaries/b/releases': { releases: found },
      '/v1/releases/credit-1.0.0/reverifications': reverified(status, outcome),
    });

  it('lists what the check judged, and makes nothing by itself', async () => {
    const { call, received } = await answers(releases);

    const { code, out } = await call('reverify', ...PERIOD, '--until', '2026-11-07');

    expect(code).toBe(0);
    expect(out).toMatch(/credit-1\.0\.0 +approved +passed +t/);
    expect(received.at(-1)?.path).toBe('/v1/canaries/b/releases?from=2026-11-01&until=2026-11-07');
    expect(received.filter(({ method, path }) => method === 'POST' && path !== '/')).toEqual([]);
  });

  it('makes it again, and says no if one does not pass any more', async () => {
    const passing = await answers(releases);
    const failing = await answers(releases, 'failed', 'suspended');

    expect(await passing.call('reverify', ...PERIOD, '--make')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/credit-1\.0\.0 +passed +passed +holds/),
      err: expect.stringContaining('1 of 1'),
    });
    expect(await failing.call('reverify', ...PERIOD, '--make')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/credit-1\.0\.0 +passed +failed +suspended +counted again/),
    });
  });

  it.each([[[]], [['--make']]])('says that there is nothing: %j', async (make) => {
    const { call } = await answers([]);

    expect(await call('reverify', ...PERIOD, ...make)).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing'),
    });
  });
});
