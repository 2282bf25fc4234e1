/** What the API says of what a release serves, and what it keeps to itself. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal, Unavailable } from '../../lib/domain/refusal.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { aManifest, aServing, formerly } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { approved, checks, inProduction, releaseId } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});

const RELEASER = claimsOf({ sub: 'sub-1', username: 'oscar', 'cognito:groups': ['releaser'] });
const readKept = () => Promise.reject(new Refusal('EvidenceUnreadable', 'no evidence is kept here'));
const ask = (path: string, init: RequestInit = {}, world: Partial<Intake> = {}) =>
  anApi(intake, { world: async () => ({ ...intake, ...world }), readKept }).request(`/v1${path}`, init, RELEASER);
const post = (manifest: unknown, world: Partial<Intake> = {}) =>
  ask(
    '/releases',
    { method: 'POST', body: JSON.stringify(manifest), headers: { 'content-type': 'application/json' } },
    world,
  );

describe('a release that a former version took in', () => {
  it('has to be submitted again, says the API, while it waits in vain', async () => {
    intake.store.seed(formerly(approved, checks), ...checks);

    expect(await (await ask('/releases/mortgage-1-2-0')).json()).toMatchObject({
      release: {
        state: 'approved',
        reasons: [{ rule: 'judged_by_former_version', explanation: expect.stringContaining('submit it again') }],
      },
    });
  });

  it('stays what it is once it serves', async () => {
    intake.store.seed(formerly(inProduction, checks));

    expect(await (await ask('/releases/mortgage-1-2-0')).json()).toMatchObject({ release: { reasons: [] } });
  });
});

describe('what a release serves (GT-7)', () => {
  const deployment = { ...aManifest().deployment, environment: { MODE: 'hunter2', ALPHA: '1' } };

  it('is shown whole, but for the values of the environment', async () => {
    await post(aManifest({ deployment }));

    const body = await (await ask('/releases/mortgage-1-2-0')).json();

    expect(body).toMatchObject({
      release: {
        deployment: { environment: ['ALPHA', 'MODE'] },
        serving: { image: expect.stringContaining('@sha256:'), environment: ['ALPHA', 'MODE'] },
        serving_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it.each([
    {
      strategy: { type: 'CANARY', canary_size: { type: 'CAPACITY_PERCENT', value: 25 }, alarms: ['credit-5xx'] },
      size: 'canary_size',
    },
    {
      strategy: { type: 'LINEAR', linear_step_size: { type: 'INSTANCE_COUNT', value: 1 }, alarms: ['credit-5xx'] },
      size: 'linear_step_size',
    },
  ])('is shown with its strategy: $strategy.type', async ({ strategy, size }) => {
    const times = {
      wait_interval_seconds: 600,
      termination_wait_seconds: 300,
      maximum_execution_timeout_seconds: 7200,
    };
    const timed = { ...strategy, ...times };
    const answer = await post(aManifest({ deployment: { ...deployment, instance_count: 4, strategy: timed } }));

    expect(answer.status).toBe(201);
    expect(await (await ask('/releases/mortgage-1-2-0')).json()).toMatchObject({
      release: {
        deployment: { strategy: timed },
        serving: { deployment_strategy: { [size]: Object(strategy)[size] } },
      },
    });
  });

  it('is compared without the values of the environment', async () => {
    const other = { ...inProduction, releaseId: releaseId('other') };
    intake.store.seed(
      { ...inProduction, serving: aServing({ environment: { MODE: 'hunter2', OLD: 'x' } }) },
      { ...other, serving: aServing({ environment: { MODE: 'hunter3', NEW: 'y' }, instance_count: 2 }) },
    );

    const body = await (await ask('/releases/mortgage-1-2-0/diff/other')).json();

    expect(body).toMatchObject({
      differences: {
        serving: [
          { subject: 'environment.MODE', before: 'a value', after: 'another value' },
          { subject: 'environment.OLD', before: 'a value', after: '' },
          { subject: 'instance_count', before: '1', after: '2' },
          { subject: 'environment.NEW', before: '', after: 'a value' },
        ],
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/hunter/);
  });
});

describe('a registry of images that does not answer', () => {
  it('is 503 with nothing recorded, so that the request can be sent again', async () => {
    const images = { digestOf: () => Promise.reject(new Unavailable('Amazon ECR did not answer in time')) };

    const answer = await post(aManifest(), { images });

    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toMatchObject({
      title: 'ServiceUnavailable',
      detail: 'Amazon ECR did not answer in time',
    });
    expect(intake.store.commits).toBe(0);
    expect((await post(aManifest())).status).toBe(201);
  });
});
