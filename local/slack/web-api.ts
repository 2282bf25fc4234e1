/** The methods of Slack's Web API that the product calls (https://docs.slack.dev/reference/methods). */
import * as z from 'zod';
import { MessageBlocks, ModalView } from './block-kit.ts';
import { SlackError, type View, type Workspace } from './workspace.ts';

/** Forms have their objects and flags as text. */
const json = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), schema);
const Flag = z.union([z.boolean(), z.enum(['true', 'false'])]).optional();

const MESSAGE_MAX = 40_000;
const VIEW_MAX_BYTES = 250_000;

const Content = {
  text: z.string().min(1),
  blocks: json(MessageBlocks).default([]),
  parse: z.enum(['none', 'full']).optional(),
  link_names: Flag,
};
const PostMessage = z.strictObject({
  channel: z.string(),
  ...Content,
  mrkdwn: Flag,
  unfurl_links: Flag,
  unfurl_media: Flag,
});
const UpdateMessage = z.strictObject({ channel: z.string(), ts: z.string(), ...Content });
const OpenView = z.strictObject({ trigger_id: z.string(), view: json(ModalView) });
const UpdateView = z.strictObject({
  view_id: z.string().optional(),
  external_id: z.string().optional(),
  hash: z.string().optional(),
  view: json(ModalView),
});

type Method = (workspace: Workspace, args: unknown) => object;

const METHODS: Readonly<Record<string, Method>> = {
  'chat.postMessage': (workspace, args) => {
    const { channel, text, blocks } = read(PostMessage, args);
    const message = workspace.post({ channel: workspace.channelOf(channel), text: short(text), blocks });
    return { channel: message.channel, ts: message.ts, message: { type: 'message', ...message } };
  },
  'chat.update': (workspace, args) => {
    const { channel, ts, text, blocks } = read(UpdateMessage, args);
    if (!channel.startsWith('D')) throw new SlackError('channel_not_found');
    const message = workspace.change(workspace.channelOf(channel), ts, { text: short(text), blocks });
    return { channel, ts, text: message.text };
  },
  'views.open': (workspace, args) => {
    const { trigger_id, view } = read(OpenView, args);
    return { view: seen(workspace.open(trigger_id, small(view))) };
  },
  'views.update': (workspace, args) => {
    const { view_id, external_id, hash, view } = read(UpdateView, args);
    if (view_id === undefined && external_id === undefined) throw new SlackError('invalid_arguments');
    const { id, hash: current } =
      view_id === undefined ? workspace.viewNamed(external_id ?? '') : workspace.view(view_id);
    if (hash !== undefined && hash !== current) throw new SlackError('hash_conflict');
    return { view: seen(workspace.show(id, small(view))) };
  },
};

export type Call = {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly args: unknown;
};

/** What Slack answers: always 200, and in the body whether it did what it was asked. */
export const answerCall = (workspace: Workspace, token: string, { method, authorization, args }: Call): object => {
  try {
    const run = METHODS[method];
    if (run === undefined) throw new SlackError('unknown_method');
    if (authorization === undefined) throw new SlackError('not_authed');
    if (authorization !== `Bearer ${token}`) throw new SlackError('invalid_auth');
    return { ok: true, ...run(workspace, args) };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    const messages = error.details.length === 0 ? {} : { response_metadata: { messages: error.details } };
    return { ok: false, error: error.problem, ...messages };
  }
};

const read = <S extends z.ZodType>(schema: S, args: unknown): z.output<S> => {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const isAboutBlocks = parsed.error.issues.every(({ path }) => path[0] === 'blocks');
  const details = parsed.error.issues.map(
    ({ path, message }) => `[ERROR] ${message} [json-pointer:/${path.join('/')}]`,
  );
  throw new SlackError(isAboutBlocks ? 'invalid_blocks' : 'invalid_arguments', details);
};

const short = (text: string): string => {
  if (text.length > MESSAGE_MAX) throw new SlackError('msg_too_long');
  return text;
};

const small = (view: ModalView): ModalView => {
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_MAX_BYTES) throw new SlackError('view_too_large');
  return view;
};

const seen = ({ id, hash, content }: View) => ({ id, hash, ...content });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
