/** People decide in Slack, by the same Lambda as on the page; and what Slack did not sign for them, a moment ago, decides nothing. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { clientConfig } from '../../local/clients.ts';
import type { Message } from '../../local/slack/workspace.ts';
import {
  askedInSlack,
  decidedInSlack,
  filledIn,
  formInSlack,
  shownInSlack,
  wordsOf,
} from '../../local/slack-approver.ts';
import { aPress, aSentForm, formOf, signed } from '../support/slack.ts';
import { approvedBy, releaseIn, validated } from './support/life.ts';
import { ANA, DANA, decisionsAbout, RUTH, slack } from './support/slack-workspace.ts';
import { variant } from './support/variant.ts';
import { endpoints } from './support/world.ts';

const TEAM = 'T0EXAMPLE';
const STRANGER = 'U0STRANGER';

const signingSecret = async (): Promise<string> => {
  const client = new SecretsManagerClient(clientConfig(endpoints.awsEndpoint));
  const SecretId = endpoints.slack?.secrets.slackSigningSecretArn;
  return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
};

type Sent = { readonly secret?: string; readonly secondsAgo?: number };

/** Posts a body to the door of Slack, signed with the secret of the app unless it is said otherwise. */
const post = async (body: string, { secret, secondsAgo = 0 }: Sent = {}): Promise<{ status: number; text: string }> => {
  const at = new Date(Date.now() - secondsAgo * 1000).toISOString();
  const { timestamp, signature } = signed(body, at, secret ?? (await signingSecret()));
  const answer = await fetch(`${endpoints.publicBaseUrl}/slack/interactions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    },
    body,
  });
  return { status: answer.status, text: await answer.text() };
};

describe('a release that is approved in Slack (AP-10)', () => {
  let manifest: ReleaseManifest;
  let message: Message;
  beforeAll(async () => {
    manifest = await validated(await variant('asked-in-slack', '1.1.0'));
    message = await askedInSlack(slack, ANA, manifest.release_id);
    await slack.join([{ team: TEAM, user: STRANGER, name: 'A stranger' }]);
  });
  /** What somebody sees who presses the button of Ana's message. */
  const seenBy = async (user: string) => {
    const { channel, ts } = message;
    const form = await formInSlack(slack, { user, channel, ts, action_id: 'approve' });
    return { form, words: wordsOf(form.content.blocks) };
  };
  /** A form that was sent, as Slack posts it. */
  const submission = async (user: string) => {
    const { form } = await seenBy(ANA);
    const { id, content } = form;
    const metadata = JSON.parse(content.private_metadata);
    const payload = aSentForm({ user, team: TEAM, metadata, confirmation: '1.1.0' });
    const values = filledIn(form, { confirmation: '1.1.0', comment: '' });
    const checklist = Object.entries(values).filter(([name]) => name.startsWith('checklist.'));
    const view = payload['view'] as { state: { values: Readonly<Record<string, object>> } };
    const { confirmation, comment } = view.state.values;
    const answers = checklist.map(([name, value]) => [name, { answer: { selected_option: { value } } }]);
    const state = { values: { ...Object.fromEntries(answers), confirmation, comment } };
    return { id, body: formOf({ ...payload, view: { ...view, id, blocks: content.blocks, state } }) };
  };

  it('is not decided by what Slack did not sign, or signed more than five minutes ago or ahead', async () => {
    const { body } = await submission(ANA);
    const press = formOf(aPress({ user: ANA, team: TEAM }));

    const answers = await Promise.all([
      post(body, { secret: 'a secret of somebody else' }),
      post(body, { secondsAgo: 301 }),
      post(body, { secondsAgo: -360 }),
      post(press, { secret: '' }),
      post(press, { secondsAgo: 3600 }),
    ]);

    expect(answers).toEqual(answers.map(() => ({ status: 401, text: '' })));
    expect(await decisionsAbout(manifest)).toEqual({ rows: [], events: [] });
  });

  it('is not decided by words: a reply reaches nobody, and an event that says LGTM is none for us', async () => {
    await slack.reply(ANA, 'LGTM');
    const event = {
      type: 'event_callback',
      team_id: TEAM,
      event: { type: 'message', user: ANA, text: 'LGTM, approve' },
    };

    const answers = [
      await post(JSON.stringify(event)),
      await post(formOf({ type: 'message', user: { id: ANA, team_id: TEAM }, text: 'approve' })),
    ];

    expect(answers).toEqual(answers.map(() => ({ status: 200, text: '' })));
    expect(await decisionsAbout(manifest)).toEqual({ rows: [], events: [] });
  });

  it('shows each their own seat, whoever was asked by the message', async () => {
    expect((await seenBy(ANA)).words).toContain('You are asked, as ML lead,');
    expect((await seenBy(RUTH)).words).toContain('You are asked, as risk owner,');
  });

  it('is not for people who were not asked, or whose account is nobody’s', async () => {
    expect((await seenBy(DANA)).words).toContain('You were not asked to decide about this release');
    expect((await seenBy(STRANGER)).words).toContain('The approver directory does not know this Slack account');

    const { id, body } = await submission(STRANGER);
    const { version } = await slack.view(id);
    await post(body);
    const told = await shownInSlack(slack, { view: await slack.view(id) }, version + 1);

    expect(wordsOf(told.content.blocks)).toContain('The approver directory does not know this Slack account');
    expect(await decisionsAbout(manifest)).toEqual({ rows: [], events: [] });
  });

  it('has the decision of the account on record, signed, once, however often the form comes', async () => {
    const { id, body } = await submission(ANA);
    const first = await slack.view(id);
    const answer = await post(body);
    const told = await shownInSlack(slack, { view: first }, first.version + 1);
    await post(body);
    const again = await shownInSlack(slack, { view: told }, told.version + 1);

    expect(JSON.parse(answer.text)).toMatchObject({ response_action: 'update' });
    expect(wordsOf(told.content.blocks)).toContain('Ana Silva approved asked-in-slack 1.1.0');
    expect(wordsOf(again.content.blocks)).toContain('It was on record already');
    const { rows, events } = await decisionsAbout(manifest);
    expect(events).toEqual(['approval_granted']);
    expect(rows).toMatchObject([
      {
        approverId: 'ana.silva',
        decision: 'approve',
        authMethod: 'slack',
        slack: { team_id: TEAM, user_id: ANA },
        opened: [],
        signed: {},
      },
    ]);
  });

  it('is told in the place of the question, without its buttons', async () => {
    expect(await decidedInSlack(slack, ANA, message)).toContain('Ana Silva approved asked-in-slack 1.1.0 as ML lead');

    const changed = (await slack.messagesTo(ANA)).find(({ ts }) => ts === message.ts);
    expect(JSON.stringify(changed?.blocks)).not.toContain('"action_id":"approve"');
  });

  it('goes into production when a second person has approved it on the page', async () => {
    await approvedBy(manifest, ['ruth.meyer']);

    expect((await releaseIn(manifest.release_id, 'production')).recordSha256).toBeDefined();
  });
});
