import { beforeEach, describe, expect, it } from 'vitest';
import { answerTime } from '../../lib/domain/approval/candidates.ts';
import { invitationsFor } from '../../lib/domain/approval/quorum.ts';
import { INTAKE_CHAIN } from '../../lib/domain/ledger/event.ts';
import { anApi, claimsOf, eventOf, tokenOf } from '../support/api.ts';
import { aManifest, NOW } from '../support/approval-case.ts';
import { anIntake, type Intake, unknownName } from '../support/intake.ts';
import { aHold, aPointer, inProduction, MODEL, superseded } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});

const as = (...groups: string[]) => claimsOf({ sub: 'sub-1', username: 'oscar', 'cognito:groups': groups });
const call = async (path: string, init: RequestInit, bindings: unknown) => {
  const response = await anApi(intake).request(`/v1${path}`, init, bindings as object);
  return { status: response.status, body: await response.json() };
};
const get = (path: string, bindings: unknown) => call(path, {}, bindings);
const post = (path: string, body: unknown, bindings: unknown) =>
  call(path, { method: 'POST', body: JSON.stringify(body) }, bindings);

describe('who calls', () => {
  it.each([
    ['no event', undefined],
    ['no authorizer', { event: { requestContext: {} } }],
    ['claims without a subject', claimsOf({ username: 'oscar' })],
    ['an empty subject', claimsOf({ sub: '' })],
  ])('is nobody with %s, whatever the headers say', async (_, bindings) => {
    const forged = { headers: { authorization: `Bearer ${tokenOf({ sub: 'sub-1', groups: ['operator'] })}` } };

    expect(await call('/releases', forged, bindings)).toMatchObject({
      status: 403,
      body: { title: 'NotAuthorized', status: 403 },
    });
  });

  it.each([
    ['an authorization that is no token', 'Basic b3NjYXI6'],
    ['two tokens', `Bearer ${tokenOf({ sub: 's' })}, Bearer ${tokenOf({ sub: 's' })}`],
    ['a payload that is no JSON', 'Bearer e30.e30x.e30'],
    ['a payload with a claim twice', `Bearer e30.${Buffer.from('{"sub":"s","sub":"s"}').toString('base64url')}.e30`],
    ['a token without a subject', `Bearer ${tokenOf({ groups: ['operator'] })}`],
    ['the token of somebody else', `Bearer ${tokenOf({ sub: 'other', groups: ['operator'] })}`],
    ['another token of the caller', `Bearer ${tokenOf({ sub: 's', jti: '2', groups: ['operator'] })}`],
    ['a token of another issuer', `Bearer ${tokenOf({ sub: 's', iss: 'https://evil.example', groups: ['operator'] })}`],
  ])('is nobody with %s, whom the gateway does not vouch for', async (_, authorization) => {
    const event = eventOf({ sub: 's' });

    expect(await get('/releases', { event: { ...event, headers: { authorization } } })).toMatchObject({
      status: 403,
      body: { title: 'NotAuthorized' },
    });
  });

  it.each([
    ['a list', { 'cognito:groups': ['auditor', 'releaser'] }],
    ['one name', { groups: 'releaser' }],
    ['the groups of any issuer', { groups: ['releaser'] }],
  ])('has the roles of %s', async (_, groups) => {
    expect((await post('/releases', aManifest(), claimsOf({ sub: 'oscar', ...groups }))).status).toBe(201);
  });

  it('is known by a token without the word Bearer, too', async () => {
    const event = eventOf({ sub: 's', groups: ['auditor'] });
    const authorization = event.headers.authorization.replace('Bearer ', '');

    expect(await get('/releases', { event: { ...event, headers: { authorization } } })).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ['another role', { 'cognito:groups': ['operator'] }],
    ['a role that only contains the word', { groups: ['operator', 'not-releaser', 'releaser-of-nothing'] }],
    ['a group whose name has the word', { groups: ['auditor', 'former releaser', 'releaser,operator', '[releaser]'] }],
    ['a group that is written in capitals', { groups: ['auditor', 'Releaser'] }],
  ])('cannot ask for a release with %s', async (_, groups) => {
    const answer = await post('/releases', aManifest(), claimsOf({ sub: 'oscar', ...groups }));

    expect(answer).toMatchObject({ status: 403, body: { detail: 'this needs the role releaser' } });
    expect(intake.store.commits).toBe(0);
  });

  it.each(['auditor', 'operator', 'releaser', 'approver'])('may read as %s', async (role) => {
    expect(await get('/releases', as(role))).toMatchObject({ status: 200 });
  });

  it.each([
    ['no groups', {}],
    ['groups that are no names', { groups: { operator: true } }],
    ['a former operator (SD-6)', { groups: ['former operator'] }],
    ['a former operator, in text', { groups: 'former operator' }],
    ['the text of a list', { 'cognito:groups': '[auditor operator]' }],
    ['roles of the approvers file', { groups: ['ml_lead'] }],
  ])('reads and orders nothing with %s', async (_, groups) => {
    intake.store.seed(inProduction, superseded, aPointer());
    const caller = claimsOf({ sub: 'oscar', ...groups });
    const order = { reason: 'errors doubled', incident: 'INC-7' };

    for (const path of ['/releases', '/releases/mortgage-1-2-0', '/refusals', '/holds', '/endpoints', '/nowhere']) {
      expect(await get(path, caller)).toMatchObject({
        status: 403,
        body: { detail: 'this needs one of the roles auditor, operator, releaser, approver' },
      });
    }
    expect(await post(`/models/${MODEL}/rollback`, order, caller)).toMatchObject({ status: 403 });
    expect(intake.store.commits).toBe(0);
  });

  it.each([
    ['the user name of a user pool', { sub: 's', 'cognito:username': 'oscar', username: 'u' }, 'oscar'],
    ['the user name of another token', { sub: 's', username: 'oscar' }, 'oscar'],
    ['the subject', { sub: 'oscar-subject' }, 'oscar'],
    ['the subject where the user name says nothing', { sub: 'oscar-subject', username: 'u' }, 'oscar'],
    ['both', { sub: 'oscar-subject', username: 'oscar' }, 'oscar'],
    ['a login', { sub: 's', username: 'ada@lovelace.example' }, 'ada'],
    ['a machine', { sub: 'job-client' }, 'release-job'],
  ])('is on record with the id of the directory (SD-5): %s', async (_, claims, id) => {
    await post('/releases', aManifest({ trained_by: 'tom' }), claimsOf({ ...claims, groups: ['releaser'] }));

    expect(await intake.store.get('release', aManifest().release_id)).toMatchObject({ submittedBy: id });
    expect((await intake.store.event(MODEL, 1))?.event).toMatchObject({
      actor_id: id,
      actor_role: 'releaser',
      actor_auth: 'jwt',
      details: { door: 'http_api' },
    });
  });

  it.each([
    ['nobody', { sub: 's', username: 'mallory' }, 'mallory'],
    ['two people', { sub: 'oscar-subject', username: 'ada' }, 'ada'],
    ['somebody in other letters', { sub: 'Oscar' }, 'Oscar'],
  ])('is refused as a submitter, by name and on record, if the token names %s', async (_, claims, name) => {
    const answer = await post('/releases', aManifest(), claimsOf({ ...claims, groups: ['releaser'] }));

    const problem = `${name} is neither a person nor a declared machine of the directory`;
    expect(answer).toMatchObject({
      status: 422,
      body: { title: 'ManifestInvalid', faults: [{ field: 'submitter', problem }] },
    });
    const event = (await intake.store.event(INTAKE_CHAIN, 1))?.event;
    expect(event).toMatchObject({ event_type: 'release_refused', actor_id: await unknownName(name) });
    expect(JSON.stringify(event)).not.toContain(`${name} is`);
  });

  it('who trained a model under a login is not asked to approve it, and cannot by a link (SD-5)', async () => {
    const asilva = claimsOf({ sub: 's', username: 'alovelace', groups: ['releaser'] });

    await post('/releases', aManifest({ requested_by: 'alovelace' }), asilva);

    const release = await intake.store.get('release', aManifest().release_id);
    expect(release).toMatchObject({ requestedBy: 'ada', submittedBy: 'ada' });
    const time = answerTime({ sla_hours: 4, deadline_hours: 72 }, NOW);
    const question = { roles: ['ml_lead'], directory: intake.directory, time, mustDecide: [] };
    const asked = release && invitationsFor({ ...question, release }, () => 'n'.repeat(16));
    expect(asked?.map(({ personId }) => personId)).not.toContain('ada');
  });

  it.each([
    [
      'nobody',
      { sub: 's', username: 'mallory' },
      /^mallory is neither a person nor a machine of the directory: list it/,
    ],
    ['a machine', { sub: 'job-client' }, /release-job is a machine/],
  ])('orders nothing as %s', async (_, claims, detail) => {
    intake.store.seed(inProduction, superseded, aPointer(), aHold({ initiatedBy: 'ada' }));
    const operator = claimsOf({ ...claims, groups: ['operator'] });
    const order = { reason: 'errors doubled', incident: 'INC-7' };

    for (const [path, body] of [
      [`/models/${MODEL}/rollback`, order],
      [`/models/${MODEL}/hold/release`, order],
      [`/releases/${inProduction.releaseId}/promotion`, { reason: 'again' }],
      ['/endpoints/mortgage/adopt', { reason: 'ours', model_name: MODEL }],
      [`/models/${MODEL}/endpoint/move`, { reason: 'renamed', endpoint: 'other' }],
      ['/key-rotations', order],
    ] as const) {
      expect(await post(path, body, operator)).toMatchObject({
        status: 403,
        body: { title: 'NotAuthorized', detail: expect.stringMatching(detail) },
      });
    }
    expect(intake.store.commits).toBe(0);
  });

  it('who asked for a rollback under a login in a former version does not release its hold', async () => {
    intake.store.seed(inProduction, superseded, aPointer(), aHold({ initiatedBy: 'oscar-subject' }));
    const order = { reason: 'the cause was found', incident: 'INC-7' };

    const answer = await post(`/models/${MODEL}/hold/release`, order, as('operator'));

    expect(answer).toMatchObject({ status: 403, body: { title: 'SeparationOfDuties' } });
  });
});
