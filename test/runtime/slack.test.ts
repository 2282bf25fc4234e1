import { expect, it } from 'vitest';
import { slackDoorAt } from '../../lib/runtime/slack-door.ts';
import { slackSenderAt } from '../../lib/runtime/slack-sender.ts';
import { NOW } from '../support/approval-case.ts';

const now = () => NOW;
const off = { SLACK_TOKEN_ARN: '', SLACK_SIGNING_SECRET_ARN: '' };
const on = { SLACK_TOKEN_ARN: 'arn:token', SLACK_SIGNING_SECRET_ARN: 'arn:secret' };

it('knows no Slack where none is named', () => {
  expect(slackDoorAt(off, now)).toBeUndefined();
  expect(slackSenderAt(off, now)).toBeUndefined();
});

it('asks nobody before there is something to say, and lets in nothing without a signature', async () => {
  const door = slackDoorAt(on, now);

  expect(slackSenderAt(on, now)).toBeDefined();
  expect(await door?.isOfSlack({ timestamp: '', signature: '', body: new Uint8Array() })).toBe(false);
});
