/** Machines come in with a signature of AWS, by routes of their own: the route decides what counts, not what a request has. */

import { beforeEach, describe, expect, it } from 'vitest';
import { REFUSAL_BOUNDS } from '../../lib/domain/change/refusal-bounds.ts';
import { INTAKE_CHAIN } from '../../lib/domain/ledger/event.ts';
import { anApi, claimsOf, eventOf, signedBy } from '../support/api.ts';
import { aDirectory, aManifest } from '../support/approval-case.ts';
import { anIntake, type Intake, unknownName } from '../support/intake.ts';
import { allRefusals } from '../support/listed.ts';
import { aPointer, inProduction, MODEL, superseded } from '../support/release-life.ts';

const ACCOUNT = '000000000000';
const session = (role: string, name = 'build-17') => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;
const PIPELINE = session('pipeline');
const NOBODY = session('nobody');

const DIRECTORY = aDirectory();
const ADA = `arn:aws:iam::${ACCOUNT}:role/sso/ada`;

let intake: Intake;
beforeEach(() => {
  const people = DIRECTORY.people.map((person) =>
    person.id === 'ada' ? { ...person, logins: [...(person.logins ?? []), ADA] } : person,
  );
  intake = anIntake({ directory: { ...DIRECTORY, people } });
});

const call = async (path: string, bindings: object, init: RequestInit = {}) => {
  const response = await anApi(intake).request(path, init, bindings);
  return { status: response.status, body: await response.json() };
};
const submit = (bindings: object, manifest: unknown = aManifest(), path = '/iam/v1/releases') =>
  call(path, bindings, { method: 'POST', body: JSON.stringify(manifest) });
const read = (path: string, userArn: string) => call(`/iam/v1${path}`, signedBy(userArn, 'GET /iam/v1/{proxy+}'));

describe('a machine that signs (SD-5)', () => {
  it('requests a release by its role, whatever the session calls itself, and is on record by its id', async () => {
    expect((await submit(signedBy(session('pipeline', 'ada')))).status).toBe(201);

    expect(await intake.store.get('release', aManifest().release_id)).toMatchObject({ submittedBy: 'pipeline' });
    expect((await intake.store.event(MODEL, 1))?.event).toMatchObject({
      actor_id: 'pipeline',
      actor_role: 'submitter',
      actor_auth: 'iam',
      details: { door: 'http_api' },
    });
  });

  it('reads where the objects of a release may lie, and nobody reads that who is unknown', async () => {
    expect(await read('/settings', PIPELINE)).toEqual({ status: 200, body: { model_buckets: ['models'] } });
    expect(await read('/settings', NOBODY)).toMatchObject({ status: 403 });
  });

  it('reads what becomes of releases and models, and what was refused', async () => {
    intake.store.seed(inProduction, superseded, aPointer());
    const { releaseId } = inProduction;
    const { body } = await submit(signedBy(PIPELINE), { ...aManifest(), git_commit: 'abc' });
    const { refusal_id: refusalId } = body as { refusal_id: string };

    for (const path of [
      '/releases',
      `/releases/${releaseId}`,
      `/models/${MODEL}`,
      '/refusals',
      `/refusals/${refusalId}`,
    ]) {
      expect(await read(path, PIPELINE)).toMatchObject({ status: 200 });
    }
  });

  it('gives no orders, and reads nothing else', async () => {
    intake.store.seed(inProduction, superseded, aPointer());
    const body = JSON.stringify({ reason: 'errors doubled', incident: 'INC-7' });

    for (const path of [
      `/models/${MODEL}/rollback`,
      `/models/${MODEL}/hold/release`,
      `/models/${MODEL}/endpoint/move`,
      `/releases/${inProduction.releaseId}/promotion`,
      `/approvals/${inProduction.releaseId}/withdrawal`,
      '/endpoints/mortgage/adopt',
      '/key-rotations',
    ]) {
      expect(await call(`/iam/v1${path}`, signedBy(PIPELINE), { method: 'POST', body })).toMatchObject({ status: 404 });
    }
    for (const path of ['/holds', '/endpoints', '/signatures?from=2026-01-01&until=2026-12-31']) {
      expect(await read(path, PIPELINE)).toMatchObject({ status: 404 });
    }
    expect(intake.store.commits).toBe(0);
  });

  it('has its faults on record under its id', async () => {
    const answer = await submit(signedBy(PIPELINE), { ...aManifest(), git_commit: 'abc' });

    expect(answer).toMatchObject({
      status: 422,
      body: { title: 'ManifestInvalid', faults: [{ field: 'git_commit' }] },
    });
    expect((await intake.store.event(INTAKE_CHAIN, 1))?.event).toMatchObject({
      actor_id: 'pipeline',
      actor_auth: 'iam',
    });
  });
});

