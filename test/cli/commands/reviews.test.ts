import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const answering = async (answers: Readonly<Record<string, object>>) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : (answers[path] ?? {}),
  }));
  const directory = aDirectory(endpointsFile(server.url));
  return { received: server.received, call: (...args: string[]) => assay(directory, args) };
};
const recorded = { model_name: 'm', release_id: 'm-1.0.0', reviewed_at: 't2', reviewed_by: 'olga', reason: 'fine' };
const due = { model_name: 'm', release_id: 'm-1.0.0', risk_tier: 'high', due_at: 't1', is_overdue: true };

describe('assay reviews (ST-8)', () => {
  it('records what a review found', async () => {
    const { call, received } = await answering({ '/v1/models/m/review': recorded });

    expect(await call('reviews', 'record', 'm', '--reason', 'fine')).toMatchObject({
      code: 0,
      out: 'm-1.0.0 of m was reviewed at t2 by olga\n',
    });
    expect(JSON.stringify(received)).toContain('fine');
    expect(JSON.parse((await call('reviews', 'record', 'm', '--reason', 'fine', '--json')).out)).toEqual(recorded);
  });

  it('lists what is due', async () => {
    const last = { reviewed_at: 't0', reviewed_by: 'olga' };
    const { call } = await answering({ '/v1/reviews': { reviews: [due, { ...due, is_overdue: false, last }] } });
    const none = await answering({ '/v1/reviews': { reviews: [] } });

    const { out } = await call('reviews', 'list');
    expect(out).toMatch(/m-1\.0\.0 +high +t1 +yes +never/);
    expect(out).toMatch(/no +t0 +olga/);
    expect((await none.call('reviews', 'list')).out).toContain('no policy asks');
    expect(JSON.parse((await none.call('reviews', 'list', '--json')).out)).toEqual({ reviews: [] });
  });
});
