import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PersonId, ReleaseId } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { withVersion } from '../../lib/domain/records/served-versions.ts';
import { inOrder } from '../../lib/domain/records/signed-check.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { aStrategy, gradually } from '../support/a-strategy.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { aManifest, at, NOW } from '../support/approval-case.ts';
import { anIntake, type Intake, someBuckets } from '../support/intake.ts';
import { allRefusals } from '../support/listed.ts';
import { LOWERED } from '../support/lowered-tier.ts';
import {
  anApprovalOf,
  anEndpoint,
  aPointer,
  approved,
  checks,
  deployed,
  inProduction,
  MODEL,
  superseded,
} from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});

const as = (...groups: string[]) => claimsOf({ sub: 'sub-1', username: 'oscar', 'cognito:groups': groups });
const RELEASER = as('releaser');
const OPERATOR = as('operator');
const AUDITOR = as('auditor');

const app = (world = async () => intake, { store, now } = intake) => anApi({ ...intake, store }, { world, now });
const get = async (path: string, bindings: unknown = AUDITOR) => {
  const response = await app().request(`/v1${path}`, {}, bindings as object);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
};
const post = async (path: string, body: unknown, bindings: unknown = RELEASER, served = app()) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = { method: 'POST', body: text, headers: { 'content-type': 'application/json' } };
  const response = await served.request(`/v1${path}`, init, bindings as object);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
};

describe('asking for a release', () => {
  it('may be preceded by asking which release has the content, by anybody who may read', async () => {
    expect(await post('/releases/known', aManifest(), AUDITOR)).toMatchObject({ status: 404 });
    await post('/releases', aManifest());
    const { commits } = intake.store;

    expect(await post('/releases/known', aManifest({ release_id: 'another' }), AUDITOR)).toMatchObject({
      status: 200,
      body: { release_id: 'mortgage-1-2-0' },
    });
    expect(await post('/releases/known', {}, AUDITOR)).toMatchObject({ status: 422 });
    expect(intake.store.commits).toBe(commits);
  });

  it('makes one, and says so again to the same content', async () => {
    const first = await post('/releases', aManifest());
    const again = await post('/releases', aManifest({ release_id: 'another' }));

    const summary = {
      release_id: 'mortgage-1-2-0',
      model_name: MODEL,
      model_version: '1.2.0',
      state: 'draft',
      risk_tier: 'medium',
    };
    expect(first).toMatchObject({ status: 201, body: summary });
    expect(again).toMatchObject({ status: 200, body: summary });
  });

  it('is refused with every fault, as a problem document', async () => {
    const answer = await post('/releases', { ...aManifest(), git_commit: 'main', approved: true });

    expect(answer).toMatchObject({
      status: 422,
      type: 'application/problem+json',
      body: {
        type: 'https://assay.dev/problems/ManifestInvalid',
        title: 'ManifestInvalid',
        status: 422,
        detail: 'the manifest does not describe a release',
        faults: [
          { field: 'git_commit', problem: 'must be a full git commit id' },
          { field: 'approved', problem: 'is not a field of a manifest' },
        ],
      },
    });
    expect(answer.body).toMatchObject({ refusal_id: (await allRefusals(intake.store))[0]?.refusalId });
  });

  it.each([
    ['an id that is taken', aManifest({ config_version: '8' }), 409, 'ReleaseIdTaken'],
    ['a version that has served', aManifest({ release_id: 'r2', config_version: '8' }), 409, 'VersionTaken'],
    ['the endpoint of another model', aManifest({ release_id: 'r2', model_version: '3.0.0' }), 409, 'EndpointTaken'],
    ['evidence that is missing', aManifest({ release_id: 'r2', model_version: '2.0.0' }), 422, 'EvidenceMissing'],
    ['people who cannot approve it', aManifest({ release_id: 'r2', trained_by: 'rita' }), 422, 'QuorumImpossible'],
    ['no object', 'null', 422, 'ManifestInvalid'],
  ])('is refused for %s', async (_, manifest, status, title) => {
    await post('/releases', aManifest());
    if (title === 'VersionTaken') intake.store.seed(withVersion(undefined, { ...superseded, modelVersion: '1.2.0' }));
    if (title === 'EndpointTaken') intake.store.seed(anEndpoint({ modelName: 'other-model' as never }));
    const people = intake.directory.people.filter(({ id }) => id !== 'ada' && id !== 'katherine');
    intake = {
      ...intake,
      evidence: someBuckets(title === 'EvidenceMissing' ? ['s3://models/card.json'] : []),
      directory: title === 'QuorumImpossible' ? { ...intake.directory, people } : intake.directory,
    };

    expect(await post('/releases', manifest)).toMatchObject({ status, body: { title, status } });
  });

  it.each([
    ['is no JSON', '{"release_id":', 'the body is not JSON'],
    ['is empty', '', 'the body is not JSON'],
    ['is nested without end', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'the body is nested deeper than 32'],
  ])('is no request when the body %s', async (_, body, detail) => {
    expect(await post('/releases', body)).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { title: 'BodyUnreadable', detail },
    });
  });

  it('takes no body of more than 64 KB', async () => {
    const answer = await post('/releases', { ...aManifest(), note: 'x'.repeat(66_000) });

    expect(answer).toMatchObject({
      status: 413,
      type: 'application/problem+json',
      body: { title: 'BodyTooLarge' },
    });
    expect(intake.store.commits).toBe(0);
  });

  it('that breaks says nothing of the inside', async () => {
    const cause = new Error('connection to 10.0.0.7 refused');
    const logged = vi.spyOn(logger, 'error').mockReturnValueOnce();
    intake.store.failNextCommit('unwritten', cause);

    const answer = await post('/releases', aManifest());

    expect(answer).toMatchObject({ status: 500, body: { title: 'Fault' } });
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7');
    expect(logged).toHaveBeenCalledWith('api fault', cause);
  });
});

