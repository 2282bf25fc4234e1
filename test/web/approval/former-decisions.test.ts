/** What was decided before stands on top of the page and of the mail (AP-16). */
import { describe, expect, it } from 'vitest';
import { readFormerDecisionsOf } from '../../../lib/domain/change/read-former-decisions.ts';
import type { FormerDecision } from '../../../lib/domain/records/former-decision.ts';
import { formerDecisions } from '../../../lib/web/approval/former-decisions.ts';
import { approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { type ApprovalCase, anApprovalCase, at, digestOf, person } from '../../support/approval-case.ts';
import { linkFor, openPage, visit } from '../../support/approval-visitor.ts';

const HOSTILE = '<script>alert(1)</script>\u202edlrow';
const denied: FormerDecision = {
  releaseId: 'mortgage-1-1-9' as never,
  modelName: 'mortgage-approval' as never,
  modelVersion: '1.1.9',
  outcome: 'denied',
  decidedBy: 'grace',
  role: 'risk_owner',
  reason: `the groups differ ${HOSTILE}`,
  decidedAt: at('2026-11-20T09:00:00.000Z'),
  isOfContent: true,
};
const ANSWER = 'The groups were weighed again, and differ no more.';
const names = new Map([
  ['grace', 'Grace Hopper'],
  ['ada', 'Ada Lovelace'],
]);
const answering = ({ release }: ApprovalCase, answer?: string) => ({
  ...release,
  manifest: { ...release.manifest, ...(answer && { denial_answer: answer }) },
});
const mailAbout = (scene: ApprovalCase, former: FormerDecision[], answer?: string) => {
  const [recipient, invitation] = [scene.directory.people[0], scene.request.invitations[0]];
  if (recipient === undefined || invitation === undefined) throw new Error('nobody is invited');
  const { request } = scene;
  const about = { person: recipient, invitation, request, release: answering(scene, answer), former, names };
  return approvalMail({
    ...about,
    checks: [],
    requester: undefined,
    unsigned: undefined,
    groups: { worst: undefined },
    link: 'https://x/a/b',
  });
};
const sectionOf = async (former: FormerDecision[], demands = {}, answer?: string, takenBack: string[] = []) =>
  String(
    formerDecisions({
      former,
      demands: { mustDecide: [], mustAnswer: [], barring: [], ...demands },
      takenBack,
      release: answering(await anApprovalCase(), answer),
      names,
    }),
  );

describe('a request for changes', () => {
  const asked: FormerDecision = { ...denied, outcome: 'changes_requested', reason: 'Retrain it without zip_code.' };
  const tries = Array.from({ length: 40 }, (_, index) => ({
    ...{ ...denied, outcome: 'rejected', decidedBy: 'assay', role: 'system', reason: 'The report could not be read.' },
    ...{ releaseId: `try-${index}` as never, decidedAt: at(`2026-11-20T10:00:${String(index).padStart(2, '0')}.000Z`) },
  }));
  const denials = Array.from({ length: 40 }, (_, index) => ({ ...denied, releaseId: `denied-${index}` as never }));

  it('is shown however many of the tries after it the gate rejected, and however many people denied', async () => {
    const former = [...tries, ...denials, asked];

    expect(await sectionOf(former)).toContain('Retrain it without zip_code.');
    expect(mailAbout(await anApprovalCase(), former).text).toContain('Retrain it without zip_code.');
    expect(await sectionOf(former)).toContain('And 65 more, all of them in the audit ledger.');
  });

  it('is read before what the gate rejected, which came later', async () => {
    const scene = await anApprovalCase({
      decidedBefore: [...tries.slice(0, 2), asked].map(
        (one) => ({ entity: 'decided_content', version: 1, artifactSha256: digestOf('artifact'), ...one }) as never,
      ),
    });

    const former = await readFormerDecisionsOf(scene.store, scene.release);

    expect(former.map(({ outcome }) => outcome)).toEqual(['changes_requested', 'rejected', 'rejected']);
  });

  it('says in its title that people asked, where no release answers it', async () => {
    expect(await sectionOf([asked])).toContain('Changes were asked for before');
    expect(await sectionOf(tries)).toContain('This was rejected before');
  });
});

describe('a former denial', () => {
  it('is on the page before everything else, with who, role, when, why and about what', async () => {
    const scene = await anApprovalCase({
      decidedBefore: [
        { entity: 'decided_content', version: 1, artifactSha256: digestOf('artifact'), ...denied } as never,
      ],
    });
    const page = openPage(scene);

    const { html } = await visit(page, await linkFor(scene, 'ada'));

    const [before = '', after = ''] = html.split('This was denied before');
    expect(before).not.toContain('What you are deciding on');
    expect(after).toMatch(
      /Grace Hopper denied, as risk owner,<\/bdi> these very bytes, as release <code>mortgage-1-1-9<\/code>, on .*20 Nov 2026, 09:00:00 UTC.*the groups differ/,
    );
    expect(after).toContain('Nobody can approve this release');
    expect(html).not.toMatch(/<script|\u202e/);
  });

  it('is in the mail before the question, in text and in HTML, with the answer', async () => {
    const { text, html } = mailAbout(await anApprovalCase(), [denied], ANSWER);

    const line =
      'Grace Hopper denied, as risk owner, these very bytes, as release mortgage-1-1-9, on 20 Nov 2026, 09:00:00 UTC: the groups differ';
    expect(text.indexOf(line)).toBeGreaterThan(0);
    expect(text.indexOf(line)).toBeLessThan(text.indexOf('asks you, as'));
    expect(text).toContain(`The requester answers: ${ANSWER}`);
    expect(html.indexOf(line)).toBeGreaterThan(0);
    expect(html.indexOf(line)).toBeLessThan(html.indexOf('asks you, as'));
    expect(html).not.toMatch(/<script|\u202e/);
  });

  it('leaves no trace where there is none', async () => {
    const scene = await anApprovalCase();

    expect(mailAbout(scene, [], ANSWER).text).not.toContain('answers');
    expect(await sectionOf([], {}, ANSWER)).toBe('');
  });

  it('says who must approve, and what the requester answers', async () => {
    const html = await sectionOf([denied], { mustDecide: [person('grace'), person('gone')] }, ANSWER);

    expect(html).toContain(ANSWER);
    expect(html).toContain('not approved without the approval of <bdi>Grace Hopper, gone</bdi>');
    expect(await sectionOf([denied], { mustAnswer: [denied] }, ANSWER)).not.toContain('Nobody can approve');
  });

  it('by a person whom the release names as a maker says so, on the page and in the mail', async () => {
    const byTom = { ...denied, decidedBy: 'tom' };
    const said = 'tom, who denied it, is named as a maker of this release (trained_by), and is therefore not asked.';

    expect(await sectionOf([byTom, byTom])).toContain(said);
    expect(await sectionOf([byTom])).not.toContain('Nobody can approve');
    expect(await sectionOf([byTom], { barring: [{ denial: byTom, fields: ['trained_by'] }] })).toContain(
      'Nobody can approve this release',
    );
    expect(mailAbout(await anApprovalCase(), [byTom], ANSWER).text).toContain(said);
  });

  it('after an approval by the same person says that nobody can approve, and does not wait for that person', async () => {
    const html = await sectionOf([denied], { mustDecide: [person('grace')] }, ANSWER, ['grace']);

    expect(html).toContain('<bdi>Grace Hopper</bdi> approved it, and decided against the same bytes afterwards');
    expect(html).not.toContain('not approved without');
  });

  it('is counted where there are too many to read, and what the gate rejected is called so', async () => {
    const many = Array.from({ length: 13 }, () => ({ ...denied, outcome: 'rejected', isOfContent: false }));
    const html = await sectionOf(many);

    expect(html).toContain('This was rejected before');
    expect(html).toContain('The gate rejected</bdi> this version, with other bytes');
    expect(html).toContain('And 8 more');
    expect(mailAbout(await anApprovalCase(), many).text).toContain('And 8 more');
  });
});
