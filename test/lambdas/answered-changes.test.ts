/** Who asked for changes, and what the requester answers, is what people read first, wherever they look. */
import { describe, expect, it } from 'vitest';
import { withAnswered } from '../../lib/domain/change/read-former-decisions.ts';
import { decidedAgainst } from '../../lib/domain/records/former-decision.ts';
import { approvalMail } from '../../lib/web/mail/approval-mail.ts';
import { anApi, callApi } from '../support/api.ts';
import { aManifest, anApprovalCase, digestOf, NOW } from '../support/approval-case.ts';
import { COMPLETE, linkFor, openPage, send, visit } from '../support/approval-visitor.ts';
import { anIntake } from '../support/intake.ts';

const QUESTION = 'Say in the card who must not be scored.';
const ANSWER = 'The card says so now, under "Not for".';

const answeringScene = async (bytes = 'other') => {
  const scene = await anApprovalCase({ manifest: aManifest({ answers: 'asked', change_note: ANSWER }) });
  const pinned = { ...scene.release.pinned, artifactSha256: digestOf(bytes) } as never;
  const asked = { ...scene.release, releaseId: 'asked' as never, modelVersion: '1.1.0', pinned };
  const against = {
    outcome: 'changes_requested',
    decidedBy: 'grace',
    role: 'risk_owner',
    reason: QUESTION,
    decidedAt: NOW,
  };
  scene.store.seed(asked, ...decidedAgainst(asked, against).map(({ entity }) => ({ ...entity, version: 1 })));
  return scene;
};

describe('a release that answers the changes that were asked for', () => {
  it('begins with question and answer on the page', async () => {
    const scene = await answeringScene();

    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));

    const top = html.slice(html.indexOf('<h1'), html.indexOf('asks you to decide'));
    expect(top).toContain('Changes were asked for before');
    expect(top).toContain('Grace Hopper asked, as risk owner, for changes to');
    expect(top).toContain('version 1.1.0, and this release answers');
    expect(top).toContain(QUESTION);
    expect(top).toContain('The requester answers: <bdi>The card says so now');
  });

  it('says on the page and in its status that the bytes are the very same', async () => {
    const scene = await answeringScene('artifact');

    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));
    const { body } = await callApi(
      anApi({ ...anIntake(), store: scene.store }),
      `/releases/${scene.release.releaseId}`,
      { username: 'olga', groups: ['operator'] },
    );

    expect(html).toContain('these very bytes, as version 1.1.0, and this release answers with the same bytes');
    expect(body).toMatchObject({ former_decisions: [{ release_id: 'asked', about: 'answered_content' }] });
  });

  it('begins with them in the mail', async () => {
    const scene = await answeringScene();
    const [invitation] = scene.request.invitations;
    const [ada] = scene.directory.people;
    if (invitation === undefined || ada === undefined) throw new Error('nobody is asked');
    const { text } = approvalMail({
      ...{ invitation, person: ada, request: scene.request, release: scene.release, checks: [], link: 'https://x' },
      ...{
        requester: undefined,
        unsigned: undefined,
        groups: { worst: undefined },
        names: new Map([['grace', 'Grace Hopper']]),
      },
      former: await withAnswered(scene.store, scene.release, []),
    });

    const [, , question = '', , answer = ''] = text.split('\n');
    expect(question).toMatch(/^Grace Hopper asked, as risk owner, for changes to version 1.1.0, .*: Say in the card/);
    expect(answer).toBe(`The requester answers: ${ANSWER}`);
  });

  it('begins with them in its status', async () => {
    const scene = await answeringScene();

    const { body } = await callApi(
      anApi({ ...anIntake(), store: scene.store }),
      `/releases/${scene.release.releaseId}`,
      { username: 'olga', groups: ['operator'] },
    );

    expect(body).toMatchObject({
      release: { answers: 'asked', change_note: ANSWER },
      former_decisions: [{ release_id: 'asked', about: 'answered', outcome: 'changes_requested', reason: QUESTION }],
    });
  });
});

describe('the page that takes a decision', () => {
  it('takes a request for changes by its third button, and says what becomes of the release', async () => {
    const page = openPage(await anApprovalCase());
    const link = await linkFor(page.scene, 'ada');
    expect((await visit(page, link)).html).toContain('value="request_changes"');

    const { html } = await send(page, link, {
      fields: { ...COMPLETE, decision: 'request_changes', comment: QUESTION },
    });

    expect(html).toContain('asked for changes to');
    expect(html).toContain('Its requester makes the changes and requests a new one');
    expect(await page.scene.store.get('release', page.scene.release.releaseId)).toMatchObject({ state: 'rejected' });
  });

  it('says to who had approved that changes were asked for, and which', async () => {
    const page = openPage(await anApprovalCase());
    const [ada, grace] = await Promise.all(['ada', 'grace'].map((id) => linkFor(page.scene, id)));
    await send(page, String(grace), { fields: COMPLETE });
    await send(page, String(ada), { fields: { ...COMPLETE, decision: 'request_changes', comment: QUESTION } });

    const { html } = await visit(page, String(grace));

    expect(html).toContain(
      `Changes were asked for, so the release is rejected as it is: ada asked for changes as ml_lead: ${QUESTION}`,
    );
  });
});
