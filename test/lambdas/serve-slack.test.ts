import { beforeEach, describe, expect, it } from 'vitest';
import { answerSlack, type Door, HttpEvent } from '../../lambdas/serve-slack/door.ts';
import { isOfSlack, type SlackRequest } from '../../lib/adapters/slack-requests.ts';
import { viewOfPress } from '../../lib/web/slack/interaction.ts';
import { digestOf, NOW } from '../support/approval-case.ts';
import { aPress, aSentForm, formOf, SIGNING_SECRET, signed } from '../support/slack.ts';

const METADATA = {
  request: 'apr-mortgage-1-2-0',
  role: 'risk_owner',
  decision: 'approve',
  digest: digestOf('evidence'),
  version: '1.2.0',
};

let passed: SlackRequest[];
let opened: { triggerId: string; externalId: string | undefined }[];
let refusals: string[];
let isOpenable: boolean;
beforeEach(() => {
  passed = [];
  opened = [];
  refusals = [];
  isOpenable = true;
});
const secret = { current: async () => SIGNING_SECRET, newer: async () => SIGNING_SECRET };
const door: Door = {
  isOfSlack: (request) => isOfSlack(request, secret, NOW),
  openView: async (triggerId, view) => {
    opened.push({ triggerId, externalId: 'external_id' in view ? view.external_id : undefined });
    return isOpenable;
  },
  passOn: async (request) => {
    passed.push(request);
  },
  onRefused: (why) => refusals.push(why),
};

const eventOf = ({ timestamp, signature, body }: SlackRequest, inBase64 = true) => ({
  version: '2.0',
  routeKey: 'POST /slack/interactions',
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  },
  body: Buffer.from(body).toString(inBase64 ? 'base64' : 'utf8'),
  isBase64Encoded: inBase64,
});
const post = async (event: object) => answerSlack(HttpEvent.parse(event), door);
const send = (payload: unknown, at: string = NOW, inBase64 = true) =>
  post(eventOf(signed(formOf(payload), at), inBase64));

describe('a press of a button', () => {
  it.each([true, false])('opens a view at once, and is passed on as it came (base64: %s)', async (inBase64) => {
    const request = signed(formOf(aPress()), NOW);

    const answer = await post(eventOf(request, inBase64));

    const triggerId = '12466734323.1395872398.f1a9d5d2e3b04d3e';
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(opened).toEqual([{ triggerId, externalId: viewOfPress(triggerId) }]);
    expect(passed).toEqual([request]);
  });

  it('that is replayed has had its form: nothing is passed on', async () => {
    isOpenable = false;

    expect(await send(aPress())).toMatchObject({ statusCode: 200 });
    expect(passed).toEqual([]);
  });
});

describe('a form that was sent', () => {
  it('is passed on, and the person sees that it has arrived', async () => {
    const answer = await send(aSentForm({ metadata: METADATA }));

    expect(JSON.parse(answer.body)).toMatchObject({ response_action: 'update', view: { type: 'modal' } });
    expect(passed).toHaveLength(1);
  });

  it('that is not complete says beside each field what is missing, and goes no further', async () => {
    const sent = aSentForm({ metadata: METADATA, answers: { fairness_acceptable: 'no' }, confirmation: '1.2' });

    const answer = await send(sent);

    expect(JSON.parse(answer.body)).toEqual({
      response_action: 'errors',
      errors: {
        'checklist.fairness_acceptable': 'This is answered no: approval needs yes to every item.',
        confirmation: 'This is not exactly 1.2.0.',
      },
    });
    expect(passed).toEqual([]);
  });

  it('needs a reason that can be seen to deny', async () => {
    const deny = { ...METADATA, decision: 'deny' };

    const answers = [undefined, ' \u200b ', 'The groups differ.'].map((comment) =>
      send(aSentForm({ metadata: deny, ...(comment !== undefined && { comment }) })),
    );

    expect((await Promise.all(answers)).map(({ body }) => Object.keys(JSON.parse(body).errors ?? {}))).toEqual([
      ['comment'],
      ['comment'],
      [],
    ]);
  });
});

describe('what Slack did not sign a moment ago', () => {
  it.each([
    ['another secret', signed(formOf(aPress()), NOW, 'mine')],
    ['a request of six minutes ago', signed(formOf(aPress()), '2026-11-21T08:54:00.000Z')],
    ['one of the next hour', signed(formOf(aPress()), '2026-11-21T10:00:00.000Z')],
    ['no signature', { ...signed(formOf(aPress()), NOW), signature: '' }],
    ['another body', { ...signed(formOf(aPress()), NOW), body: Buffer.from(formOf(aPress({ decision: 'deny' }))) }],
  ])('is refused before anything is parsed: %s', async (_what, request) => {
    expect(await post(eventOf(request))).toEqual(expect.objectContaining({ statusCode: 401, body: '' }));
    expect([passed, opened]).toEqual([[], []]);
    expect(refusals).toEqual(['not signed by Slack within five minutes']);
  });

  it('is refused without headers and body', async () => {
    expect(await post({})).toMatchObject({ statusCode: 401 });
  });

  it.each([true, false])('is not even looked at if it is too large (base64: %s)', async (inBase64) => {
    const large = signed('x'.repeat(131_073), NOW);
    const looked: unknown[] = [];

    const answer = await answerSlack(HttpEvent.parse(eventOf(large, inBase64)), {
      ...door,
      isOfSlack: async (request) => looked.push(request) > 0,
    });

    expect([answer.statusCode, looked]).toEqual([413, []]);
  });
});

describe('what decides nothing (AP-10)', () => {
  it.each([
    ['a message that says LGTM', { type: 'message', user: 'U0GRACE01', text: 'LGTM', channel: 'D0GRACE01' }],
    ['the button of the link', { ...aPress(), actions: [{ action_id: 'open_page', type: 'button' }] }],
    ['a button of another app', { ...aPress(), actions: [{ action_id: 'approve_all', value: 'apr-x' }] }],
    ['a button without a request', { ...aPress(), actions: [{ action_id: 'approve' }] }],
    ['a form with other metadata', aSentForm({ metadata: { ...METADATA, person: 'ada' } })],
    ['a form without metadata', { ...aSentForm({ metadata: METADATA }), view: { id: 'V1' } }],
    ['a view that was closed', { ...aSentForm({ metadata: METADATA }), type: 'view_closed' }],
    ['null', null],
  ])('is answered with 200, and does nothing: %s', async (_what, payload) => {
    expect(await send(payload)).toMatchObject({ statusCode: 200, body: '' });
    expect([passed, opened]).toEqual([[], []]);
  });

  it.each([
    ['an event', JSON.stringify({ type: 'event_callback', event: { type: 'message', text: 'approve' } })],
    ['no form', 'LGTM'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['a payload that is no JSON', 'payload=LGTM'],
  ])('is a body like that: %s', async (_what, body) => {
    expect(await post(eventOf(signed(body, NOW)))).toMatchObject({ statusCode: 200, body: '' });
    expect([passed, opened]).toEqual([[], []]);
  });
});
