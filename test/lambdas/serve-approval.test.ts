import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { describe, expect, it } from 'vitest';
import { Conflict } from '../../lib/domain/refusal.ts';
import { aDirectory, anApprovalCase, at, digestOf, formerly } from '../support/approval-case.ts';
import { COMPLETE, HEADERS, linkFor, openPage, type Page, send, visit } from '../support/approval-visitor.ts';

const events = async ({ scene }: Page) =>
  (await scene.store.events('mortgage-approval')).map(({ event }) => event.event_type);
const approvals = ({ scene }: Page) => scene.store.list('approval', scene.release.releaseId);
const somePage = async (changes: Parameters<typeof openPage>[1] = {}) => openPage(await anApprovalCase(), changes);

describe('opening the page', () => {
  it('shows what is asked and writes nothing, however often and by whichever reading method', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');

    for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) {
      const { response, html } = await visit(page, link, { method });
      expect(response.status).toBe(200);
      expect(html === '').toBe(method === 'HEAD');
    }
    const { html } = await visit(page, link);

    expect(html).toContain(page.scene.request.evidenceDigest);
    expect(html).toContain(digestOf('artifact'));
    expect(html).toContain('disparate_impact_ratio_above_minimum');
    expect(html).toContain('<dt>Code by</dt><dd><bdi>Wes Writer</bdi>');
    expect(html).not.toContain('task-token');
    expect(page.scene.store.commits).toBe(1);
  });

  it('is forbidden to run, load, frame or keep anything', async () => {
    const page = await somePage();

    const { response, html } = await visit(page, await linkFor(page.scene, 'ada'));

    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=|src=/i);
  });

  it('gives the form a nonce in a cookie that goes back to this link alone', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');

    const [first, second] = [await visit(page, link), await visit(page, link)];

    expect(first.setCookie).toBe(
      `__Secure-assay-approval=${first.nonce}; Path=/a/${link}; HttpOnly; Secure; SameSite=Strict`,
    );
    expect(second.nonce).not.toBe(first.nonce);
  });

  it('asks for no secure cookie and no HSTS where the page is served without TLS', async () => {
    const page = await somePage({ publicBaseUrl: 'http://127.0.0.1:3000/base' });
    const link = await linkFor(page.scene, 'ada');

    const { response, setCookie } = await visit(page, link);

    expect(setCookie).toBe(`assay-approval=form-nonce-00000001; Path=/base/a/${link}; HttpOnly; SameSite=Strict`);
    expect(response.headers.get('strict-transport-security')).toBeNull();
  });

  it('says why there is no form to somebody who may not decide, and writes nothing', async () => {
    const page = await somePage({ directory: async () => aDirectory([{ id: 'grace', roles: ['risk_owner'] }]) });

    const { response, html } = await visit(page, await linkFor(page.scene, 'ada'));

    expect(response.status).toBe(403);
    expect(html).toContain('Role &#39;ml_lead&#39; is not a required approver');
    expect(page.scene.store.commits).toBe(1);
  });

  it('says that what a former version took in has to be submitted again, and writes nothing', async () => {
    const page = openPage(await anApprovalCase({ isFormer: true }));

    const { response, html } = await visit(page, await linkFor(page.scene, 'ada'));

    expect(response.status).toBe(409);
    expect(html).toContain('This release has to be submitted again');
    expect(page.scene.store.commits).toBe(1);
  });

  it('rejects it when a form is sent that was open before the upgrade, and says the same to everybody from then on', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');
    const { cookie, nonce } = await visit(page, link);
    const { release, checks, store } = page.scene;
    store.seed(formerly(release, checks));

    const sent = await visit(page, link, {
      method: 'POST',
      headers: { ...HEADERS, cookie },
      body: Buffer.from(String(new URLSearchParams({ form_nonce: nonce, ...COMPLETE }))),
    });
    const other = await visit(page, await linkFor(page.scene, 'grace'));

    for (const { response, html } of [sent, other]) {
      expect(response.status).toBe(409);
      expect(html).toContain('This release has to be submitted again');
    }
    expect(await approvals(page)).toEqual([]);
    expect(await events(page)).toEqual(['approval_requested', 'evaluation_completed']);
  });

  it.each([
    ['a forged link', 403, (link: string) => `A${link.slice(1)}`],
    ['half a link', 403, (link: string) => link.slice(0, 80)],
    ['no link', 404, () => ''],
  ])('answers %s with %i and a page of words', async (_, status, twist) => {
    const page = await somePage();

    const { response, html } = await visit(page, twist(await linkFor(page.scene, 'ada')));

    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('What you can do');
  });

  it('says that the time has passed, with 410', async () => {
    const page = await somePage({ now: () => at('2026-11-24T09:00:00.000Z') });

    expect((await visit(page, await linkFor(page.scene, 'ada'))).response.status).toBe(410);
  });
});

