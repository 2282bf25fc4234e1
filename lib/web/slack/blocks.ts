/**
 * What we send to Slack. Every text is `plain_text` without emoji: Slack finds no mention, no link and no markup in it, so what
 * a submitter wrote is shown as it was written. There is no other kind of text here, and no type that would allow one.
 */

/** Never made by hand: `shown` escapes and cuts it. */
export type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };

type Option = { readonly text: PlainText; readonly value: string };

type Button = {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly value?: string;
  readonly url?: string;
  readonly style?: 'primary' | 'danger';
};

type Element =
  | { readonly type: 'radio_buttons'; readonly action_id: string; readonly options: Option[] }
  | {
      readonly type: 'plain_text_input';
      readonly action_id: string;
      readonly multiline: boolean;
      readonly max_length: number;
    };

export type Block =
  | { readonly type: 'section'; readonly text: PlainText }
  | { readonly type: 'context'; readonly elements: PlainText[] }
  | { readonly type: 'actions'; readonly block_id: string; readonly elements: Button[] }
  | {
      readonly type: 'input';
      readonly block_id: string;
      readonly label: PlainText;
      readonly hint?: PlainText;
      readonly optional: boolean;
      readonly element: Element;
    };

/** `text` is what a notification shows; Slack would find mentions in it, so it is escaped like the rest. */
export type SlackMessage = { readonly text: string; readonly blocks: Block[] };

export type SlackView = {
  readonly type: 'modal';
  readonly callback_id: string;
  readonly external_id?: string;
  readonly private_metadata: string;
  readonly title: PlainText;
  readonly submit?: PlainText;
  readonly close: PlainText;
  readonly blocks: Block[];
};

/** The limits of Slack, in UTF-16 units or in blocks (https://docs.slack.dev/reference/block-kit/blocks). */
export const LIMITS = {
  section: 3000,
  context: 2000,
  label: 2000,
  hint: 2000,
  title: 24,
  button: 75,
  option: 75,
  messageBlocks: 50,
  viewBlocks: 100,
  metadata: 3000,
} as const;

/** A text as Slack shows it, character by character. */
export const shown = (text: string, limit: number): PlainText => ({
  type: 'plain_text',
  text: escaped(text, limit),
  emoji: false,
});

/** What controls Slack's own markup is written as entities, and a text that is too long ends in three dots. */
export const escaped = (text: string, limit: number): string => {
  const visible = text.toWellFormed().replaceAll(UNSEEN, ' ');
  const whole = visible.replaceAll(/[&<>]/g, entityOf);
  if (whole.length <= limit) return whole;
  let kept = '';
  for (const character of visible) {
    const next = kept + character.replace(/[&<>]/, entityOf);
    if (next.length > limit - DOTS.length) break;
    kept = next;
  }
  return `${kept}${DOTS}`;
};

const DOTS = '…';
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const entityOf = (character: string): string => ENTITIES[character] ?? character;

/** Controls other than the end of a line, and what turns the direction of reading. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export const section = (text: string): Block => ({ type: 'section', text: shown(text, LIMITS.section) });
