import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const answering = async (answers: Readonly<Record<string, object>>) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : (answers[path] ?? {}),
  }));
  const directory = aDirectory(endpointsFile(server.url));
  return { received: server.received, call: (...args: string[]) => assay(directory, args) };
};
const ORDER = ['--reason', 'the answers are wrong', '--incident', 'INC-9'];
const aStop = (incident: string) => ({
  ...{ since: 't', operator_id: 'olga', linked_incident: incident, reason: 'the answers are wrong' },
});
const STOPPED = { ...aStop('INC-9'), stops: [aStop('INC-9')] };

describe('assay line (GT-6)', () => {
  it('stops the line of one model or of all', async () => {
    const { call } = await answering({ '/v1/line/stop': { ...STOPPED, status: 'stopped' } });
    const ofOne = await answering({ '/v1/line/stop': { ...STOPPED, model_name: 'm' } });

    expect(await call('line', 'stop', ...ORDER)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^the line of all models is stopped:\n\n[\s\S]*olga +INC-9 +the answers are wrong\n$/),
    });
    expect((await ofOne.call('line', 'stop', '--model', 'm', ...ORDER)).out).toContain('the line of m is stopped');
    expect(JSON.stringify(ofOne.received)).toContain('model_name');
  });

  it('starts it, and says what is to be promoted by hand', async () => {
    const waiting = [{ release_id: 'm-1.0.0', model_name: 'm', model_version: '1.0.0' }];
    const some = await answering({ '/v1/line/start': { waiting, stops: [] } });
    const none = await answering({ '/v1/line/start': { waiting: [], stops: [] } });

    expect((await some.call('line', 'start', ...ORDER)).out).toMatch(
      /by assay promote, which refuses what something else still stops:\n\n[\s\S]*m-1\.0\.0 +m +1\.0\.0/,
    );
    expect((await none.call('line', 'start', ...ORDER)).out).toContain('no approved release waits');
  });

  it('says that it does not run yet as long as it is stopped for another incident', async () => {
    const { call } = await answering({ '/v1/line/start': { waiting: [], stops: [aStop('INC-10')] } });

    expect((await call('line', 'start', ...ORDER)).out).toMatch(/still stopped for others:\n\n[\s\S]*INC-10/);
  });

  it('shows each incident that a line is stopped for', async () => {
    const stopped = [{ ...STOPPED, stops: [aStop('INC-9'), aStop('INC-10')] }];
    const { call } = await answering({ '/v1/line': { stopped } });

    expect((await call('line', 'show')).out).toMatch(/all models.*INC-9[\s\S]*all models.*INC-10/);
  });

  it('shows what is stopped, and of one model also what stops all', async () => {
    const stopped = [STOPPED, { ...STOPPED, model_name: 'm' }, { ...STOPPED, model_name: 'other' }];
    const { call, received } = await answering({ '/v1/line': { stopped } });

    expect((await call('line', 'show')).out).toMatch(/all models[\s\S]*\bm\b[\s\S]*other/);
    const ofOne = (await call('line', 'show', '--model', 'm')).out;
    expect(ofOne).toMatch(/all models[\s\S]*\bm\b/);
    expect(ofOne).not.toContain('other');
    expect(received.map(({ path }) => path)).toContain('/v1/models/m');
    expect(JSON.parse((await call('line', 'show', '--model', 'm', '--json')).out).stopped).toHaveLength(2);
  });

  it('reads what an API of a former version answers, which knew one incident at a time', async () => {
    const act = aStop('INC-9');
    const stopped = { status: 'stopped', ...act };
    const { call } = await answering({
      '/v1/line': { stopped: [stopped] },
      '/v1/line/stop': stopped,
      '/v1/line/start': { status: 'running', ...act, waiting: [] },
    });

    expect((await call('line', 'show')).out).toMatch(/all models +t +olga +INC-9/);
    expect((await call('line', 'stop', ...ORDER)).out).toMatch(/all models +t +olga +INC-9/);
    expect((await call('line', 'start', ...ORDER)).out).toContain('no approved release waits');
  });

  it('says that it runs, and of which model', async () => {
    const { call } = await answering({ '/v1/line': { stopped: [] } });

    expect((await call('line', 'show')).out).toBe('the line runs\n');
    expect((await call('line', 'show', '--model', 'm')).out).toBe('the line of m runs\n');
  });
});
