import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import * as z from 'zod';
import { close, listen } from '../listen.ts';
import { type App, type Outcome, press, submit } from './interactions.ts';
import { answerCall } from './web-api.ts';
import { type Member, SlackError, Workspace } from './workspace.ts';

export interface SlackOptions {
  readonly port: number;
  /** Where the app takes interactions. */
  readonly requestUrl: string;
  /** How long a press may open a view, and how long Slack waits for an answer; three seconds, as in Slack itself. */
  readonly patienceMs?: number;
  readonly now?: () => number;
}

/** What people do in Slack. */
export interface People {
  readonly workspace: Workspace;
  press(what: Parameters<typeof press>[2]): Promise<Outcome>;
  submit(what: Parameters<typeof submit>[2]): Promise<Outcome>;
}

export interface SlackStandIn extends People {
  /** Where it listens. The Web API is below `/api/`. */
  readonly endpoint: string;
  readonly apiUrl: string;
  /** What the owner of an app copies from its pages, new for each start. */
  readonly token: string;
  readonly signingSecret: string;
  stop(): Promise<void>;
}

/** The part of Slack that the product uses, in memory: its Web API, and people who press buttons and send forms. */
export async function startSlack({
  port,
  requestUrl,
  patienceMs = 3_000,
  now = Date.now,
}: SlackOptions): Promise<SlackStandIn> {
  const workspace = new Workspace(now, patienceMs);
  const token = `xoxb-local-${randomBytes(12).toString('hex')}`;
  const app: App = { requestUrl, signingSecret: randomBytes(16).toString('hex'), patienceMs, now };
  const people: People = {
    workspace,
    press: (what) => press(workspace, app, what),
    submit: (what) => submit(workspace, app, what),
  };
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
    answer(request, people, token).then(
      (body) => reply(200, body),
      (error) => reply(error instanceof SlackError ? 404 : 500, { problem: String(error) }),
    );
  });
  const taken = await listen(server, port, 'ASSAY_SLACK_PORT');
  const endpoint = `http://127.0.0.1:${taken}`;
  const { signingSecret } = app;
  return { ...people, endpoint, apiUrl: `${endpoint}/api/`, token, signingSecret, stop: () => close(server) };
}

/** Below `/api/` is Slack's own API; below `/_standin/`, tests and programs do what people would. */
const answer = async (request: IncomingMessage, people: People, token: string): Promise<unknown> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const args = await readArguments(request);
  const [, root, name = '', id = ''] = pathname.split('/');
  if (root === 'api')
    return answerCall(people.workspace, token, { method: name, args, authorization: request.headers.authorization });
  const { workspace } = people;
  switch (`${root}/${name}`) {
    case '_standin/members':
      workspace.join(Members.parse(args));
      return workspace.members;
    case '_standin/messages':
      return workspace.messagesIn(workspace.channelOf(searchParams.get('user') ?? ''));
    case '_standin/views':
      return workspace.view(id);
    case '_standin/press':
      return people.press(Press.parse(args));
    case '_standin/submit':
      return people.submit(Submission.parse(args));
    case '_standin/reply':
      return reply(workspace, Reply.parse(args));
    default:
      throw new SlackError(`there is no ${pathname}`);
  }
};

/** Of what people write, an app hears only by the events that it asks for; this one asks for none. */
export const reply = (workspace: Workspace, { user, text }: z.infer<typeof Reply>) =>
  workspace.post({ channel: workspace.channelOf(user), by: workspace.member(user).user, text, blocks: [] });

const Members = z.array(z.strictObject({ team: z.string(), user: z.string(), name: z.string() })) satisfies z.ZodType<
  Member[]
>;
const Press = z.strictObject({ user: z.string(), channel: z.string(), ts: z.string(), action_id: z.string() });
const Submission = z.strictObject({
  user: z.string(),
  view_id: z.string(),
  values: z.record(z.string(), z.string()),
});
const Reply = z.strictObject({ user: z.string(), text: z.string().min(1) });

/** As JSON, or as a form; nothing if there is no body. */
const readArguments = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new SlackError('invalid_json');
  }
};