describe('a decision', () => {
  it('is recorded once and shown with name, role, meaning and time with its zone', async () => {
    const page = await somePage();

    const { response, html } = await send(page, await linkFor(page.scene, 'ada'));

    expect(response.status).toBe(200);
    expect(html).toContain('Your decision is recorded');
    expect(html).toContain('Ada Lovelace');
    expect(html).toContain('21 Nov 2026, 10:00:00 UTC');
    expect(html).toContain('still needs the approval of: Risk owner');
    expect(await events(page)).toEqual(['approval_requested', 'approval_granted']);
  });

  it('is shown again, and not recorded again, when it is sent or opened again', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');
    const { cookie, nonce } = await visit(page, link);
    const init = {
      method: 'POST',
      headers: { ...HEADERS, cookie },
      body: new URLSearchParams({ form_nonce: nonce, ...COMPLETE }).toString(),
    };
    await visit(page, link, init);

    const [again, opened] = [await visit(page, link, init), await visit(page, link)];

    expect(again.response.status).toBe(200);
    expect(again.html).toContain('already recorded');
    expect(opened.html).toContain('already recorded');
    expect(await events(page)).toHaveLength(2);
  });

  it('of another kind by the same person is refused with 409 and kept on record', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');
    const { cookie, nonce } = await visit(page, link);
    const post = (fields: Record<string, string>) =>
      visit(page, link, {
        method: 'POST',
        headers: { ...HEADERS, cookie },
        body: new URLSearchParams({ form_nonce: nonce, ...fields }).toString(),
      });
    await post(COMPLETE);
    await send(page, await linkFor(page.scene, 'grace'));

    const { response, html } = await post({ ...COMPLETE, decision: 'deny', comment: 'second thoughts' });

    expect(response.status).toBe(409);
    expect(html).toContain('ada approved this release as ml_lead at 2026-11-21T10:00:00.000Z');
    expect(await events(page)).toEqual(['approval_requested', 'approval_granted', 'approval_granted']);
  });

  it('completes the quorum when another person makes it, and ends the release when it is a denial', async () => {
    const granted = await somePage();
    await send(granted, await linkFor(granted.scene, 'ada'));
    expect((await send(granted, await linkFor(granted.scene, 'grace'))).html).toContain(
      'Every required role has approved',
    );

    const denied = await somePage();
    const { html } = await send(denied, await linkFor(denied.scene, 'ada'), {
      fields: { ...COMPLETE, decision: 'deny', comment: 'no' },
    });
    expect(html).toContain('The release is rejected');
  });

  it('that comes after another has closed the request is refused, and says who did, and when', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'grace');
    const { cookie, nonce } = await visit(page, link);
    await send(page, await linkFor(page.scene, 'ada'), { fields: { ...COMPLETE, decision: 'deny', comment: 'no' } });

    const { response, html } = await visit(page, link, {
      method: 'POST',
      headers: { ...HEADERS, cookie },
      body: String(new URLSearchParams({ form_nonce: nonce, ...COMPLETE })),
    });

    expect(response.status).toBe(409);
    expect(html).toContain('Request is rejected, not pending.');
    expect(html).toContain('ada denied it as ml_lead at 2026-11-21T10:00:00.000Z');
  });

  it('made at the same moment as another is judged again, so that together they meet the quorum', async () => {
    const page = await somePage();
    const [ada, grace] = [await linkFor(page.scene, 'ada'), await linkFor(page.scene, 'grace')];
    const { cookie, nonce } = await visit(page, grace);
    page.scene.store.beforeNextCommit(async () => {
      await send(page, ada);
    });

    const { html } = await visit(page, grace, {
      method: 'POST',
      headers: { ...HEADERS, cookie },
      body: new URLSearchParams({ form_nonce: nonce, ...COMPLETE }).toString(),
    });

    expect(html).toContain('Every required role has approved');
    expect(await events(page)).toEqual(['approval_requested', 'approval_granted', 'approval_granted']);
  });

  it('whose answer was lost after it was written is found recorded when it is sent again', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');
    page.scene.store.failNextCommit('written', new Error('connection lost'));

    const lost = await send(page, link);

    expect(lost.response.status).toBe(500);
    expect(lost.html).toContain('cannot tell whether your decision was recorded');
    expect((await visit(page, link)).html).toContain('already recorded');
  });

  it('that could not be written is not there, and can be made again', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');
    page.scene.store.failNextCommit('unwritten', new Error('no connection'));

    expect((await send(page, link)).response.status).toBe(500);
    expect(await approvals(page)).toEqual([]);
    expect((await send(page, link)).html).toContain('Your decision is recorded');
  });

  it('that meets a conflict every time is asked for again later, with 503', async () => {
    const scene = await anApprovalCase();
    const store = { ...scene.store, commit: () => Promise.reject(new Conflict('busy')) };
    const page = openPage({ ...scene, store });

    expect((await send(page, await linkFor(scene, 'ada'))).response.status).toBe(503);
  });

  it('is put on record when it is refused', async () => {
    const page = await somePage();
    const link = await linkFor(page.scene, 'ada');
    const { cookie, nonce } = await visit(page, link);
    page.scene.store.seed({
      ...page.scene.release,
      requestedBy: page.scene.directory.people[0]?.id ?? page.scene.release.requestedBy,
    });

    const { response, html } = await visit(page, link, {
      method: 'POST',
      headers: { ...HEADERS, cookie },
      body: new URLSearchParams({ form_nonce: nonce, ...COMPLETE }).toString(),
    });

    expect(response.status).toBe(409);
    expect(html).toContain('The evidence is not what you were asked about');
    expect(await events(page)).toEqual(['approval_requested', 'approval_refused']);
  });
});

