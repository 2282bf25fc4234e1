import { secretAt } from '../adapters/secrets-manager.ts';
import { isOfSlack, type SlackRequest } from '../adapters/slack-requests.ts';
import { type SlackViews, slackViews } from '../adapters/slack-views.ts';
import type { Instant } from '../domain/identifiers.ts';
import { slackApiUrl } from './slack-api-url.ts';
import type { SlackEnv } from './slack-env.ts';

type SlackDoor = SlackViews & {
  /** Whether Slack signed this request, a moment ago. */
  readonly isOfSlack: (request: SlackRequest) => Promise<boolean>;
};

/** A view must be opened within three seconds of the press. */
const TIMEOUT_MS = 2_500;

/** Knows the requests of Slack, and answers them with forms; undefined where Slack is off. */
export const slackDoorAt = (env: SlackEnv, now: () => Instant): SlackDoor | undefined => {
  if (env.SLACK_TOKEN_ARN === '') return undefined;
  const token = secretAt(env.SLACK_TOKEN_ARN, now);
  const signingSecret = secretAt(env.SLACK_SIGNING_SECRET_ARN, now);
  return {
    ...slackViews({ token, apiUrl: slackApiUrl(), timeoutMs: TIMEOUT_MS }),
    isOfSlack: (request) => isOfSlack(request, signingSecret, now()),
  };
};