describe('reading', () => {
  it('lists releases, the latest change first', async () => {
    intake.store.seed(
      { ...superseded, updatedAt: NOW },
      { ...inProduction, updatedAt: at('2026-11-21T10:00:00.000Z') },
    );

    expect(await get('/releases')).toMatchObject({
      status: 200,
      body: {
        releases: [
          { release_id: 'mortgage-1-2-0', state: 'production' },
          { release_id: 'mortgage-1-1-0', state: 'superseded' },
        ],
      },
    });
  });

  it('shows a release with what was found, decided and done', async () => {
    await post('/releases', aManifest());
    await post('/releases', aManifest({ release_id: 'other', model_version: '1.3.0' }));
    intake.store.seed({ ...inProduction }, ...checks, anApprovalOf('ada', 'ml_lead'));

    expect(await get('/releases/mortgage-1-2-0')).toMatchObject({
      status: 200,
      body: {
        release: {
          ...aManifest(),
          state: 'production',
          evidence_digest: inProduction.evidenceDigest,
          record_uri: inProduction.recordUri,
          approved_until: inProduction.approvedUntil,
          reasons: [],
        },
        checks: inOrder(checks).map(({ name, stage }) => ({
          name,
          stage,
          status: 'passed',
          explanation: expect.any(String),
        })),
        approvals: [{ approver_id: 'ada', approver_role: 'ml_lead', decision: 'approve' }],
        events: [{ seq: 1, event_type: 'release_requested', approval_state: 'draft' }],
      },
    });
  });

  it('shows a lower tier with the computed one, the reason and who has to agree (RT-3)', async () => {
    intake.store.seed({ ...inProduction, riskTier: 'low', tierOverride: LOWERED });

    expect(await get('/releases/mortgage-1-2-0')).toMatchObject({
      body: { release: { risk_tier: 'low', tier_override: LOWERED } },
    });
  });

  it('lists refusals with all their faults, the latest first', async () => {
    await post('/releases', { ...aManifest(), model_version: 'one' });
    await post('/releases', { ...aManifest(), model_version: 'two', artifact_sha256: '' });

    expect((await get('/refusals')).body).toMatchObject({
      refusals: [
        {
          code: 'ManifestInvalid',
          faults: [{ field: 'model_version' }, { field: 'artifact_sha256' }],
          door: 'http_api',
        },
        { code: 'ManifestInvalid', faults: [{ field: 'model_version' }], claimed_release_id: 'mortgage-1-2-0' },
      ],
    });
  });

  it.each(['/releases/nowhere', '/nowhere'])('finds nothing at %s', async (path) => {
    expect(await get(path)).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { title: 'NotFound' },
    });
  });

  it('leaks no task token and no nonce', async () => {
    intake.store.seed(inProduction);

    expect(JSON.stringify((await get('/releases/mortgage-1-2-0')).body)).not.toMatch(/token|nonce/i);
  });
});

