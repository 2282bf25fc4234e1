import { secretAt } from '../adapters/secrets-manager.ts';
import { type SlackMessenger, slackMessenger } from '../adapters/slack-messenger.ts';
import type { Instant } from '../domain/identifiers.ts';
import { slackApiUrl } from './slack-api-url.ts';
import type { SlackSenderEnv } from './slack-env.ts';

/** Nobody waits for a message; the outbox tries again. */
const TIMEOUT_MS = 10_000;

/** Writes to people in Slack; undefined where it is off. */
export const slackSenderAt = (env: SlackSenderEnv, now: () => Instant): SlackMessenger | undefined =>
  env.SLACK_TOKEN_ARN === ''
    ? undefined
    : slackMessenger({ token: secretAt(env.SLACK_TOKEN_ARN, now), apiUrl: slackApiUrl(), timeoutMs: TIMEOUT_MS });
