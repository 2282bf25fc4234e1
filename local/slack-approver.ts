/** What approvers do in Slack: read what they are asked, press a button, fill in the form that opens, and send it. */
import { until } from './ports.ts';
import { isInput, readable } from './slack/block-kit.ts';
import type { Outcome, Press, Submission } from './slack/interactions.ts';
import type { Member, Message, View } from './slack/workspace.ts';

export type SlackPeople = ReturnType<typeof slackPeople>;

/** Calls the stand-in at its own address, as its pages do. */
export const slackPeople = (endpoint: string) => {
  const call = async <T>(path: string, method = 'GET', body?: object): Promise<T> => {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${endpoint}/_standin/${path}`, { method, ...sent });
    if (!answer.ok) throw new Error(`Slack answered ${answer.status} to ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    join: (members: readonly Member[]) => call<Member[]>('members', 'PUT', members as object),
    messagesTo: (user: string) => call<Message[]>(`messages?user=${user}`),
    press: (what: Press) => call<Outcome>('press', 'POST', what),
    submit: (what: Submission) => call<Outcome>('submit', 'POST', what),
    reply: (user: string, text: string) => call<Message>('reply', 'POST', { user, text }),
    view: (id: string) => call<View>(`views/${id}`),
  };
};

/** Everything that a message or a view says, as people see it. */
export const wordsOf = (blocks: Message['blocks']): string =>
  blocks
    .flatMap((block) => {
      if (block.type === 'section' || block.type === 'header') return [block.text.text];
      return block.type === 'context' ? block.elements.map(({ text }) => text) : [];
    })
    .map(readable)
    .join('\n');

const WAIT_MS = 90_000;

/** The message that asks a member about a release, once it has come. */
export const askedInSlack = async (slack: SlackPeople, user: string, releaseId: string): Promise<Message> => {
  let found: Message | undefined;
  await until(async () => {
    const messages = await slack.messagesTo(user);
    found = messages.find(({ blocks }) => wordsOf(blocks).includes(`Release: ${releaseId}\n`));
    return found !== undefined;
  }, WAIT_MS);
  if (found === undefined) throw new Error(`${user} was not asked about ${releaseId} in Slack`);
  return found;
};

/** A view, once it is shown for the nth time: what it says at first is that something is on its way. */
export const shownInSlack = async (slack: SlackPeople, { view, trouble }: Outcome, times: number): Promise<View> => {
  if (view === undefined) throw new Error(`Slack shows no view: ${trouble ?? 'the app has closed it'}`);
  let shown = view;
  await until(async () => {
    shown = await slack.view(view.id);
    return shown.version >= times;
  }, WAIT_MS);
  return shown;
};

/** The form of a decision, over the message that was pressed. */
export const formInSlack = async (slack: SlackPeople, press: Press): Promise<View> =>
  shownInSlack(slack, await slack.press(press), 2);

/** A form as it is filled in by somebody who answers every question with yes. */
export const filledIn = ({ content }: View, typed: { readonly confirmation: string; readonly comment: string }) =>
  Object.fromEntries(
    content.blocks
      .filter(isInput)
      .map(({ block_id, element }): [string, string] => [
        block_id,
        element.type === 'radio_buttons'
          ? 'yes'
          : (Object.entries(typed).find(([name]) => name === block_id)?.[1] ?? ''),
      ]),
  );

type Approval = { readonly user: string; readonly releaseId: string; readonly version: string };

/** What a message says once a decision was made from it: until then, nobody was promised that it is on record. */
export const decidedInSlack = async (slack: SlackPeople, user: string, { ts }: Message): Promise<string> => {
  let changed: Message | undefined;
  await until(async () => {
    changed = (await slack.messagesTo(user)).find((message) => message.ts === ts && message.isEdited);
    return changed !== undefined;
  }, WAIT_MS);
  if (changed === undefined) throw new Error(`the message to ${user} was not changed`);
  return wordsOf(changed.blocks);
};

/** Reads, presses, fills in and sends, and answers what the message says then. */
export const approveInSlack = async (slack: SlackPeople, { user, releaseId, version }: Approval): Promise<string> => {
  const message = await askedInSlack(slack, user, releaseId);
  const { channel, ts } = message;
  const form = await formInSlack(slack, { user, channel, ts, action_id: 'approve' });
  if (form.content.submit === undefined) {
    throw new Error(`Slack shows no form to ${user}: ${wordsOf(form.content.blocks)}`);
  }
  const values = filledIn(form, { confirmation: version, comment: 'Read in Slack, with the evidence on the page.' });
  const { trouble } = await slack.submit({ user, view_id: form.id, values });
  if (trouble !== undefined) throw new Error(`Slack could not send the form of ${user}: ${trouble}`);
  return decidedInSlack(slack, user, message);
};
