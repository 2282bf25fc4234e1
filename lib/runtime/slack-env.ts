import * as z from 'zod';

/** Where the token of the app in Slack is, by its ARN; empty where Slack is off. */
export const SlackSenderEnv = z.object({ SLACK_TOKEN_ARN: z.string() });
export type SlackSenderEnv = z.output<typeof SlackSenderEnv>;

/** And the secret that Slack signs its requests with. */
export const SlackEnv = SlackSenderEnv.extend({ SLACK_SIGNING_SECRET_ARN: z.string() });
export type SlackEnv = z.output<typeof SlackEnv>;
