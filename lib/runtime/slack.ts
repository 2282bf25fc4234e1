import { secretAt } from '../adapters/secrets-manager.ts';
import { type SlackMessenger, slackMessenger } from '../adapters/slack-messenger.ts';
import { isOfSlack, type SlackRequest } from '../adapters/slack-requests.ts';
import type { Instant } from '../domain/identifiers.ts';
import type { SlackEnv, SlackSenderEnv } from './slack-env.ts';

type Slack = SlackMessenger & {
  /** Whether Slack signed this request, a moment ago. */
  readonly isOfSlack: (request: SlackRequest) => Promise<boolean>;
};

/** A view must be opened within three seconds of the press. */
const TIMEOUT_MS = 2_500;

/** Writes to people in Slack; undefined where it is off. */
export const slackSenderAt = (env: SlackSenderEnv, now: () => Instant): SlackMessenger | undefined =>
  env.SLACK_TOKEN_ARN === ''
    ? undefined
    : slackMessenger({ token: secretAt(env.SLACK_TOKEN_ARN, now), apiUrl: env.SLACK_API_URL, timeoutMs: TIMEOUT_MS });

/** And knows its requests. */
export const slackAt = (env: SlackEnv, now: () => Instant): Slack | undefined => {
  const sender = slackSenderAt(env, now);
  if (sender === undefined) return undefined;
  const signingSecret = secretAt(env.SLACK_SIGNING_SECRET_ARN, now);
  return { ...sender, isOfSlack: (request) => isOfSlack(request, signingSecret, now()) };
};
