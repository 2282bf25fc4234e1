/** A rollback from the console: the same act as by the API, by an operator who saw what would serve instead. */
import { afterAll, describe, expect, it } from 'vitest';
import { ReleaseId } from '../../lib/domain/identifiers.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { gradually } from '../support/a-strategy.ts';
import { realNow } from '../support/console.ts';
import { ASSAY_BASE, aFleet, asking, FORMER, LIVE } from '../support/console-scene.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';
import { inProduction } from '../support/release-life.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const PAGE = '/console/models/mortgage-approval/rollback';
const HOLD = '/console/models/card-fraud/hold';
const GIVEN = { reason: 'errors doubled', incident: 'INC-7', confirmation: 'mortgage-approval' };

describe('the page of a rollback', () => {
  it('shows what would serve instead with its evidence, and whether it still can', async () => {
    const { ask } = asking(issuer, await aFleet());

    const text = textOf((await ask('omar', PAGE)).text);

    expect(text).toContain('1.0.0 would serve instead');
    expect(text).toContain('✓ it was approved, and that is in force');
    expect(text).toMatch(/Would serve: 1\.0\.0 .*Governance record, SHA-256 [0-9a-f]{64}/);
  });

  it('says before anything is ordered that it would be refused, and why', async () => {
    const scene = await aFleet();
    const former = await scene.store.get('release', FORMER as never);
    scene.store.seed({ ...former, approvedUntil: '2026-01-01T00:00:00.000Z' } as never);

    const text = textOf((await asking(issuer, scene).ask('omar', PAGE)).text);

    expect(text).toContain('✕ it would be refused the approval expired at 1 Jan 2026');
  });

  it('says before the order and after it that a strategy has to end first', async () => {
    const scene = await aFleet();
    const { ask, send } = asking(issuer, scene);
    scene.store.seed({
      ...gradually(inProduction),
      ...{ releaseId: ReleaseId.parse('mortgage-9'), modelVersion: '9.0.0', state: 'approved', updatedAt: realNow() },
    });
    const said = /A strategy brings traffic to 9\.0\.0.* SageMaker takes no other order before/;

    expect(textOf((await ask('omar', PAGE)).text)).toMatch(said);
    await send('omar', PAGE, { ...GIVEN, to: 'fallback' });
    expect(textOf((await ask('omar', `${PAGE}s/2?still=1`)).text)).toMatch(said);
  });

  it('has a form for operators alone, and takes none from others', async () => {
    const scene = await aFleet();
    const { ask, send } = asking(issuer, scene);

    const page = await ask('ada', PAGE, {}, ['auditor']);
    const sent = await send('ada', PAGE, { ...GIVEN, to: 'fallback', epoch: '2' }, ['auditor']);

    expect(page.text).not.toContain('<form method="post" action=""');
    expect(sent.status).toBe(403);
    expect(await scene.store.get('rollback', rollbackId('mortgage-approval', 2))).toBeUndefined();
  });

  it('says of a model that serves nothing, and of one that is not there, that there is nothing to take back', async () => {
    const { ask } = asking(issuer, await aFleet());

    expect((await ask('omar', '/console/models/nothing/rollback')).status).toBe(404);
    expect((await ask('omar', '/console/models/-/rollback')).status).toBe(404);
  });
});

