/** What the API says became of something: of a release while it is judged, of a request that was refused, of a model. */
import { beforeEach, describe, expect, it } from 'vitest';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import { policyOf } from '../../lib/domain/policy/scoped-policies.ts';
import { stageChecks } from '../../lib/domain/records/stage-checks.ts';
import { anOverlay, deployed } from '../domain/policy/policy-files.ts';
import { anApi, callApi } from '../support/api.ts';
import { aManifest, aPolicy, NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import {
  aBreakGlass,
  aHold,
  aMove,
  anEmptyPointer,
  aPointer,
  approved,
  aRollback,
  checks,
  draft,
  inProduction,
  MODEL,
  superseded,
  validated,
} from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});
const get = (path: string) => callApi(anApi(intake), path, { username: 'ada', groups: ['auditor'] });
const submit = (manifest: unknown) =>
  callApi(anApi(intake), '/releases', { username: 'oscar', groups: ['releaser'] }, manifest);

describe('the stages of a release', () => {
  const stagesOf = async () => (await get(`/releases/${draft.releaseId}`)).body['stages'];
  const made = (stage: StageName) =>
    stageChecks(
      draft.releaseId,
      stage,
      checks.filter((check) => check.stage === stage),
    );

  it('are under way until they have a result, and the one that needs the others waits', async () => {
    intake.store.seed(draft, made('model_card'));

    expect(await stagesOf()).toEqual(
      StageName.options.map((name) => ({
        name,
        title: expect.stringMatching(/^[A-Z][a-z ]+$/),
        status: { model_card: 'passed', risk_classification: 'waits' }[name as string] ?? 'under_way',
      })),
    );
  });

  it('come to the last one when the others have ended', async () => {
    intake.store.seed(draft, ...StageName.options.filter((name) => name !== 'risk_classification').map(made));
    intake.store.seed({ ...checks[0], stage: 'custom_checks', name: 'ours', passed: false } as never);

    expect(await stagesOf()).toContainEqual({ name: 'custom_checks', title: 'Custom checks', status: 'not_passed' });
    expect(await stagesOf()).toContainEqual({
      name: 'risk_classification',
      title: 'Risk classification',
      status: 'under_way',
    });
  });

  it('are only those that the policy has checks for, where the policy is at hand', async () => {
    const policy = { ...aPolicy(), stages: aPolicy().stages.filter(({ name }) => name === 'model_card') };
    intake = anIntake({ policy });
    const { release_id } = (await submit(aManifest())).body as { release_id: string };

    const { stages } = (await get(`/releases/${release_id}`)).body as { stages: { name: string; status: string }[] };

    expect(stages.filter(({ status }) => status !== 'no_checks')).toEqual([
      { name: 'model_card', title: 'Model card', status: 'under_way' },
    ]);
  });

  it('had no checks if there is no result when the release was judged', async () => {
    intake.store.seed(validated);

    expect(await stagesOf()).toContainEqual({ name: 'custom_checks', title: 'Custom checks', status: 'no_checks' });
  });
});

describe('the policy of a release', () => {
  const appliedTo = async (...overlays: Parameters<typeof deployed>) => {
    const { base: policy, scoped } = deployed(...overlays);
    intake = anIntake({ policy, scoped });
    await submit(aManifest());
    const { release } = (await get(`/releases/${aManifest().release_id}`)).body as { release: object };
    return { release, overlays: policyOf({ base: policy, scoped }, MODEL).overlays };
  };

  it('is shown with the overlays that made it stricter, and the tags that decided', async () => {
    const { release, overlays } = await appliedTo(anOverlay('credit', 'scope: { models: ["mortgage-*"] }'));

    expect(release).toMatchObject({
      policy_applied: { overlays: [{ name: 'credit', sha256: overlays[0]?.sha256 }], tags: {}, models_sha256: '' },
    });
  });

  it('is shown alone where there are no overlays', async () => {
    expect((await appliedTo()).release).not.toHaveProperty('policy_applied');
  });
});

