import { beforeEach, describe, expect, it } from 'vitest';
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

  it('is for those who may read', async () => {
    expect(await call('/posture', [])).toMatchObject({ status: 403 });
  });
});
