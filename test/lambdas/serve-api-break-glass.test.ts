import { beforeEach, describe, expect, it } from 'vitest';
import { breakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import { anApi, callApi } from '../support/api.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { aBreakGlass, aLine, approved, keptPolicy, MODEL } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(approved, keptPolicy, aLine());
});

const RULE = breakGlassRule({});
const call = (path: string, username: string, body?: unknown, groups = ['operator'], rule = RULE) =>
  callApi(
    anApi(intake, { breakGlassRule: async () => ({ rule, environment: 'prod' }) }),
    path,
    { username, groups },
    body,
  );
const GLASS = `/releases/${approved.releaseId}/break-glass`;
const ORDER = { reason: 'the answers are wrong', incident: 'INC-9' };
const WHY = { reason: 'it cannot wait' };

describe('break-glass by the API (GT-6, BG-1)', () => {
  it('is asked for by one operator, confirmed by another, shown to all, ended, and not documented unused', async () => {
    const asked = {
      release_id: approved.releaseId,
      environment: 'prod',
      number: 1,
      incident: 'INC-9',
      requested_by: 'olga',
    };

    expect(await call(GLASS, 'olga', { ...ORDER, hours: 2 })).toMatchObject({
      status: 202,
      body: { ...asked, status: 'requested', open_hours: 2, is_undocumented: false },
    });
    expect(await call(`${GLASS}/confirm`, 'olga', WHY)).toMatchObject({
      status: 403,
      body: { title: 'SeparationOfDuties' },
    });
    expect(await call(`${GLASS}/confirm`, 'omar', WHY)).toMatchObject({
      status: 200,
      body: { status: 'open', confirmed_by: 'omar', confirmed_because: WHY.reason, open_until: expect.any(String) },
    });
    expect(await call(GLASS, 'olga', { ...ORDER, hours: 2 })).toMatchObject({ status: 200, body: { status: 'open' } });
    expect(await call('/break-glass', 'ada', undefined, ['auditor'])).toMatchObject({ body: { break_glass: [asked] } });
    expect(await call(GLASS, 'ada', undefined, ['approver'])).toMatchObject({ status: 200, body: asked });
    expect((await call(`/releases/${approved.releaseId}`, 'olga')).body).toMatchObject({
      promotion: { can_promote: true, reasons: [] },
      break_glass: asked,
    });
    expect(await call(`${GLASS}/document`, 'olga', { account: 'nothing was done by it at all' })).toMatchObject({
      status: 409,
      body: { title: 'BreakGlassImpossible' },
    });
    expect(await call(`${GLASS}/end`, 'omar', WHY)).toMatchObject({ body: { status: 'over', ended_by: 'omar' } });
    expect((await call('/break-glass', 'olga')).body).toEqual({ break_glass: [] });
    expect(await call(`/releases/${approved.releaseId}/promotion`, 'oscar', WHY)).toMatchObject({ status: 409 });
  });

  it('is owed its documentation after its use, listed until then, and settled by it', async () => {
    const at = aBreakGlass().requested.at;
    intake.store.seed(
      aBreakGlass({ used: { at, attempt: 1, documentBy: at }, ended: { by: 'olga', at, reason: 'r' } }),
    );

    expect((await call('/break-glass', 'olga')).body).toMatchObject({
      break_glass: [{ status: 'over', is_undocumented: true, document_by: at, used_at: at }],
    });
    // The attempt that used it is on its way still.
    expect(await call(`${GLASS}/document`, 'olga', { account: 'too early to say what was done' })).toMatchObject({
      status: 409,
    });
    intake.store.seed({ ...approved, reasons: [{ rule: 'not_deployed', evidence: '', explanation: 'why' }] });
    expect(await call(`${GLASS}/document`, 'olga', { account: ' what was done by it\nand why ' })).toMatchObject({
      status: 200,
      body: {
        status: 'documented',
        documented_by: 'olga',
        account: 'what was done by it\nand why',
        is_undocumented: false,
      },
    });
    expect((await call('/break-glass', 'olga')).body).toEqual({ break_glass: [] });
  });

  it('is not what a promotion waits for: that is the end of a freeze, and until when is said', async () => {
    const until = '2040-01-01T00:00:00.000Z' as never;
    const freeze = { name: 'audit week', until, untilThere: 'then', waits: true };
    const reasons = [{ rule: 'freeze', evidence: '', explanation: 'the freeze is on' }];
    intake.store.seed({ ...approved, promotionAttempt: 2, reasons });
    const bodyOf = async (path: string, freezes: readonly (typeof freeze)[]) => {
      const api = anApi(intake, { findFreezes: async () => freezes });
      return (await callApi(api, path, { username: 'olga', groups: ['operator'] })).body;
    };
    const { releaseId, modelName } = approved;

    const promotion = { under_way: false, waits: true, waits_until: until };
    expect(await bodyOf(`/releases/${releaseId}`, [freeze])).toMatchObject({ promotion });
    expect(await bodyOf(`/models/${modelName}`, [freeze])).toMatchObject({ coming: [{ promotion }] });
    expect((await bodyOf(`/releases/${releaseId}`, []))['promotion']).not.toHaveProperty('waits_until');
  });

  it('is one reason of a release that it lets past neither the line nor a freeze', async () => {
    intake.store.seed(aBreakGlass({ ended: { by: 'olga', at: aBreakGlass().requested.at, reason: 'r' } }));
    const freeze = { name: 'audit week', until: '2040-01-01T00:00:00.000Z' as never, untilThere: 'then', waits: true };
    const { body } = await callApi(
      anApi(intake, { findFreezes: async () => [freeze] }),
      `/releases/${approved.releaseId}`,
      { username: 'olga', groups: ['operator'] },
    );

    const { reasons } = body['promotion'] as { readonly reasons: readonly { readonly rule: string }[] };
    const rules = reasons.map(({ rule }) => rule);
    expect(rules.filter((rule) => ['line', 'freeze', 'break_glass'].includes(rule)).toSorted()).toEqual([
      'break_glass',
      'freeze',
      'line',
    ]);
  });

  it('is listed page by page', async () => {
    const long = aBreakGlass({ confirmed: undefined, confirmBy: '2040-01-01T00:00:00.000Z' as never });
    for (const modelName of ['a', 'b', 'c']) intake.store.seed({ ...long, modelName: modelName as never });
    const models = (body: Record<string, unknown>) =>
      (body['break_glass'] as { readonly model_name: string }[]).map(({ model_name: name }) => name);

    const first = (await call('/break-glass?limit=2', 'olga')).body;
    const second = (await call(`/break-glass?limit=2&after=${first['next']}`, 'olga')).body;

    expect([models(first), models(second), second['next']]).toEqual([['a', 'b'], ['c'], undefined]);
  });

  it('is asked for and confirmed by whom the policy names, who are people', async () => {
    const rule = { ...RULE, requestedBy: ['releaser'], confirmedBy: ['auditor'] };

    expect(await call(GLASS, 'olga', ORDER, ['operator'], rule)).toMatchObject({ status: 403 });
    expect(await call(GLASS, 'nobody-we-know', ORDER, ['releaser'], rule)).toMatchObject({ status: 403 });
    expect(await call(GLASS, 'olga', ORDER, ['releaser'], rule)).toMatchObject({ status: 202 });
    expect(await call(`${GLASS}/confirm`, 'omar', WHY, ['operator', 'releaser'], rule)).toMatchObject({ status: 403 });
    expect(await call(`${GLASS}/confirm`, 'omar', WHY, ['auditor'], rule)).toMatchObject({ status: 200 });
    for (const role of ['auditor', 'releaser'])
      expect(await call(`${GLASS}/end`, 'omar', WHY, [role], rule)).toMatchObject({ status: 200 });
    const events = (await intake.store.events(MODEL)).map(({ event }) => `${event.actor_id} ${event.actor_role}`);
    expect(events).toEqual(['olga releaser', 'omar auditor', 'omar auditor']);
  });

  it('needs a reason, an incident, whole hours and an account that has room in its event', async () => {
    expect(await call(GLASS, 'olga', { reason: 'r' })).toMatchObject({ status: 422 });
    expect(await call(GLASS, 'olga', { ...ORDER, hours: 25 })).toMatchObject({ status: 422 });
    expect(await call(GLASS, 'olga', { ...ORDER, hours: 5 })).toMatchObject({ status: 409 });
    expect(await call(`${GLASS}/confirm`, 'olga', {})).toMatchObject({ status: 422 });
    expect(await call(`${GLASS}/document`, 'olga', { account: ' ' })).toMatchObject({ status: 422 });
    expect(await call(`${GLASS}/document`, 'olga', { account: `done${' '.repeat(30)}.` })).toMatchObject({
      status: 422,
    });
    expect(await call(`${GLASS}/document`, 'olga', { account: 'ⴰ'.repeat(4000) })).toMatchObject({ status: 422 });
    expect(await call(GLASS, 'olga')).toMatchObject({ status: 404 });
    expect(await call('/releases/gone/break-glass', 'olga')).toMatchObject({ status: 404 });
    expect(await call('/releases/gone/break-glass', 'olga', ORDER)).toMatchObject({ status: 404 });
    expect(await call(`${GLASS}/confirm`, 'olga', WHY)).toMatchObject({ status: 404 });
  });
});