describe('ordering a promotion again', () => {
  const path = `/releases/${approved.releaseId}/promotion`;
  const order = { reason: 'there is capacity again' };
  const reasons = [{ rule: 'deployment', evidence: '', explanation: 'no capacity' }];
  beforeEach(() => intake.store.seed({ ...approved, reasons }));

  it('asks for it, once, on record with who ordered it', async () => {
    const first = await post(path, order, OPERATOR);
    const again = await post(path, order, OPERATOR);

    expect(first).toMatchObject({ status: 202, body: { release_id: approved.releaseId, state: 'approved' } });
    expect(again.status).toBe(200);
    expect((await intake.store.events(MODEL)).map(({ event }) => event)).toMatchObject([
      { event_type: 'promotion_requested', actor_id: 'oscar', actor_role: 'operator', reason: order.reason },
    ]);
  });

  it('is not for those who release', async () => {
    expect(await post(path, order, RELEASER)).toMatchObject({ status: 403 });
  });

  it('is not for who made the release, by any of their names (SD-1)', async () => {
    intake.store.seed({ ...approved, reasons, requestedBy: PersonId.parse('oscar') });

    expect(await post(path, order, OPERATOR)).toMatchObject({ status: 403, body: { title: 'SeparationOfDuties' } });
  });

  it.each([{}, { reason: ' ' }, { ...order, incident: 'INC-7' }])(
    'needs a reason, and nothing else: %j',
    async (body) => {
      expect(await post(path, body, OPERATOR)).toMatchObject({ status: 422, body: { title: 'RequestInvalid' } });
    },
  );

  it('is refused for what is not approved, and for what is not there', async () => {
    intake.store.seed(inProduction);

    expect(await post(path, order, OPERATOR)).toMatchObject({ status: 409, body: { title: 'PromotionImpossible' } });
    expect(await post('/releases/nowhere/promotion', order, OPERATOR)).toMatchObject({ status: 404 });
  });
});

