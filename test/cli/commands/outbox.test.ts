import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const ROW = {
  row_id: 'credit:000000000007:2',
  kind: 'send_approval_mail',
  chain: 'credit',
  about: 'apr-1 ana.silva',
  attempts: 10,
  last_error: 'MessageRejected: the address is not\u001b[2J verified',
  parked_at: '2026-11-28T09:00:00.000Z',
};
const aDeployment = async (rows: object[]) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : { parked: rows, redriven: rows },
  }));
  const directory = aDirectory(endpointsFile(server.url));
  return { received: server.received, call: (...args: string[]) => assay(directory, ['outbox', ...args]) };
};
const REASON = ['--reason', 'the sender is verified now'];

describe('assay outbox list', () => {
  it('shows what is parked, why, and the id to redrive it by', async () => {
    const { call } = await aDeployment([ROW]);

    const { code, out } = await call('list');

    expect(code).toBe(0);
    expect(out).toMatch(/credit:000000000007:2 +send approval mail +apr-1 ana\.silva +10 +2026-11-28T09/);
    expect(out).toContain('MessageRejected');
    expect(out).not.toContain('\u001b');
    expect(JSON.parse((await call('list', '--json')).out)).toEqual({ parked: [ROW], redriven: undefined });
  });

  it('says when nothing is', async () => {
    const { call } = await aDeployment([]);

    expect(await call('list')).toMatchObject({ code: 0, out: 'nothing is parked\n' });
    expect(await call('redrive', '--all', ...REASON)).toMatchObject({ code: 0, out: 'nothing is parked\n' });
  });
});

describe('assay outbox redrive', () => {
  it.each([
    [[ROW.row_id], '/v1/outbox/parked/credit%3A000000000007%3A2/redrive'],
    [['--all'], '/v1/outbox/redrive'],
  ])('asks for %j', async (named, path) => {
    const { call, received } = await aDeployment([ROW]);

    const { code, out } = await call('redrive', ...named, ...REASON);

    expect(code).toBe(0);
    expect(out).toContain('1 side effect to be tried again');
    expect(received.at(-1)).toMatchObject({ path, body: JSON.stringify({ reason: REASON[1] }) });
  });

  it.each([[[]], [[ROW.row_id, '--all']]])('asks for one thing or for all, not for %j', async (named) => {
    const { call } = await aDeployment([ROW]);

    expect(await call('redrive', ...named, ...REASON)).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs an ID of assay outbox list, or --all'),
    });
  });
});
