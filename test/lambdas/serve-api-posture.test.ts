import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { signedApproval } from '../support/decision-key.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import {
  anApprovalOf,
  anAttestation,
  anEmptyPointer,
  aPointer,
  inProduction,
  keptPolicy,
  MODEL,
  policy,
} from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(keptPolicy, inProduction, aPointer(), signedApproval(anApprovalOf('ada', 'ml_lead'), inProduction));
});
const log = { tree: { size: 42 }, batch: { entries: [] }, published: true } as never;
// Here nothing was committed that would make a chain.
const listed = async () => ({ items: [MODEL as string], next: undefined });
const call = (path: string, groups = ['auditor']) =>
  callApi(anApi({ ...intake, store: { ...intake.store, models: listed } }, { readLog: async () => log }), path, {
    username: 'olga',
    groups,
  });

describe('the posture by the API (CO-6, CO-7)', () => {
  it('is the level of each model that serves, each step with its proof, and what to do next', async () => {
    const { status, body } = await call('/posture');
    const [posture] = (body as { models: { steps: object[] }[] }).models;

    expect(status).toBe(200);
    expect(posture).toMatchObject({
      model_name: MODEL,
      release_id: inProduction.releaseId,
      model_version: inProduction.modelVersion,
      level: 2,
      next: 'Request it again, so that every stage runs: assay submit.',
      if_enforced: { not_enforced: expect.any(Array) },
    });
    expect(posture?.steps).toContainEqual(expect.objectContaining({ proof: '42 events, published', holds: true }));
    expect((await call(`/models/${MODEL}/posture`)).body).toEqual(posture);
  });

  it('is the highest once every stage is attested, and then has no next step', async () => {
    intake.store.seed(...policy.stages.map(({ name }) => anAttestation(name as never)));

    const { body } = await call(`/models/${MODEL}/posture`);

    expect(body).toMatchObject({ level: 3 });
    expect(body).not.toHaveProperty('next');
  });

  it('says nothing of what would be enforced where the policy is not kept', async () => {
    intake.store.seed({ ...inProduction, policySha256: 'e'.repeat(64) } as never);

    expect((await call(`/models/${MODEL}/posture`)).body).not.toHaveProperty('if_enforced');
  });

  it('lists no model that serves nothing, and answers 404 when it is asked for one', async () => {
    intake.store.seed(anEmptyPointer());

    expect((await call('/posture')).body).toEqual({ models: [] });
    expect(await call(`/models/${MODEL}/posture`)).toMatchObject({ status: 404 });
  });

  it('answers as anything that cannot be read does where the log fails first, and leaves no rejection to nobody', async () => {
    const lost: unknown[] = [];
    const note = (why: unknown) => lost.push(why);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    let failed = () => {};
    const hasFailed = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const readLog = async () => {
      failed();
      throw new Error('the log cannot be read');
    };
    // The rows come a turn of the loop after the log has failed: by then Node has told of what nobody handles.
    const get = async (...asked: unknown[]) => {
      await hasFailed;
      await new Promise((resolve) => setImmediate(resolve));
      return (intake.store.get as (...all: unknown[]) => Promise<unknown>)(...asked);
    };
    const store = { ...intake.store, models: listed, get } as typeof intake.store;
    const api = anApi({ ...intake, store }, { readLog });

    const { status, body } = await callApi(api, `/models/${MODEL}/posture`, { username: 'olga', groups: ['auditor'] });

    expect({ status, body }).toMatchObject({ status: 500, body: { status: 500, title: expect.any(String) } });
    expect(JSON.stringify(body)).not.toContain('the log cannot be read');
    expect(lost).toEqual([]);
  });

  it('is for those who may read', async () => {
    expect(await call('/posture', [])).toMatchObject({ status: 403 });
  });
});
