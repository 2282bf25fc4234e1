import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { stored } from '../stored.ts';

/** Who pressed the button by the word of Slack, and when Slack signed its request. It is kept with the decision. */
export const SlackIdentity = stored({ team_id: z.string(), user_id: z.string(), requested_at: Instant });
export type SlackIdentity = z.infer<typeof SlackIdentity>;
