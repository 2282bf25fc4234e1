/** Who is asked by mail and has an account in Slack is asked there too, and the message shows what they decided from it. */
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { sendApprovalMail } from '../../lambdas/dispatch-outbox/intents/send-approval-mail.ts';
import { sendSlackMessage } from '../../lambdas/dispatch-outbox/intents/send-slack-message.ts';
import { updateSlackMessage } from '../../lambdas/dispatch-outbox/intents/update-slack-message.ts';
import type { Settings } from '../../lambdas/dispatch-outbox/settings.ts';
import { outboxItem, slackMessageItem } from '../../lib/adapters/dynamodb-keys.ts';
import { type Mail, sendMail } from '../../lib/adapters/ses-mailer.ts';
import { payloadFor } from '../../lib/domain/approval/link.ts';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, anApprovalCase, hmacLinkMac, NOW } from '../support/approval-case.ts';
import { DECISION_KEY } from '../support/decision-key.ts';
import { mockClient } from '../support/mock-client.ts';

const ses = mockClient(SESv2Client);
const settings = { mailFrom: 'assay@example.com', publicBaseUrl: 'https://assay.example.com' } as Settings;
const mac = hmacLinkMac();

let scene: ApprovalCase;
let noted: string[];
let posted: { readonly to: unknown; readonly message: { readonly text: string } }[];
beforeEach(async () => {
  ses.reset();
  ses.on(SendEmailCommand).resolves({});
  scene = await anApprovalCase();
  noted = [];
  posted = [];
});
const withGrace = (): DirectoryRecord => ({
  ...scene.directory,
  people: scene.directory.people.map((one) =>
    one.id === 'grace' ? { ...one, slack: { team_id: 'T0ASSAY01', user_id: 'U0GRACE01' } } : one,
  ),
});
const tools = (directory: DirectoryRecord = withGrace(), isOn = true) => ({
  store: withinRights('DispatchOutbox', scene.store),
  directory: async () => directory,
  settings,
  now: () => NOW,
  mac,
  askInSlack: async (asked: Parameters<typeof sendSlackMessage>[0]) => {
    noted.push(slackMessageItem({ sk: 'mortgage-approval#000000000002#0' }, asked, NOW).sk);
  },
  sendTracked: async (mail: Mail) => {
    await sendMail('assay@example.com', mail);
  },
  ...(isOn && {
    slack: {
      postMessage: async (to: string, message: { text: string }) => void posted.push({ to, message }),
      updateMessage: async (to: object, message: { text: string }) => void posted.push({ to, message }),
    },
  }),
});
const grace = () => ({ requestId: scene.request.requestId, personId: 'grace' });
const decided = async () => {
  const answer = { decision: 'deny' as const, typedConfirmation: '1.2.0', comment: 'No.' };
  const ids = ['evidence_read', 'fairness_acceptable', 'rollback_known'];
  const checklist = new Map(ids.map((id) => [id, 'no' as const]));
  const payload = payloadFor(scene.request, 'grace');
  const given = { payload, answer: { ...answer, checklist }, openings: new Map(), authMethod: 'signed_link' };
  await takeDecision(given, {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => NOW,
  });
};

describe('the mail to a person', () => {
  it('has a message in Slack noted, if the person is there', async () => {
    for (const personId of ['grace', 'ada'])
      await sendApprovalMail({ ...grace(), kind: 'send_approval_mail', personId }, tools());

    expect(noted).toEqual(['mortgage-approval#000000000002#0#grace']);
    expect(ses.commandCalls(SendEmailCommand)).toHaveLength(2);
  });

  it('has one of its own each time it is sent, and none more where it is tried again', async () => {
    const keys = [2, 2, 5].map(
      (seq) =>
        slackMessageItem(
          outboxItem('mortgage-approval', seq, 0, { intent: { ...grace(), kind: 'send_approval_mail' } }, NOW),
          { ...grace(), kind: 'send_slack_message', again: 'resent' },
          NOW,
        ).sk,
    );

    expect(new Set(keys).size).toBe(2);
  });

  it('goes out alone where Slack is off', async () => {
    await sendApprovalMail({ ...grace(), kind: 'send_approval_mail' }, tools(withGrace(), false));

    expect(noted).toEqual([]);
    expect(ses.commandCalls(SendEmailCommand)).toHaveLength(1);
  });
});

describe('the message', () => {
  const send = (t = tools()) => sendSlackMessage({ ...grace(), kind: 'send_slack_message' }, t);

  it('is posted to the account of the directory, with the same link as the mail', async () => {
    await sendApprovalMail({ ...grace(), kind: 'send_approval_mail' }, tools());
    await send();

    const text = ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple?.Body?.Text?.Data ?? '';
    const [link] = /https:\/\/assay\.example\.com\/a\/\S+/.exec(text) ?? [];
    expect(posted).toMatchObject([{ to: 'U0GRACE01' }]);
    expect(JSON.stringify(posted)).toContain(`"url":"${link}"`);
  });

  it('is not posted where Slack is off, where the person has left it, and where the request is over', async () => {
    await send(tools(withGrace(), false));
    await send(tools(scene.directory));
    await decided();
    await send();

    expect(posted).toEqual([]);
  });
});

describe('the message of a person who has decided', () => {
  const update = (t = tools()) =>
    updateSlackMessage({ ...grace(), kind: 'update_slack_message', channel: 'D1', ts: '1.2' }, t);

  it('says who decided what, as what and when, and has no button that decides', async () => {
    await decided();

    await update();

    expect(posted).toMatchObject([
      {
        to: { channel: 'D1', ts: '1.2' },
        message: { text: 'Grace Hopper denied mortgage-approval 1.2.0 as risk owner, on 21 Nov 2026, 09:00:00 UTC.' },
      },
    ]);
    expect(JSON.stringify(posted)).not.toMatch(/"action_id":"(?:approve|deny|request_changes)"/);
  });

  it('stays as it is where nothing is on record, or Slack is off', async () => {
    await update();
    await decided();
    await update(tools(withGrace(), false));

    expect(posted).toEqual([]);
  });
});

describe('somebody who was forgotten before the mail went out (CO-4)', () => {
  const forgotten = () => ({
    ...scene.directory,
    people: scene.directory.people.map((one) => (one.id === 'grace' ? { ...one, email: '0@former.invalid' } : one)),
  });
  const dropped = async () =>
    (await scene.store.events(scene.release.modelName)).flatMap(({ event }) =>
      event.event_type === 'mail_dropped' ? event.details : [],
    );

  it('gets none, which is on record once, by their id alone', async () => {
    await sendApprovalMail({ ...grace(), kind: 'send_approval_mail' }, tools(forgotten()));
    // If the dispatcher crashes before it notes the row as done, it carries it out again.
    await sendApprovalMail({ ...grace(), kind: 'send_approval_mail' }, tools(forgotten()));

    expect(noted).toEqual([]);
    expect(await dropped()).toMatchObject([{ about: 'request', people: ['grace'], because: 'forgotten' }]);
  });

  it('gets none, and nothing is dropped, where the request has ended', async () => {
    scene.store.seed({ ...scene.request, status: 'approved' });

    await sendApprovalMail({ ...grace(), kind: 'send_approval_mail' }, tools(forgotten()));

    expect(await dropped()).toEqual([]);
  });
});
