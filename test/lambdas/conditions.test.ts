/** An approval with conditions, by the page and the API: who sets them, who sees them, and who says that they are met. */
import { beforeEach, describe, expect, it } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { type ApprovalCase, anApprovalCase, at } from '../support/approval-case.ts';
import { COMPLETE, linkFor, openPage, send, visit } from '../support/approval-visitor.ts';
import { aCondition, aMetCondition } from '../support/conditions.ts';
import { anIntake } from '../support/intake.ts';
import { anApprovalOf, approved } from '../support/release-life.ts';

const TEXT = 'Say in the card who <must> not be scored.';
const FILLED = { 'conditions.1.text': TEXT, 'conditions.1.owner': 'grace', 'conditions.1.due': '2026-12-14' };
const EMPTY = Object.fromEntries(
  [1, 2, 3].flatMap((number) => ['text', 'owner', 'due'].map((part) => [`conditions.${number}.${part}`, ''])),
);

let page: ReturnType<typeof openPage>;
let links: { readonly ada: string; readonly grace: string };
beforeEach(async () => {
  page = openPage(await anApprovalCase());
  links = { ada: await linkFor(page.scene, 'ada'), grace: await linkFor(page.scene, 'grace') };
});
const approvals = ({ store, release }: ApprovalCase = page.scene) => store.list('approval', release.releaseId);
const decide = (link: string, fields: Record<string, string>) =>
  send(page, link, { fields: { ...COMPLETE, ...fields } });

describe('the page that takes a decision', () => {
  it('offers conditions, folded, and suggests only those whom the release concerns', async () => {
    const { html } = await visit(page, links.ada);

    expect(html).toContain('<details id="conditions"><summary>Approve with conditions</summary>');
    expect(html).toContain('<option value="grace">Grace Hopper</option>');
    expect(html).not.toContain('<option value="oscar">');
  });

  it('takes an approval with them, and shows it as it was signed', async () => {
    const { response, html } = await decide(links.ada, { ...EMPTY, ...FILLED });

    expect(response.status).toBe(200);
    expect(await approvals()).toMatchObject([
      { conditions: [{ text: TEXT, owner_id: 'grace', due_at: '2026-12-14T23:59:00.000Z' }] },
    ]);
    expect(html).toContain('✓ Approved with conditions');
    expect(html).toContain('Say in the card who &lt;must&gt; not be scored.');
    expect(html).toContain('<code>ada-1</code>');
  });

  it('shows them to those who decide later', async () => {
    await decide(links.ada, FILLED);

    const { html } = await visit(page, links.grace);

    const who = html.slice(html.indexOf('Who decides'));
    expect(who).toContain('✓ Approved with conditions');
    expect(who).toContain('Say in the card who &lt;must&gt; not be scored.');
    expect(who).toContain('14 Dec 2026, 23:59:00 UTC');
  });

  it('takes one without where nothing is filled in', async () => {
    await decide(links.ada, EMPTY);

    expect((await approvals())[0]).not.toHaveProperty('conditions');
  });

  it('names each field at fault, keeps what was typed, and records nothing', async () => {
    const faulty = { ...EMPTY, ...FILLED, 'conditions.1.owner': 'nobody"', 'conditions.2.due': '14.12.2026' };
    const { response, html } = await decide(links.ada, faulty);

    expect(response.status).toBe(422);
    expect(html).toContain('<details id="conditions" open>');
    expect(html).toContain('<a href="#conditions-1-owner">Condition 1: by whom</a> is nobody in the directory');
    expect(html).toContain('<a href="#conditions-2-text">Condition 2: what has to be done</a> is empty');
    expect(html).toContain('<a href="#conditions-2-due">Condition 2: until the end of</a> is no date');
    expect(html).toContain('value="nobody&quot;"');
    expect(html).toContain('id="conditions-2-due-error"');
    expect(await approvals()).toEqual([]);
  });

  it('takes no denial with conditions: they would be lost', async () => {
    const { response, html } = await decide(links.ada, { ...FILLED, decision: 'deny', comment: 'no' });

    expect(response.status).toBe(422);
    expect(html).toContain('goes with an approval only');
    expect(await approvals()).toEqual([]);
  });

  it.each(['conditions.4.text', 'conditions.1.other', 'conditions.0.text'])(
    'is not the form that has a field %s',
    async (name) => {
      expect((await decide(links.ada, { [name]: 'x' })).response.status).toBe(400);
    },
  );
});

describe('the conditions of an approval by the API (AP-8)', () => {
  const { releaseId } = approved;
  const aScene = () => {
    const intake = anIntake();
    intake.store.seed(approved, anApprovalOf('ada', 'ml_lead', { conditions: [aCondition(), aCondition()] }));
    return intake;
  };
  const call = (intake: ReturnType<typeof anIntake>, path: string, username: string, body?: unknown) =>
    callApi(anApi(intake), path, { username, groups: ['approver'] }, body);
  const met = (
    intake: ReturnType<typeof anIntake>,
    username: string,
    id = 'ada-1',
    body: unknown = { reason: 'done' },
  ) => call(intake, `/releases/${releaseId}/conditions/${id}/met`, username, body);

  it('are listed with what became of them, and shown with their release', async () => {
    const intake = aScene();
    intake.store.seed(aMetCondition());

    const { body } = await call(intake, `/releases/${releaseId}/conditions`, 'aud');

    expect(body).toMatchObject({
      conditions: [
        {
          condition_id: 'ada-1',
          status: 'met',
          met_by: 'grace',
          met_as: 'owner',
          owner_id: 'grace',
          approver_id: 'ada',
        },
        { condition_id: 'ada-2', status: 'open', due_at: aCondition().due_at },
      ],
    });
    expect((await call(intake, `/releases/${releaseId}`, 'aud')).body).toMatchObject(body as object);
  });

  it('are met by the owner, by name, and by no other session', async () => {
    const intake = aScene();

    expect(await met(intake, 'olga')).toMatchObject({ status: 403 });
    expect(await met(intake, 'grace')).toMatchObject({ status: 200, body: { status: 'met', met_by: 'grace' } });
    expect(await met(intake, 'ada', 'ada-2')).toMatchObject({ status: 200, body: { met_as: 'approver' } });
    const events = (await intake.store.events(approved.modelName)).map(({ event }) => event.event_type);
    expect(events).toEqual(['condition_met', 'condition_met']);
  });

  it('need a reason, a condition and a release', async () => {
    const intake = aScene();

    expect(await met(intake, 'grace', 'ada-1', {})).toMatchObject({ status: 422 });
    expect(await met(intake, 'grace', 'ada-9')).toMatchObject({ status: 404 });
    expect(await met(intake, 'grace', 'A%20B')).toMatchObject({ status: 404 });
    expect(await call(intake, '/releases/nothing/conditions', 'aud')).toMatchObject({ status: 404 });
  });

  it('show since when the approval is suspended', async () => {
    const intake = aScene();
    intake.store.seed({ ...approved, suspendedSince: at('2026-12-14T23:59:20.000Z') });

    expect((await call(intake, `/releases/${releaseId}`, 'aud')).body).toMatchObject({
      release: { suspended_since: '2026-12-14T23:59:20.000Z' },
    });
  });
});
