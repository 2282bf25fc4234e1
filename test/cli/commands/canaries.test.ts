import { describe, expect, it } from 'vitest';
import { type Answer, aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const answering = async (answers: Readonly<Record<string, object>>, orders: Readonly<Record<string, Answer>> = {}) => {
  const server = await aServer(({ method, path }) => {
    const [place = ''] = path.split('?');
    if (path === '/') return { body: { AuthenticationResult: { AccessToken: 'token' } } };
    return orders[`${method} ${place}`] ?? { body: answers[place] ?? {} };
  });
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
const PLACE = '/v1/releases/credit-1.0.0/reverifications';
const one = (check: string, at: string, status: string, outcome: string) => ({
  ...{ check, at, status_before: 'passed', status, outcome, explanation: 'counted again' },
});

describe('assay reverify (CK-12)', () => {
  const answers = (found: object[], status = 'passed', outcome = 'holds') =>
    answering(
      {
        '/v1/canaries/b/releases': { releases: found },
        [PLACE]: { reverifications: [one('a', 't', 'error', 'holds'), one('b', 'after', status, outcome)] },
      },
      { [`POST ${PLACE}`]: { status: 202, body: { former_at: 'before' } } },
    );

  it('lists what the check judged, and makes nothing by itself', async () => {
    const { call, received } = await answers(releases);

    const { code, out } = await call('reverify', ...PERIOD, '--to', '2026-11-07');

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

  it('waits for what was ordered, and does not take what was there before for it', async () => {
    let looks = 0;
    const server = await aServer(({ method, path }) => {
      if (path === '/') return { body: { AuthenticationResult: { AccessToken: 'token' } } };
      if (path.includes('/releases?')) return { body: { releases } };
      if (method === 'POST') return { status: 202, body: { former_at: 'before' } };
      looks += 1;
      const at = looks > 1 ? 'after' : 'before';
      return { body: { reverifications: [one('b', at, at === 'after' ? 'passed' : 'failed', 'holds')] } };
    });

    const { code } = await assay(aDirectory(endpointsFile(server.url)), ['reverify', ...PERIOD, '--make']);

    expect([code, looks]).toEqual([0, 2]);
  });

  it('says of which release the check cannot be made again, and why, and goes on', async () => {
    const detail = 'b is about the moment before a promotion, which is over';
    const two = [{ ...releases[0], release_id: 'credit-0.9.0' }, ...releases];
    const refusal = { status: 409, body: { title: 'ReverificationImpossible', detail, faults: [] } };
    const { call } = await answering(
      {
        '/v1/canaries/b/releases': { releases: two },
        [PLACE]: { reverifications: [one('b', 'after', 'passed', 'holds')] },
      },
      {
        'POST /v1/releases/credit-0.9.0/reverifications': refusal,
        [`POST ${PLACE}`]: { status: 202, body: {} },
      },
    );

    const { code, out } = await call('reverify', ...PERIOD, '--make');

    expect(code).toBe(0);
    expect(out).toMatch(/credit-0\.9\.0 +not made +b is about the moment/);
    expect(out).toMatch(/credit-1\.0\.0 +passed +passed +holds/);
  });

  it('has no answer where the order itself is refused', async () => {
    const gone = { status: 404, body: { title: 'NotFound', detail: 'gone', faults: [] } };
    const { call } = await answering({ '/v1/canaries/b/releases': { releases } }, { [`POST ${PLACE}`]: gone });

    expect((await call('reverify', ...PERIOD, '--make')).code).not.toBe(0);
  });

  it.each([[[]], [['--make']]])('says that nothing rests on it: %j', async (make) => {
    const { call } = await answering({ '/v1/canaries/git_ref_allowed/releases': { releases: [] } });

    expect(await call('reverify', '--check', 'git_ref_allowed', '--from', '2026-11-01', ...make)).toMatchObject({
      code: 0,
      out: expect.stringContaining('no release that rests on it'),
    });
  });

  it.each([
    ['git_ref_alowed', 'there is no check git_ref_alowed; did you mean git_ref_allowed?'],
    ['b', 'there is no check b'],
  ])('does not call a misspelt name one that nothing rests on: %s', async (check, why) => {
    const { call } = await answering({ [`/v1/canaries/${check}/releases`]: { releases: [] } });

    expect(await call('reverify', '--check', check, '--from', '2026-11-01')).toMatchObject({
      code: 2,
      err: expect.stringContaining(why),
    });
  });
});