describe('the order', () => {
  it('is the rollback of the API, under the name of the operator, and leads to a page that shows how far it is', async () => {
    const scene = await aFleet();
    const { ask, send } = asking(issuer, scene);

    const { status, location } = await send('omar', PAGE, { ...GIVEN, to: 'fallback' });
    const rollback = await scene.store.get('rollback', rollbackId('mortgage-approval', 2));
    const progress = await ask('omar', location.replace(ASSAY_BASE, ''));

    expect([status, location]).toEqual([303, `${ASSAY_BASE}/console/models/mortgage-approval/rollbacks/2`]);
    expect(rollback).toMatchObject({
      fromReleaseId: LIVE,
      toReleaseId: FORMER,
      initiatedBy: 'omar',
      actorRole: 'operator',
      reason: 'errors doubled',
      linkedIncident: 'INC-7',
    });
    expect(scene.store.outbox.slice(-2).map(({ intent }) => intent.kind)).toEqual(['ship_event', 'start_execution']);
    expect(progress.headers.get('refresh')).toBe('3');
    expect(textOf(progress.text)).toMatch(/Under way .* Rollback requested/);
  });

  it('can be one to nothing, though there is a fallback', async () => {
    const scene = await aFleet();

    await asking(issuer, scene).send('omar', PAGE, { ...GIVEN, to: 'nothing' });

    expect(await scene.store.get('rollback', rollbackId('mortgage-approval', 2))).toMatchObject({ toReleaseId: '' });
  });

  it.each([
    ['reason', ''],
    ['incident', '  '],
    ['confirmation', 'card-fraud'],
  ])('is not taken without its %s, and keeps what was typed', async (field, value) => {
    const scene = await aFleet();

    const noted: string[] = [];
    const noteRead = async (who: unknown, what: string) => void noted.push(`${who} ${what}`);

    const { status, text } = await asking(issuer, scene, { noteRead }).send('omar', PAGE, {
      ...GIVEN,
      to: 'fallback',
      [field]: value,
    });

    expect(status).toBe(422);
    expect(noted.at(-1)).toBe('omar POST /console/models/{model}/rollback mortgage-approval');
    expect(text).toContain(`<a href="#${field}">`);
    expect(text).toContain(field === 'reason' ? 'value="INC-7"' : 'value="errors doubled"');
    expect(await scene.store.get('rollback', rollbackId('mortgage-approval', 2))).toBeUndefined();
  });

  it('is about what was looked at: if something else serves by now, nothing is taken back', async () => {
    const scene = await aFleet();

    const { status, text } = await asking(issuer, scene).send('omar', PAGE, { ...GIVEN, to: 'fallback', epoch: '1' });

    expect(status).toBe(409);
    expect(text).toContain('serves something else since');
    expect(await scene.store.get('rollback', rollbackId('mortgage-approval', 2))).toBeUndefined();
  });

  it('is taken from the form of this page and session alone', async () => {
    const scene = await aFleet();
    const { app, send, ask } = asking(issuer, scene);
    const { token, text } = await ask('omar', PAGE);
    const [, form = ''] = /name="form" value="([^"]+)"/.exec(text) ?? [];
    const post = (headers: Record<string, string>, body: Record<string, string>) =>
      app.request(`${ASSAY_BASE}${PAGE}`, {
        method: 'POST',
        headers: {
          cookie: `__Host-assay-session=${token}`,
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        body: String(new URLSearchParams({ ...GIVEN, to: 'fallback', epoch: '2', ...body })),
      });

    const elsewhere = await post({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, { form });
    const without = await post({ origin: 'null', 'sec-fetch-site': 'same-origin' }, {});
    const ofAnotherPage = await send('omar', PAGE, { ...GIVEN, to: 'fallback', form: `${form}x` });

    expect([elsewhere.status, without.status, ofAnotherPage.status]).toEqual([403, 403, 403]);
    expect(await scene.store.get('rollback', rollbackId('mortgage-approval', 2))).toBeUndefined();
  });
});

describe('how far it is', () => {
  const at = realNow();

  it.each([
    ['executed', { executedAt: at }, '✓ Done'],
    ['refused', {}, '✕ Refused: what served before goes on serving'],
  ])('ends with what became of it: %s', async (status, changes, said) => {
    const scene = await aFleet();
    const { ask, send } = asking(issuer, scene);
    await send('omar', PAGE, { ...GIVEN, to: 'fallback' });
    const rollback = await scene.store.get('rollback', rollbackId('mortgage-approval', 2));
    scene.store.seed({ ...rollback, status, ...changes } as never);

    const page = await ask('omar', '/console/models/mortgage-approval/rollbacks/2');

    expect(textOf(page.text)).toContain(said);
    expect(page.headers.get('refresh')).toBeNull();
  });

  it('stops loading itself when somebody asks for that', async () => {
    const scene = await aFleet();
    const { ask, send } = asking(issuer, scene);
    await send('omar', PAGE, { ...GIVEN, to: 'fallback' });

    const page = await ask('omar', '/console/models/mortgage-approval/rollbacks/2?still=1');

    expect(page.headers.get('refresh')).toBeNull();
    expect(page.text).toContain('Look again');
  });
});

describe('the hold that follows', () => {
  const AGREED = { reason: 'the cause was found', incident: 'INC-7', confirmation: 'card-fraud' };

  it('is released by as many operators as it needs, none of whom ordered the rollback', async () => {
    const scene = await aFleet();
    const { ask, send } = asking(issuer, scene);

    const who = await ask('oscar', HOLD);
    const refused = await send('oscar', HOLD, AGREED);
    await send('omar', HOLD, AGREED);
    const once = await scene.store.get('hold', 'card-fraud' as never);
    await send('olga', HOLD, AGREED);
    const twice = await scene.store.get('hold', 'card-fraud' as never);

    expect(textOf(who.text)).toContain('You ordered the rollback');
    expect(refused.status).toBe(403);
    expect(once).toMatchObject({ status: 'held', consents: [{ operatorId: 'omar' }] });
    expect(twice).toMatchObject({ status: 'released' });
    expect(textOf((await ask('omar', HOLD)).text)).toContain('card-fraud is released');
  });

  it('is released as it was looked at: a form of another rollback releases nothing, nor does an order without its epoch', async () => {
    const scene = await aFleet();
    const { send } = asking(issuer, scene);

    const other = await send('omar', HOLD, { ...AGREED, rollback: 'rb-another' });
    const order = await send('omar', PAGE, { ...GIVEN, to: 'fallback', epoch: 'x', reason: '' });

    expect([other.status, order.status]).toEqual([409, 409]);
    expect(await scene.store.get('hold', 'card-fraud' as never)).toMatchObject({ status: 'held', consents: [] });
  });
});
