import * as z from 'zod';
import { readEnv } from './env.ts';

const Env = z.object({ SLACK_API_URL: z.url().default('https://slack.com/api/') });

/**
 * Where Slack is called. Like the endpoints of AWS, another address is up to the machine that a Lambda runs on: no setting and no template
 * has one, so that no deployment can send the token elsewhere.
 */
export const slackApiUrl = (): string => readEnv(Env).SLACK_API_URL;
