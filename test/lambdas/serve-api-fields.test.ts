/** Fields of answers that only some of what is kept has. */
import { beforeEach, expect, it } from 'vitest';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { refuseClaimOf } from '../support/a-refusal.ts';
import { anApi, callApi } from '../support/api.ts';
import { aManifest, aServing, digestOf, NOW } from '../support/approval-case.ts';
import { everyKind } from '../support/every-kind.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { approved, checks, inProduction, MODEL, releaseId, validated } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});
const get = async (path: string, changes: Parameters<typeof anApi>[1] = {}) =>
  (await callApi(anApi(intake, changes), path, { username: 'ada', groups: ['auditor'] })).body;

it('are those of a manifest and a specification that say all there is to say', async () => {
  const risk_facts = {
    ...{ domain: 'credit', customer_facing: true, automated_decision: true, affects_individuals: true },
    ...{ personal_data: true, sensitive_data: false, safety_component: false },
  };
  const said = {
    ...{ git_ref: 'refs/heads/main', model_type: 'llm', prompt_version: '1', policy_version: '2', risk_facts },
    ...{ denial_answer: 'The groups were weighed again.', change_id: 'CHG0030192' },
    further_evidence: { bias_report: 's3://models/bias.json' },
    evidence_sha256: { model_card: digestOf('model_card') },
    version_ids: { model_card: 'v1' },
  };
  const { predictions } = aManifest();
  const columns = { row_id: 'id' };
  const named = { ...predictions, score_column: 'score', weight_column: 'weight', id_column: 'id', columns };
  const data = { ...aServing().model_data, etag: '"e"', sha256: digestOf('data'), locked_copy_uri: 's3://copies/x' };
  const serving = {
    ...aServing(),
    ...{ model_data: data, additional_model_data: [{ ...data, channel_name: 'more' }] },
    ...{ kms_key_id: 'k', tags: { team: 'credit' }, vpc: { subnets: ['s'], security_group_ids: ['g'] } },
    data_capture: {
      ...{ destination_s3_uri: 's3://captured/x', sampling_percentage: 10, capture_modes: ['Input'], kms_key_id: 'k' },
    },
  };
  const release = {
    ...approved,
    ...{ manifest: { ...aManifest(said), predictions: named }, serving },
    packageDiffers: ['the image'],
  } as unknown as typeof approved;
  const [check] = checks;
  if (check === undefined) throw new Error('there are no checks');
  intake.store.seed(release, { ...check, knownBy: 'by_recalculation' } as typeof check);

  const story = await get(`/releases/${release.releaseId}`);

  expect(story).toMatchObject({
    release: {
      ...said,
      predictions: { score_column: 'score' },
      serving: { data_capture: { kms_key_id: 'k' }, tags: { team: 'credit' } },
      package_differs: ['the image'],
    },
  });
});

it('are those of a release that is suspended, or whose package was rejected', async () => {
  intake.store.seed({ ...inProduction, suspendedSince: NOW, packageRejectedSince: NOW });

  expect((await get('/releases'))['releases']).toMatchObject([{ suspended_since: NOW, package_rejected_since: NOW }]);
});

it('are those of a rotation that is completed', async () => {
  const { record, id } = everyKind(inProduction).key_rotation;
  intake.store.seed({ ...record, status: 'completed', completedAt: NOW });

  expect(await get(`/key-rotations/${id[0]}`)).toMatchObject({ status: 'completed', completed_at: NOW });
});

const another = (change: string) =>
  ({
    ...inProduction,
    releaseId: releaseId(`r-${change}`),
    modelName: `m-${change}`,
  }) as unknown as typeof inProduction;

it('are the next page of each list that has more', async () => {
  for (const one of [another('1'), another('2')]) {
    const { hold, endpoint } = everyKind(one);
    intake.store.seed(one, { ...hold.record, status: 'held' }, endpoint.record, refuseClaimOf(one.releaseId));
    const event = aDraft({ ...{ event_type: 'release_requested', approval_state: '' }, release_id: one.releaseId });
    for (let count = 0; count < (one.releaseId === 'r-1' ? 101 : 1); count += 1)
      await intake.store.commit({ model: one.modelName, event, writes: [], intents: [] }, NOW);
  }

  for (const list of ['/endpoints', '/holds', '/refusals', '/reviews', '/models', '/releases/r-1/events'])
    expect([list, await get(`${list}?limit=1`)]).toEqual([list, expect.objectContaining({ next: expect.any(String) })]);
  expect(await get('/releases/r-1')).toMatchObject({ events_next: expect.any(String) });
  const place = { pk: 'OUTBOX#0', sk: 's', at: 'a' };
  const parked = await get('/outbox/parked', { parkedPage: async () => ({ items: [], next: place }) });
  expect(parked).toMatchObject({ next: expect.any(String) });
});

it('are that more is coming, and that more waits', async () => {
  const many = (of: typeof validated, count: number, name: string) =>
    Array.from({ length: count }, (_, index) => ({ ...of, releaseId: releaseId(`${name}-${index}`) }));
  intake.store.seed(...many(validated, 11, 'v'), ...many(approved, 101, 'a'));
  const stop = { reason: 'nobody knows', incident: 'INC-1' };
  const operator = { username: 'olga', groups: ['operator'] };
  await callApi(anApi(intake), '/line/stop', operator, stop);

  expect(await get(`/models/${MODEL}`)).toMatchObject({ more_coming: true });
  expect((await callApi(anApi(intake), '/line/start', operator, stop)).body).toMatchObject({ more_waiting: true });
});