describe('an incomplete form', () => {
  it('comes back with every fault named and what was typed kept, under a new nonce', async () => {
    const page = await somePage();
    const { 'checklist.rollback_known': _, ...fields } = COMPLETE;

    const { response, html, nonce } = await send(page, await linkFor(page.scene, 'ada'), {
      fields: { ...fields, confirmation: '1.2', comment: 'keep <this>' },
    });

    expect(response.status).toBe(422);
    expect(html).toContain('Your decision does not count: it is not complete');
    expect(html).toContain('Nothing was recorded');
    expect(await events(page)).toEqual(['approval_requested']);
    expect(html).toContain('href="#checklist-rollback_known"');
    expect(html).toContain('keep &lt;this&gt;');
    expect(html).toMatch(/name="checklist.evidence_read" value="yes" required checked/);
    expect(nonce).toBe('form-nonce-00000002');
    expect(await approvals(page)).toEqual([]);
  });

  it('sent by neither button was not judged, and says that nothing was recorded', async () => {
    const page = await somePage();
    const { decision: _, ...fields } = COMPLETE;

    const { response, html } = await send(page, await linkFor(page.scene, 'ada'), { fields });

    expect(response.status).toBe(422);
    expect(html).toContain('Nothing was recorded.');
    expect(await events(page)).toEqual(['approval_requested']);
  });

  it('forgives a space around the version, which telephones add', async () => {
    const page = await somePage();

    const { html } = await send(page, await linkFor(page.scene, 'ada'), {
      fields: { ...COMPLETE, confirmation: ' 1.2.0 ' },
    });

    expect(html).toContain('Your decision is recorded');
  });
});

describe('behind API Gateway', () => {
  const domainName = 'abc.execute-api.eu-west-1.amazonaws.com';
  type Rest = { readonly headers?: Record<string, string>; readonly cookies?: string[]; readonly body?: string };
  const event = (method: string, link: string, { headers = {}, cookies = [], body }: Rest = {}) =>
    ({
      version: '2.0',
      routeKey: '$default',
      rawPath: `/a/${link}`,
      rawQueryString: '',
      headers: { host: domainName, ...headers },
      cookies,
      requestContext: { domainName, http: { method, path: `/a/${link}` } },
      body: body ?? null,
      isBase64Encoded: false,
    }) as unknown as LambdaEvent; // the fields of a real event that Hono looks at

  it('takes the address of the API for its own where no other is configured', async () => {
    const page = await somePage({ publicBaseUrl: '' });
    const link = await linkFor(page.scene, 'ada');
    const invoke = handle(page.app);
    const shown = await invoke(event('GET', link));
    const nonce = /name="form_nonce" value="([^"]*)"/.exec(shown.body)?.[1] ?? '';
    const sent = (origin: string) =>
      invoke(
        event('POST', link, {
          headers: { ...HEADERS, origin },
          cookies: [`__Secure-assay-approval=${nonce}`],
          body: new URLSearchParams({ form_nonce: nonce, ...COMPLETE }).toString(),
        }),
      );

    expect(shown.statusCode).toBe(200);
    expect((await sent('https://elsewhere.example.com')).statusCode).toBe(403);
    expect((await sent('https://abc.execute-api.eu-west-1.amazonaws.com')).statusCode).toBe(200);
    expect(await approvals(page)).toHaveLength(1);
  });
});
