import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const step = { level: 1, step: 'A card is kept', holds: true, proof: 'sha256 abc' };
const whole = {
  model_name: 'm',
  release_id: 'm-1',
  model_version: '1.0.0',
  level: 3,
  steps: [step],
  if_enforced: { is_stopped: false, not_enforced: [], reasons: [] },
};
const lax = {
  ...whole,
  level: 2,
  steps: [step, { ...step, level: 3, holds: false, proof: '1 of 2 checks' }],
  next: 'Set mode: enforce.',
  if_enforced: {
    is_stopped: true,
    not_enforced: ['drift_below_limit'],
    reasons: [{ rule: 'drift_below_limit', explanation: 'it drifted by 0.4' }],
  },
};
const answering = async (answers: Readonly<Record<string, object>>) => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : (answers[path] ?? {}),
  }));
  const directory = aDirectory(endpointsFile(server.url));
  return (...args: string[]) => assay(directory, ['posture', ...args]);
};

describe('assay posture (CO-6, CO-7)', () => {
  it('lists the level of each model with what to do next, and what enforcing everything would have done', async () => {
    const { if_enforced: _, ...unknown } = lax;
    const passing = { ...lax, if_enforced: { ...lax.if_enforced, is_stopped: false } };
    const call = await answering({ '/v1/posture': { models: [whole, lax, unknown, passing] } });

    const { code, out } = await call();

    expect(code).toBe(0);
    expect(out).toMatch(/m +1\.0\.0 +3 of 3 +they do +every step holds/);
    expect(out).toMatch(/m +1\.0\.0 +2 of 3 +it would have been stopped +Set mode: enforce\./);
    expect(out).toMatch(/unknown: its policy is not kept/);
    expect(out).toMatch(/nothing would have stopped it/);
    expect(out).toContain('level 3: The whole policy');
    expect(JSON.parse((await call('--json')).out)).toEqual({ models: [whole, lax, unknown, passing] });
  });

  it('shows each step of a model with its proof, and why it would have been stopped', async () => {
    const { if_enforced: _, ...unknown } = whole;
    const call = await answering({
      '/v1/models/m/posture': lax,
      '/v1/models/n/posture': whole,
      '/v1/models/o/posture': unknown,
    });

    const { out } = await call('m');

    expect(out).toContain('m 1.0.0: level 2 of 3');
    expect(out).toMatch(/1 +yes +A card is kept +sha256 abc/);
    expect(out).toMatch(/3 +NO +A card is kept +1 of 2 checks/);
    expect(out).toContain('Next: Set mode: enforce.');
    expect(out).toContain('drift_below_limit: it drifted by 0.4');
    expect(out).toContain('not enforced by its policy: drift_below_limit');
    expect((await call('n')).out).toMatch(/every step holds\.\nIf every check had to pass: they do\.\n$/);
    expect((await call('o')).out).toContain('unknown: its policy is not kept');
    expect(JSON.parse((await call('m', '--json')).out)).toEqual(lax);
  });

  it('says that nothing serves, and takes no limit with one model', async () => {
    const call = await answering({ '/v1/posture': { models: [] } });

    expect((await call()).out).toBe('no model is in production\n');
    expect(await call('m', '--limit', '2')).toMatchObject({ code: 2 });
  });
});
