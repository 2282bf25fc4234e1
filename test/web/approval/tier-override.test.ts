/** That a tier is to be lowered stands on top of the page and of the mail (RT-3). */
import { describe, expect, it } from 'vitest';
import type { LoweredDemands } from '../../../lib/domain/approval/lowered-demands.ts';
import { tierOverride } from '../../../lib/web/approval/tier-override.ts';
import { approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { type ApprovalCase, aDirectory, aManifest, anApprovalCase } from '../../support/approval-case.ts';
import { linkFor, openPage, visit } from '../../support/approval-visitor.ts';
import { signedApproval } from '../../support/decision-key.ts';
import { ASKING, LOWERED, loweredCase, PEOPLE, REASON, rankingPolicy } from '../../support/lowered-tier.ts';
import { anApprovalOf } from '../../support/release-life.ts';

const HOSTILE = '<script>alert(1)</script> It ranks our own reports.';
const CONSENT =
  'Tier low counts only if the risk owner and the compliance officer approve, each a different person. If one of those asked denies it, or the approvals are not complete in time, the release is rejected.';
const mailAbout = (scene: ApprovalCase, lowered?: LoweredDemands) => {
  const [person, invitation] = [scene.directory.people[0], scene.request.invitations[0]];
  if (person === undefined || invitation === undefined) throw new Error('nobody is invited');
  const { request, release } = scene;
  const about = { person, invitation, request, release, checks: [], former: [], names: new Map(), lowered };
  return approvalMail({
    ...about,
    requester: undefined,
    unsigned: undefined,
    groups: { worst: undefined },
    link: 'https://x/a/b',
  });
};

describe('a tier that is to be lowered', () => {
  it('is on the page before everything else, with both tiers, the rule, the reason and what it takes', async () => {
    const scene = await loweredCase();

    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));

    const [before = '', after = ''] = html.split('You are asked to lower the risk tier from high to low');
    expect(before).not.toContain('Who decides');
    expect(after).toContain('Rule <code>regulated_area</code> of the policy gives tier <strong>high</strong>');
    expect(after).toContain(REASON);
    expect(after).toContain(CONSENT);
    expect(after).toMatch(/<span class="badge badge-good">low<\/span> in place of <span class="badge badge-bad">high/);
    expect(after).toContain('the release is rejected; nothing is ever approved by waiting');
  });

  it('says what is no longer asked for', () => {
    const release = { tierOverride: LOWERED } as never;
    const shown = (roles: string[], checks: string[], questions: string[] = []) =>
      String(tierOverride(release, { roles, checks, questions }));

    expect(shown(['legal', 'ml_lead'], [])).toContain(
      'At tier high the legal and the ML lead would have to approve as well.',
    );
    expect(shown([], ['a_check', 'another'])).toContain(
      'At tier high these checks would stop the release: <a href="#check-a_check"><code>a_check</code></a>, <a href="#check-another">',
    );
    const nothing = 'Tier high would ask for the same people, checks and answers';
    expect(shown([], [])).toContain(nothing);
    expect(shown([], [], ['Is it fair?'])).toContain(
      'At tier high you would have to answer: <bdi>Is it fair?</bdi> You are not asked this now.',
    );
    expect(shown([], [], ['Is it fair?'])).not.toContain('nobody else');
    expect(String(tierOverride(release, undefined))).not.toContain('At tier');
  });

  it('is in the mail before the question, in text and in HTML', async () => {
    const { text, html } = mailAbout(await loweredCase());

    const line = `You are asked to lower the risk tier from high, by rule regulated_area, to low. The requester's reason: ${REASON}`;
    expect(text.split('\n')).toEqual(expect.arrayContaining([line, CONSENT, 'Risk tier: low, in place of high']));
    expect(text.indexOf(line)).toBeLessThan(text.indexOf('asks you, as'));
    expect(html.indexOf('You are asked to lower')).toBeGreaterThan(0);
    expect(html.indexOf('You are asked to lower')).toBeLessThan(html.indexOf('asks you, as'));
    expect(text).toContain('If there is no decision by then, the release is rejected.');
  });

  it('says in the mail what is no longer asked for, as on the page', async () => {
    const scene = await loweredCase();
    const lost = { roles: ['legal'], checks: ['a_check', 'another'], questions: ['Is it <b>fair</b>?\nReally?'] };

    const { text, html } = mailAbout(scene, lost);

    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'At tier high the legal would have to approve as well.',
        'At tier high these checks would stop the release: a_check, another.',
        'At tier high you would have to answer: Is it <b>fair</b>? Really? You are not asked this now.',
      ]),
    );
    expect(html).toContain('you would have to answer: Is it &lt;b&gt;fair');
    expect(mailAbout(scene, { roles: [], checks: [], questions: [] }).text).toContain(
      'Tier high would ask for the same people, checks and answers.',
    );
  });

  it('shows a hostile reason as text', async () => {
    const scene = await loweredCase({ manifest: aManifest({ ...ASKING, risk_tier_override: { reason: HOSTILE } }) });

    const { html } = await visit(openPage(scene), await linkFor(scene, 'grace'));

    expect(html).toContain('&lt;script&gt;');
    for (const shown of [html, mailAbout(scene).html]) expect(shown).not.toContain('<script');
  });

  it('shows a role that takes two people as two, of whom one has approved', async () => {
    const { tiers } = rankingPolicy();
    const scene = await loweredCase({
      policy: rankingPolicy({ tiers: { ...tiers, low: { ...tiers.low, roles: ['risk_owner'] } } }),
      directory: aDirectory([...PEOPLE, { id: 'rhea', roles: ['risk_owner'] }]),
    });
    scene.store.seed(
      signedApproval(
        anApprovalOf('grace', 'risk_owner', { evidenceDigestVerified: scene.request.evidenceDigest }),
        scene.release,
      ),
    );

    const { html } = await visit(openPage(scene), await linkFor(scene, 'rhea'));

    const [roles = ''] = /<ul class="roles">.*?<\/ul>/s.exec(html) ?? [];
    expect(roles.match(/Risk owner/g)).toHaveLength(2);
    expect(roles.match(/Grace Hopper/g)).toHaveLength(1);
    expect(roles.match(/○ Waiting/g)).toHaveLength(2);
  });

  it('leaves no trace where there is none', async () => {
    const scene = await anApprovalCase();

    const { html } = await visit(openPage(scene), await linkFor(scene, 'ada'));

    for (const shown of [html, mailAbout(scene).text]) expect(shown).not.toMatch(/lower the risk tier|in place of/);
    expect(mailAbout(scene).text).toContain('If there is no decision by then, the request expires.');
  });
});
