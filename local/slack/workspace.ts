/** What a workspace keeps: its members, the conversations that they have with the app, and the views that are open. */
import { randomBytes } from 'node:crypto';
import type { Block, ModalView } from './block-kit.ts';

export type Member = { readonly team: string; readonly user: string; readonly name: string };

export type Message = {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The member who wrote it; undefined if the app did. */
  readonly by?: string | undefined;
  readonly isEdited: boolean;
};

export type View = {
  readonly id: string;
  readonly user: string;
  /** Another one with each change. */
  readonly hash: string;
  /** How often it was shown: 1 as it was opened. */
  readonly version: number;
  readonly content: ModalView;
  /** What the app found to be wrong, by the names of blocks. */
  readonly errors: Readonly<Record<string, string>>;
};

/** An answer of Slack that says no, by the word for it. */
export class SlackError extends Error {
  override readonly name = 'SlackError';
  readonly problem: string;
  readonly details: readonly string[];

  constructor(problem: string, details: readonly string[] = []) {
    super(problem);
    this.problem = problem;
    this.details = details;
  }
}

type Trigger = { readonly user: string; readonly at: number; viewId?: string };

export class Workspace {
  readonly #members = new Map<string, Member>();
  readonly #messages: Message[] = [];
  readonly #views = new Map<string, View>();
  readonly #triggers = new Map<string, Trigger>();
  readonly #now: () => number;
  readonly #triggerMs: number;
  #count = 0;

  /** @param triggerMs how long a press may open a view. */
  constructor(now: () => number, triggerMs: number) {
    this.#now = now;
    this.#triggerMs = triggerMs;
  }

  join(members: readonly Member[]): void {
    for (const member of members) this.#members.set(member.user, member);
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  member(user: string): Member {
    return this.#members.get(user) ?? raise('user_not_found');
  }

  /** The conversation of the app with a member, by its own id or the member's. */
  channelOf(channel: string): string {
    const user = channel.replace(/^D/, 'U');
    return this.#members.has(user) ? user.replace(/^U/, 'D') : raise('channel_not_found');
  }

  /** Oldest first. */
  messagesIn(channel: string): readonly Message[] {
    return this.#messages.filter((message) => message.channel === channel);
  }

  message(channel: string, ts: string): Message {
    return this.messagesIn(channel).find((message) => message.ts === ts) ?? raise('message_not_found');
  }

  post(message: Pick<Message, 'channel' | 'text' | 'blocks' | 'by'>): Message {
    const posted = { ...message, ts: this.stamp(), isEdited: false };
    this.#messages.push(posted);
    return posted;
  }

  change(channel: string, ts: string, content: Pick<Message, 'text' | 'blocks'>): Message {
    const former = this.message(channel, ts);
    if (former.by !== undefined) throw new SlackError('cant_update_message');
    const changed = { ...former, ...content, isEdited: true };
    this.#messages[this.#messages.indexOf(former)] = changed;
    return changed;
  }

  /** What lets an app open one view, once and soon. */
  trigger(user: string): string {
    const id = `${this.#now()}.${this.#next()}.${randomBytes(16).toString('hex')}`;
    this.#triggers.set(id, { user, at: this.#now() });
    return id;
  }

  /** The view that was opened by a trigger, if it was. */
  openedBy(triggerId: string): View | undefined {
    return this.#views.get(this.#triggers.get(triggerId)?.viewId ?? '');
  }

  open(triggerId: string, content: ModalView): View {
    const trigger = this.#triggers.get(triggerId);
    if (trigger === undefined) throw new SlackError('invalid_arguments', ['invalid `trigger_id`']);
    if (trigger.viewId !== undefined) throw new SlackError('exchanged_trigger_id');
    if (this.#now() - trigger.at > this.#triggerMs) throw new SlackError('expired_trigger_id');
    if (content.external_id !== '' && this.#named(content.external_id) !== undefined) {
      throw new SlackError('duplicate_external_id');
    }
    const view = { id: `V${this.#next()}`, user: trigger.user, hash: this.stamp(), version: 1, content, errors: {} };
    trigger.viewId = view.id;
    this.#views.set(view.id, view);
    return view;
  }

  view(id: string): View {
    return this.#views.get(id) ?? raise('not_found');
  }

  viewNamed(externalId: string): View {
    return this.#named(externalId) ?? raise('not_found');
  }

  show(id: string, content: ModalView): View {
    return this.#keep({ ...this.view(id), content, errors: {} });
  }

  complain(id: string, errors: View['errors']): View {
    return this.#keep({ ...this.view(id), errors });
  }

  close(id: string): void {
    this.#views.delete(id);
  }

  /** A time that nothing else here has: seconds, and six digits. */
  stamp(): string {
    return `${Math.floor(this.#now() / 1000)}.${this.#next()}`;
  }

  #keep(view: View): View {
    const kept = { ...view, hash: this.stamp(), version: view.version + 1 };
    this.#views.set(view.id, kept);
    return kept;
  }

  #named(externalId: string): View | undefined {
    return [...this.#views.values()].find(({ content }) => content.external_id === externalId);
  }

  #next(): string {
    this.#count += 1;
    return String(this.#count).padStart(6, '0');
  }
}

const raise = (problem: string): never => {
  throw new SlackError(problem);
};