describe('ordering a rollback', () => {
  const order = { reason: 'errors doubled', incident: 'INC-7' };
  const path = `/models/${MODEL}/rollback`;
  beforeEach(() => intake.store.seed(inProduction, superseded, aPointer()));

  it('asks for one, once', async () => {
    const first = await post(path, order, OPERATOR);
    const again = await post(path, { ...order, reason: 'still' }, OPERATOR);

    expect(first).toMatchObject({
      status: 202,
      body: {
        rollback_id: `rollback-${MODEL}-2`,
        from_release_id: inProduction.releaseId,
        from_version: '1.2.0',
        to_release_id: superseded.releaseId,
        to_version: '1.1.0',
        status: 'requested',
        initiated_by: 'oscar',
        reason: 'errors doubled',
        linked_incident: 'INC-7',
      },
    });
    expect(again).toMatchObject({ status: 200, body: first.body });
  });

  it('says at once which strategy it waits for, by when that ends, and which alarms end it sooner', async () => {
    const next = { ...gradually(deployed), releaseId: ReleaseId.parse('mortgage-1-3-0'), updatedAt: NOW };
    const waits = {
      release_id: next.releaseId,
      ends_by: plusMilliseconds(NOW, 10_800_000),
      alarms: aStrategy().alarms,
    };
    intake.store.seed(next, { ...deployed, releaseId: ReleaseId.parse('at-once') });
    expect((await post(path, order, OPERATOR)).body).toMatchObject({ status: 'requested', waits_for: waits });
    expect((await get(`/models/${MODEL}`, OPERATOR)).body).toMatchObject({ rollback: { waits_for: waits } });
  });

  it.each([
    ['creates its endpoint', { createsEndpoint: true }],
    ['has ordered nothing yet', { endpointConfigName: undefined }],
  ])('waits for no strategy of a release that %s', async (_, changes) => {
    intake.store.seed({
      ...gradually(deployed),
      releaseId: ReleaseId.parse('next'),
      updatedAt: NOW,
      ...changes,
    } as never);

    expect((await post(path, order, OPERATOR)).body).not.toHaveProperty('waits_for');
  });

  it('to nothing asks for one that no release serves after (RB-9)', async () => {
    const asked = await post(path, { ...order, to_nothing: true }, OPERATOR);
    expect(asked).toMatchObject({ status: 202, body: { to_release_id: '', to_version: '' } });
    expect(await post(path, order, OPERATOR)).toMatchObject({ status: 409, body: { title: 'RollbackImpossible' } });
  });

  it('is on record with who ordered it', async () => {
    await post(path, order, OPERATOR);

    expect((await intake.store.event(MODEL, 1))?.event).toMatchObject({
      event_type: 'rollback_requested',
      actor_id: 'oscar',
      actor_role: 'operator',
      linked_incident: 'INC-7',
    });
  });

  it('is not for those who release', async () => {
    expect(await post(path, order, RELEASER)).toMatchObject({ status: 403 });
  });

  it.each([
    [{}, ['reason', 'incident']],
    [{ reason: '  ', incident: 'INC-7' }, ['reason']],
    [{ reason: '\u200b\u2060', incident: 'INC-7' }, ['reason']],
    [{ reason: 'no \u202eflaw', incident: 'INC\u001b[2J' }, ['reason', 'incident']],
    [{ ...order, incident: 'x'.repeat(257) }, ['incident']],
    [{ ...order, force: true }, ['body']],
    [{ ...order, to_nothing: 'yes' }, ['to_nothing']],
    ['[]', ['body']],
  ])('needs a reason and an incident: %j', async (body, fields) => {
    expect(await post(path, body, OPERATOR)).toMatchObject({
      status: 422,
      body: { title: 'RequestInvalid', faults: fields.map((field) => ({ field })) },
    });
  });

  it('goes through although half a character was typed', async () => {
    const answer = await post(path, '{"reason":"errors \\ud83d","incident":"INC-7"}', OPERATOR);

    expect(answer).toMatchObject({ status: 202, body: { reason: 'errors \ufffd' } });
  });

  it.each(['nowhere', 'not_a_name'])('finds nothing in production of %s', async (model) => {
    expect(await post(`/models/${model}/rollback`, order, OPERATOR)).toMatchObject({
      status: 404,
      body: { title: 'NotFound' },
    });
  });

  it('is refused when there is no fallback', async () => {
    intake.store.seed(aPointer({ fallbackReleaseId: '' }));

    expect(await post(path, order, OPERATOR)).toMatchObject({ status: 409, body: { title: 'RollbackImpossible' } });
  });

  it('may be ordered again when somebody else was faster, five times over', async () => {
    const busy = {
      ...intake.store,
      commit: async () => {
        throw new Conflict('the chain is too busy');
      },
    };
    const served = app(undefined, { ...intake, store: busy });

    expect(await post(path, order, OPERATOR, served)).toMatchObject({ status: 409, body: { title: 'Conflict' } });
  });
});