describe('a principal that is no machine which may submit', () => {
  it.each([
    [
      'nobody’s',
      NOBODY,
      `arn:aws:iam::${ACCOUNT}:role/nobody belongs to no machine of the directory: declare it there as the principal_arn of one`,
    ],
    ['of another account', 'arn:aws:sts::111111111111:assumed-role/pipeline/x', /role\/pipeline belongs to no machine/],
    ['a user of the role’s name', `arn:aws:iam::${ACCOUNT}:user/pipeline`, /user\/pipeline belongs to no machine/],
    ['the root user', `arn:aws:iam::${ACCOUNT}:root`, /belongs to no machine/],
    ['a person’s', session('ada'), 'belongs to ada, a person: people call with a token of their own'],
    ['a trainer’s', session('t'), 'is the machine trainer-only, which may not be a submitter'],
  ])('is refused, by name: %s', async (_, userArn, problem) => {
    const refused = {
      status: 403,
      body: {
        title: 'NotAuthorized',
        detail: 'only machines that may be submitters sign their requests',
        faults: [
          { field: 'principal', problem: typeof problem === 'string' ? problem : expect.stringMatching(problem) },
        ],
      },
    };

    expect(await read('/releases', userArn)).toMatchObject(refused);
    expect(intake.store.commits).toBe(0);
    expect(await submit(signedBy(userArn))).toMatchObject(refused);
    expect(await intake.store.get('release', aManifest().release_id)).toBeUndefined();
  });

  it('has the release that it asked for refused on record, under a code where nobody knows it', async () => {
    await submit(signedBy(NOBODY));
    await submit(signedBy(session('ada')));

    const [unknown, known] = [await intake.store.event(INTAKE_CHAIN, 1), await intake.store.event(INTAKE_CHAIN, 2)];
    const actor_id = await unknownName(`arn:aws:iam::${ACCOUNT}:role/nobody`);
    expect(unknown?.event).toMatchObject({ event_type: 'release_refused', actor_id, actor_auth: 'iam' });
    expect(JSON.stringify(unknown)).not.toMatch(/nobody|arn:/);
    expect(known?.event).toMatchObject({ event_type: 'release_refused', actor_id: 'ada' });
  });

  it('takes places of the door, however many roles there are, and none of a machine’s', async () => {
    const { places } = REFUSAL_BOUNDS.intake_of_door;
    for (let each = 0; each < places + 20; each += 1) await submit(signedBy(session(`role-${each}`)));
    expect(await allRefusals(intake.store)).toHaveLength(places);

    await submit(signedBy(PIPELINE), { ...aManifest(), git_commit: 'abc' });

    expect(await allRefusals(intake.store)).toHaveLength(places + 1);
  });
});

describe('the route', () => {
  const both = (routeKey: string) => {
    const token = eventOf({ sub: 's', username: 'oscar', 'cognito:groups': ['releaser', 'operator', 'auditor'] });
    const signature = signedBy(PIPELINE).event.requestContext.authorizer;
    const authorizer = { ...token.requestContext.authorizer, ...signature };
    return { event: { ...token, routeKey, requestContext: { authorizer } } };
  };

  it.each([
    ['the token', 'ANY /v1/{proxy+}', '/v1/releases', 'oscar'],
    ['the signature', 'POST /iam/v1/releases', '/iam/v1/releases', 'pipeline'],
  ])('says whether %s counts, if there are both', async (_, routeKey, path, id) => {
    expect((await submit(both(routeKey), aManifest(), path)).status).toBe(201);
    expect(await intake.store.get('release', aManifest().release_id)).toMatchObject({ submittedBy: id });
  });

  it.each([
    ['a signature under a route of tokens', signedBy(PIPELINE, 'ANY /v1/{proxy+}'), '/v1/releases'],
    [
      'a signature under no route',
      { event: { ...signedBy(PIPELINE).event, routeKey: '$default' } },
      '/iam/v1/releases',
    ],
    [
      'a token under a route of signatures',
      {
        event: { ...eventOf({ sub: 's', username: 'oscar', groups: ['releaser'] }), routeKey: 'POST /iam/v1/releases' },
      },
      '/iam/v1/releases',
    ],
    [
      'a token whose claims speak of a principal',
      claimsOf({ sub: 's', groups: ['releaser'], iam: { userArn: PIPELINE }, userArn: PIPELINE }),
      '/iam/v1/releases',
    ],
    ['a path that leaves the route of its token', both('ANY /v1/{proxy+}'), '/v1/../iam/v1/releases'],
    ['a path that leaves the route of its signature', both('POST /iam/v1/releases'), '/iam/v1/../../v1/releases'],
    ['a path that leaves it in other letters', both('POST /iam/v1/releases'), '/iam/v1/%2e%2e/%2E%2E/v1/releases'],
    ['a principal that is no ARN', signedBy('pipeline'), '/iam/v1/releases'],
    ['no principal', { event: { routeKey: 'POST /iam/v1/releases', requestContext: {} } }, '/iam/v1/releases'],
  ])('lets nobody in with %s', async (_, bindings, path) => {
    const headers = { 'x-amzn-request-context': JSON.stringify(signedBy(PIPELINE).event.requestContext) };

    expect(await call(path, bindings, { method: 'POST', body: JSON.stringify(aManifest()), headers })).toMatchObject({
      status: 403,
      body: { title: 'NotAuthorized', detail: 'the request carries no verified identity' },
    });
    expect(intake.store.commits).toBe(0);
  });
});
