/** The workspace of the deployment's Slack, and the accounts of the people of the example there. */
import type { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import { slackPeople } from '../../../local/slack-approver.ts';
import { endpoints, store } from './world.ts';

export const DANA = 'U0DANAKIM';
export const ANA = 'U0ANASILVA';
export const RUTH = 'U0RUTHMEYER';

if (endpoints.slack === undefined) throw new Error('there is no Slack here');
export const slack = slackPeople(endpoints.slack.endpoint);

export const decisionsAbout = async ({ release_id, model_name }: ReleaseManifest) => {
  const rows = await store.list('approval', release_id);
  const events = (await store.events(model_name)).map(({ event }) => event.event_type);
  return { rows, events: events.filter((type) => type === 'approval_granted' || type === 'approval_denied') };
};