describe('a request that was refused', () => {
  it('is found by the release that it asked for and by its own id, with what to do', async () => {
    const { body: problem } = await submit({ ...aManifest(), git_commit: 'main' });
    expect(problem).toMatchObject({ remedy: expect.stringContaining('submit the manifest again') });
    await submit({ ...aManifest(), git_commit: 'other' });
    await submit({ ...aManifest({ release_id: 'another' }), git_commit: 'main' });

    const byRelease = await get(`/refusals/${aManifest().release_id}`);
    const byId = await get(`/refusals/${problem['refusal_id']}`);

    expect(byRelease).toMatchObject({ status: 200, body: { refusals: [{}, {}] } });
    expect(byId).toMatchObject({
      status: 200,
      body: {
        refusals: [
          {
            refusal_id: problem['refusal_id'],
            code: 'ManifestInvalid',
            faults: [{ field: 'git_commit', problem: 'must be a full git commit id' }],
            remedy: problem['remedy'],
          },
        ],
      },
    });
    expect(await get('/refusals/nothing')).toMatchObject({ status: 404, body: { title: 'NotFound' } });
  });
});

describe('the status of a model', () => {
  const statusOf = (model: string = MODEL) => get(`/models/${model}`);

  it('says what serves, since when and until when, what comes next, and the way back', async () => {
    const next = { ...approved, releaseId: 'mortgage-1-3-0' as never, modelVersion: '1.3.0' };
    intake.store.seed(inProduction, superseded, aPointer(), next);

    expect(await statusOf()).toEqual({
      status: 200,
      body: {
        model_name: MODEL,
        production: {
          release_id: inProduction.releaseId,
          model_version: '1.2.0',
          risk_tier: inProduction.riskTier,
          endpoint: 'mortgage',
          endpoint_config: 'mortgage-1-2-0-e2',
          since: NOW,
          approved_until: inProduction.approvedUntil,
        },
        way_back: { to: 'release', release_id: superseded.releaseId, model_version: '1.1.0' },
        coming: [
          expect.objectContaining({
            release_id: 'mortgage-1-3-0',
            state: 'approved',
            promotion: expect.objectContaining({ can_promote: expect.any(Boolean) }),
          }),
        ],
      },
    });
  });

  it('says that two people have let what comes next past what is stopped', async () => {
    intake.store.seed(approved, aBreakGlass({ releaseId: approved.releaseId, modelName: approved.modelName }));

    expect(await statusOf()).toMatchObject({
      body: { coming: [{ release_id: approved.releaseId, break_glass: { release_id: approved.releaseId } }] },
    });
  });

  it('says what is under way, and that nothing is promoted', async () => {
    intake.store.seed(inProduction, superseded, aPointer(), aRollback(), aMove(), aHold());

    expect(await statusOf()).toMatchObject({
      body: {
        coming: [],
        rollback: { from_version: '1.2.0', to_version: '1.1.0', status: 'requested' },
        endpoint_move: { status: 'requested' },
        hold: { model_name: MODEL },
      },
    });
    intake.store.seed(aRollback({ toReleaseId: '' }));
    expect(await statusOf()).toMatchObject({ body: { rollback: { to_release_id: '', to_version: '' } } });
  });

  it('says nothing of what has ended', async () => {
    const ended = [aRollback({ status: 'refused' }), aMove({ status: 'moved' })];
    intake.store.seed(inProduction, aPointer({ fallbackReleaseId: '' }), ...ended);

    const { body } = await statusOf();

    expect(body).toMatchObject({ way_back: { to: 'nothing' } });
    expect(Object.keys(body)).toEqual(['model_name', 'production', 'way_back', 'coming']);
  });

  it('says that nothing serves, before the first promotion and after a rollback to nothing', async () => {
    intake.store.seed(superseded);
    expect((await statusOf()).body).toEqual({ model_name: MODEL, coming: [] });

    intake.store.seed(anEmptyPointer());
    expect((await statusOf()).body).toEqual({ model_name: MODEL, coming: [] });
  });

  it('does not follow a pointer that its release does not bear out', async () => {
    intake.store.seed({ ...inProduction, state: 'approved' }, superseded, aPointer());

    expect(await statusOf()).toMatchObject({ status: 409, body: { title: 'Conflict' } });
  });

  it.each(['nowhere', 'not_a_name'])('is not there for %s', async (model) => {
    expect(await statusOf(model)).toMatchObject({ status: 404, body: { title: 'NotFound' } });
  });
});
