/** The pages of the stand-in, beside the mailbox. They run no script: a press is a form, and so is a form. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { formHeaders } from '../pages.ts';
import { until } from '../ports.ts';
import { conversationPage, type Typed, viewPage } from './page.ts';
import { type People, reply } from './server.ts';
import { type Member, SlackError, type View } from './workspace.ts';

/** How long a page waits for the app to fill the view that it has opened, or to say what came of a form. */
const SETTLE_MS = 8_000;

type Fields = Readonly<Record<string, string>>;

/** Answers every address below `/slack`, but for the one where the app takes interactions. */
export const answerSlackPage = async (
  people: People,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const show = (page: string, status = 200) => void response.writeHead(status, formHeaders).end(page);
  const goTo = (location: string) => void response.writeHead(303, { location }).end();
  const refuse = (status: number, words: string) =>
    void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(words);
  try {
    if (request.method === 'POST') {
      // A page of somebody else must not press buttons here.
      if (request.headers['sec-fetch-site'] !== 'same-origin') return refuse(403, 'Only from the pages here.\n');
      return await act(people, pathname, await readFields(request), { show, goTo });
    }
    if (pathname === '/slack') return show(conversation(people, searchParams.get('as')));
    const view = people.workspace.view(pathname.replace('/slack/views/', ''));
    return show(viewPage(view, { member: people.workspace.member(view.user) }));
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return refuse(404, `Nothing here: ${error.problem}\n`);
  }
};

type Answers = { readonly show: (page: string, status?: number) => void; readonly goTo: (location: string) => void };

const act = async (people: People, pathname: string, fields: Fields, { show, goTo }: Answers): Promise<void> => {
  const { user = '', channel = '', ts = '', action_id = '', view_id = '', text = '' } = fields;
  switch (pathname) {
    case '/slack/press': {
      const { view, trouble } = await people.press({ user, channel, ts, action_id });
      if (view === undefined) return show(conversation(people, user, trouble ?? 'the app opened no form'), 502);
      await shownAgain(people, { id: view.id, version: 1 });
      return goTo(`/slack/views/${view.id}`);
    }
    case '/slack/send':
      return send(people, view_id, fields, { show, goTo });
    case '/slack/reply':
      reply(people.workspace, { user, text });
      return goTo(`/slack?as=${user}`);
    default:
      throw new SlackError('not_found');
  }
};

const send = async (people: People, view_id: string, fields: Fields, { show, goTo }: Answers): Promise<void> => {
  const { user } = people.workspace.view(view_id);
  const member = people.workspace.member(user);
  const values: Typed = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (name.startsWith('block.') ? [[name.slice(6), value]] : [])),
  );
  const { view, trouble } = await people.submit({ user, view_id, values });
  if (trouble !== undefined) {
    return show(viewPage(people.workspace.view(view_id), { member, typed: values, trouble }), 502);
  }
  if (view === undefined) return goTo(`/slack?as=${user}`);
  if (Object.keys(view.errors).length > 0) return show(viewPage(view, { member, typed: values }), 422);
  await shownAgain(people, view);
  return goTo(`/slack/views/${view.id}`);
};

/** Waits until the app has changed a view once more: what it shows at first says only that something is on its way. */
const shownAgain = ({ workspace }: People, { id, version }: Pick<View, 'id' | 'version'>): Promise<boolean> =>
  until(async () => workspace.view(id).version > version, SETTLE_MS);

const conversation = ({ workspace }: People, as: string | null, trouble?: string): string => {
  const { members } = workspace;
  const member = as === null ? latest(workspace) : workspace.member(as);
  const channel = workspace.channelOf(member.user);
  return conversationPage({ members, member, channel, messages: workspace.messagesIn(channel), trouble });
};

/** Whoever has the newest message. */
const latest = (workspace: People['workspace']): Member => {
  const at = ({ user }: Member) => Number(workspace.messagesIn(workspace.channelOf(user)).at(-1)?.ts ?? 0);
  const [first, ...others] = workspace.members;
  if (first === undefined) throw new SlackError('nobody of the directory has an account in Slack');
  return others.reduce((best, one) => (at(one) > at(best) ? one : best), first);
};

const MAX_BYTES = 65_536;

const readFields = async (request: IncomingMessage): Promise<Fields> => {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_BYTES) throw new SlackError('too large');
  }
  return Object.fromEntries(new URLSearchParams(body));
};
