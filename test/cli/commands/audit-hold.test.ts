import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const HOLD = {
  ...{ model_name: 'credit', matter: 'CASE-1', status: 'set', set_by: 'olga', set_at: 't', people_needed: 2 },
  ...{ reason: 'the court asks', lifting: [] as object[] },
};
const agreed = (...people: string[]) => people.map((person_id) => ({ person_id, timestamp: 't', reason: 'closed' }));
const order = async (word: 'set' | 'lift', hold: object, ...args: string[]) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : hold,
  }));
  const given = ['audit', 'hold', word, 'credit', '--matter', 'CASE-1', '--reason', 'the court asks', ...args];
  return assay(aDirectory(endpointsFile(server.url)), given);
};

describe('assay audit hold set (AU-6)', () => {
  it('shows the hold, and that nobody has agreed to lift it', async () => {
    const { code, out, err } = await order('set', HOLD);

    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/credit +CASE-1 +set +olga +t +0 of 2 +the court asks/);
  });

  it('says whose hold there was before, and that the reason given now is not on record', async () => {
    const { code, out, err } = await order('set', { ...HOLD, reason: 'another one' });

    expect(code).toBe(0);
    expect(out).toContain('another one');
    expect(err).toContain(
      'credit was held for CASE-1 before, by olga since t: the reason given now is not on record; another --matter has',
    );
  });
});

describe('assay audit hold lift', () => {
  it('names who must agree, and by which command, while one alone has', async () => {
    const { code, out, err } = await order('lift', { ...HOLD, lifting: agreed('olga') });

    expect(code).toBe(0);
    expect(out).toContain('1 of 2 olga');
    expect(err).toBe(
      'not lifted yet: another auditor than olga must agree, by assay audit hold lift credit --matter CASE-1 --reason REASON\n',
    );
  });

  it('needs nothing more once both have', async () => {
    const lifted = { ...HOLD, status: 'lifted', lifting: agreed('olga', 'omar') };

    expect(await order('lift', lifted)).toMatchObject({ code: 0, err: '', out: expect.stringContaining('lifted') });
    expect(JSON.parse((await order('lift', lifted, '--json')).out).status).toBe('lifted');
    expect(JSON.parse((await order('set', HOLD, '--json')).out).status).toBe('set');
  });
});
