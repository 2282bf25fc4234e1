/** Decisions by Slack: whose they are, what is recorded of them, and what is none. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answerSlack, type SlackWorld } from '../../lambdas/serve-approval/answer-slack.ts';
import { isOfSlack, type SlackRequest } from '../../lib/adapters/slack-requests.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { ApproverDirectory } from '../../lib/domain/policy/directory.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { viewOfPress } from '../../lib/web/slack/interaction.ts';
import { type ApprovalCase, aDirectory, anApprovalCase, aPolicy, at, digestOf, NOW } from '../support/approval-case.ts';
import { DECISION_KEY } from '../support/decision-key.ts';
import { aPress, aSentForm, formOf, SIGNING_SECRET, signed, TEAM, type Who } from '../support/slack.ts';
import { aStagedCase } from '../support/staged-case.ts';

const GRACE = { user: 'U0GRACE01' };
const ADA = { user: 'U0ADA0001' };
const RITA = { user: 'U0RITA001' };
const SLACK_OF: Readonly<Record<string, string>> = { grace: GRACE.user, ada: ADA.user, rita: RITA.user };

const directory = ApproverDirectory.parse({
  ...aDirectory(),
  people: aDirectory().people.map((one) => {
    const user_id = SLACK_OF[one.id];
    return user_id === undefined ? one : { ...one, slack: { team_id: TEAM, user_id } };
  }),
});

let scene: ApprovalCase;
let views: { which: object; text: string; view: Parameters<SlackWorld['updateView']>[1] }[];
let problems: string[];
let now: Instant;
beforeEach(async () => {
  scene = await anApprovalCase({ directory });
  views = [];
  problems = [];
  now = NOW;
});

const secret = { current: async () => SIGNING_SECRET, newer: async () => SIGNING_SECRET };
const world = (): SlackWorld => ({
  store: withinRights('ServeApproval', scene.store),
  directory: async () => scene.directory,
  signer: DECISION_KEY.signer,
  now: () => now,
  onError: (error) => problems.push(error.name),
  isOfSlack: (request) => isOfSlack(request, secret, now),
  noteRead: async () => undefined,
  updateView: async (which, view) => {
    views.push({ which, text: JSON.stringify(view), view });
  },
});
const answer = (request: SlackRequest) => answerSlack(request, world());
const send = (payload: unknown, when: string = now) => answer(signed(formOf(payload), when));
const press = (who: Who, decision = 'approve') => send(aPress({ ...who, decision }));

const metadataOf = (decision: string) => ({
  request: scene.request.requestId,
  role: 'risk_owner',
  decision,
  digest: scene.request.evidenceDigest,
  version: '1.2.0',
  channel: 'D0GRACE01',
  ts: '1764406800.000200',
});
type Form = Omit<Parameters<typeof aSentForm>[0], 'metadata'> & { readonly metadata?: Record<string, unknown> };
const submit = (decision: string, { metadata, ...form }: Form) =>
  send(aSentForm({ comment: 'Looked at it.', ...form, metadata: { ...metadataOf(decision), ...metadata } }));
const approvals = () => scene.store.list('approval', scene.release.releaseId);
const events = async () => (await scene.store.events('mortgage-approval')).map(({ event }) => event.event_type);
const told = () => views.at(-1)?.text ?? '';

describe('a press of a button', () => {
  it('shows no form to a person whose stage is not open yet', async () => {
    scene = await aStagedCase({ directory });

    await press(GRACE);

    expect(problems).toEqual(['StageNotOpen']);
    expect(told()).toContain('It is not your turn yet');
  });

  it('shows the form to the person whose account it is, under the name that the press has', async () => {
    await press(GRACE);

    expect(views).toHaveLength(1);
    const external_id = viewOfPress('12466734323.1395872398.f1a9d5d2e3b04d3e');
    expect(views[0]).toMatchObject({ which: { external_id }, view: { external_id, callback_id: 'decide' } });
    expect(told()).toContain('Grace Hopper');
    expect(told()).toContain('checklist.evidence_read');
    expect(JSON.parse(views[0]?.view.private_metadata ?? '')).toEqual(metadataOf('approve'));
    expect(await events()).not.toContain('approval_granted');
  });

  it('shows each their own seat, whoever the message was for', async () => {
    await press(ADA);

    expect(told()).toContain('Ada Lovelace');
    expect(told()).toContain('as ML lead');
    expect(told()).not.toContain('Grace');
  });

  it.each([
    ['a stranger', { user: 'U0MALLORY' }, 'does not know this Slack account'],
    ['the same id in another workspace', { ...GRACE, team: 'T0EVIL001' }, 'does not know this Slack account'],
    ['the requester, who was not asked', RITA, 'You were not asked to decide about this release'],
  ])('is answered with words for %s', async (_who, who, words) => {
    await press(who);

    expect(told()).toContain(words);
    expect(told()).not.toContain('checklist');
    expect(problems).toEqual(['ApproverNotEligible']);
  });

  it('says so where the request is over, where the evidence has changed, and where there is none', async () => {
    await send(aPress({ ...GRACE, place: { request: 'apr-nothing', role: 'risk_owner' } }));
    expect(told()).toContain('There is no such request');
    now = scene.request.expiresAt;
    await press(GRACE);
    expect(told()).toContain('The time to decide has passed');
  });

  it('shows what a person has decided, and lets an approval be followed by a denial', async () => {
    await submit('approve', GRACE);

    await press(GRACE);
    expect(told()).toContain('Grace Hopper approved mortgage-approval 1.2.0');
    await press(GRACE, 'request_changes');
    expect(told()).toContain('You have already decided');
    await press(GRACE, 'deny');
    expect(told()).toContain('You approved this release at 21 Nov 2026');
  });

  it('offers no form that Slack would cut', async () => {
    const policy = aPolicy();
    const checklist = [{ id: 'long', question: 'x'.repeat(2500) }];
    const medium = { ...policy.tiers.medium, checklist };
    scene = await anApprovalCase({ directory, policy: { ...policy, tiers: { ...policy.tiers, medium } } });

    await press(GRACE);

    expect(told()).toContain('larger than Slack can show');
  });
});

describe('a form that was sent (AP-10)', () => {
  it('is a decision with the identity that Slack vouches for, signed with it', async () => {
    now = at('2026-11-21T09:00:07.000Z');
    await send(aSentForm({ ...GRACE, metadata: metadataOf('approve') }), '2026-11-21T09:00:05.000Z');

    const [approval] = await approvals();
    const slack = { team_id: TEAM, user_id: GRACE.user, requested_at: '2026-11-21T09:00:05.000Z' };
    expect(approval).toMatchObject({
      approverId: 'grace',
      approverRole: 'risk_owner',
      authMethod: 'slack',
      slack,
      opened: [],
    });
    const { predicate } = JSON.parse(Buffer.from(approval?.signed?.envelope.payload ?? '', 'base64').toString());
    expect(predicate).toMatchObject({ door: 'slack', slack, evidence_digest: scene.request.evidenceDigest });
    expect(views.at(-1)).toMatchObject({ which: { view_id: 'VNHU13V36' } });
    expect(told()).toContain('Grace Hopper approved mortgage-approval 1.2.0 on 21 Nov 2026, 09:00:07 UTC.');
  });

  it('has its message changed, by an intent of the same transaction', async () => {
    await submit('approve', GRACE);

    const update = {
      kind: 'update_slack_message',
      personId: 'grace',
      role: 'risk_owner',
      channel: 'D0GRACE01',
      ts: '1764406800.000200',
    };
    expect(scene.store.outbox.map(({ intent }) => intent)).toContainEqual({
      ...update,
      requestId: scene.request.requestId,
    });
  });

  it('counts with the others: the request is approved when all have', async () => {
    await submit('approve', GRACE);
    await submit('approve', ADA);

    expect(await scene.store.get('request', scene.request.requestId)).toMatchObject({ status: 'approved' });
    expect(told()).toContain('The request is approved now.');
  });

  it('denies with its reason, and after an approval too', async () => {
    await submit('approve', GRACE);
    await submit('deny', { ...GRACE, comment: 'The groups differ.' });

    expect(await approvals()).toMatchObject([{ decision: 'deny', comment: 'The groups differ.', follows: {} }]);
    expect(await scene.store.get('request', scene.request.requestId)).toMatchObject({ status: 'rejected' });
  });

  it('that comes again is on record already: nothing new is written', async () => {
    const request = signed(formOf(aSentForm({ ...GRACE, metadata: metadataOf('approve') })), NOW);
    await answer(request);
    const before = [await approvals(), await events(), scene.store.outbox.length];

    for (let again = 0; again < 3; again += 1) await answer(request);

    expect([await approvals(), await events(), scene.store.outbox.length]).toEqual(before);
    expect(told()).toContain('It was on record already');
  });

  it.each([
    ['a stranger', { user: 'U0MALLORY' }],
    ['the same id in another workspace', { ...GRACE, team: 'T0EVIL001' }],
    ['the requester', RITA],
  ])('of %s decides nothing, whatever its metadata says', async (_who, who) => {
    await submit('approve', who);

    expect(await approvals()).toEqual([]);
    expect(told()).toContain('No decision of yours was recorded');
  });

  it('about other evidence than the form showed decides nothing, and is on record as refused', async () => {
    await submit('approve', { ...GRACE, metadata: { digest: digestOf('another') } });

    expect(await approvals()).toEqual([]);
    expect(told()).toContain('The evidence is not what you were asked about');
    expect((await events()).at(-1)).toBe('approval_refused');
  });

  it('that lacks what is stored as asked by now is not complete, and says where it can be', async () => {
    const { blocks: _, ...view } = aSentForm({ ...GRACE, metadata: metadataOf('approve') })['view'] as Record<
      string,
      object
    >;
    const { 'checklist.rollback_known': __, ...values } = (view['state'] as { values: object }).values as Record<
      string,
      object
    >;
    const payload = {
      ...aSentForm({ ...GRACE, metadata: metadataOf('approve') }),
      view: { ...view, blocks: [], state: { values } },
    };

    await send(payload);

    expect(await approvals()).toEqual([]);
    expect(told()).toContain('checklist.rollback_known is not answered');
    expect(told()).toContain('opens the page');
  });
});

describe('what is not of Slack', () => {
  it.each([
    ['another secret', () => signed(formOf(aSentForm({ ...GRACE, metadata: metadataOf('approve') })), NOW, 'mine')],
    ['a request of six minutes ago', () => signed(formOf(aPress(GRACE)), '2026-11-21T08:54:00.000Z')],
  ])('is refused, whoever invokes this Lambda: %s', async (_what, request) => {
    await expect(answer(request())).rejects.toThrow('Slack did not sign this request lately');
    expect([await approvals(), views]).toEqual([[], []]);
  });

  it('is a message: it does nothing', async () => {
    await send({ type: 'message', user: GRACE.user, text: 'LGTM' });

    expect([await approvals(), views]).toEqual([[], []]);
  });

  it('a fault is thrown, so that Lambda tries again', async () => {
    const failing = { ...world(), directory: async () => Promise.reject(new Error('S3 is gone')) };

    await expect(answerSlack(signed(formOf(aPress(GRACE)), NOW), failing)).rejects.toThrow('S3 is gone');
  });
});
