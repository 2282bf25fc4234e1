/** Slack as people see it: the conversation of one member with the app, and the form that is open over it. */
import { html } from 'hono/html';
import { page } from '../pages.ts';
import { type Block, type InputBlock, isInput, readable } from './block-kit.ts';
import type { Member, Message, View } from './workspace.ts';

type Html = ReturnType<typeof html>;

export type Conversation = {
  readonly members: readonly Member[];
  readonly member: Member;
  readonly channel: string;
  readonly messages: readonly Message[];
  readonly trouble?: string | undefined;
};

export const conversationPage = ({ members, member, channel, messages, trouble }: Conversation): string =>
  page(
    'Slack',
    html`<h1>Slack</h1>
<p class="soft">A stand-in of Slack on this machine: it signs and answers as Slack does. People of the directory who have an account here are asked here as well as by mail. <a href="/">All doors</a></p>
<nav aria-label="Members">${members.map((one) =>
      one.user === member.user
        ? html`<strong aria-current="page">${one.name}</strong> `
        : html`<a href="/slack?as=${one.user}">${one.name}</a> `,
    )}</nav>
<p class="soft">You are ${member.name} (${member.user} of ${member.team}), in your conversation with the app Assay, newest first. <a href="/slack?as=${member.user}">Look again</a></p>
${trouble === undefined ? '' : html`<p role="alert"><strong>Slack had trouble connecting to the app:</strong> ${trouble}</p>`}
<form method="post" action="/slack/reply" class="reply"><input type="hidden" name="user" value="${member.user}">
<label>Message Assay <input name="text" required maxlength="4000" autocomplete="off"></label> <button>Send</button></form>
${messages.length === 0 ? html`<article>No message yet. When a release waits for approval, the app asks here.</article>` : ''}
${messages.toReversed().map((message) => messageArticle(message, { member, channel }))}`,
  );

type Place = { readonly member: Member; readonly channel: string };

const messageArticle = ({ by, ts, text, blocks, isEdited }: Message, place: Place): Html => {
  const time = new Date(Number(ts) * 1000);
  const shown = time.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  return html`<article class="message">
<h2>${by === undefined ? html`Assay <small>APP</small>` : place.member.name} <time datetime="${time.toISOString()}">${shown}</time>${isEdited ? html` <small>edited</small>` : ''}</h2>
${blocks.length === 0 ? html`<div class="words">${readable(text)}</div>` : blocks.map((block) => blockOf(block, { ...place, ts }))}
</article>\n`;
};

const blockOf = (block: Block, place?: Place & { readonly ts: string }): Html => {
  switch (block.type) {
    case 'divider':
      return html`<hr>`;
    case 'header':
      return html`<h3>${readable(block.text.text)}</h3>`;
    case 'section':
      return html`<div class="words">${readable(block.text.text)}</div>`;
    case 'context':
      return html`<div class="words soft">${block.elements.map(({ text }) => readable(text)).join(' ')}</div>`;
    case 'actions':
      return html`<div class="buttons">${block.elements.map((button) =>
        button.url === undefined
          ? pressed(button, place)
          : html`<a class="button" href="${button.url}">${readable(button.text.text)}</a>`,
      )}</div>`;
    default:
      return html``;
  }
};

const pressed = (
  { action_id, text, style = 'plain' }: { action_id: string; text: { text: string }; style?: string | undefined },
  place?: Place & { readonly ts: string },
): Html => html`<form method="post" action="/slack/press">
<input type="hidden" name="user" value="${place?.member.user ?? ''}"><input type="hidden" name="channel" value="${place?.channel ?? ''}">
<input type="hidden" name="ts" value="${place?.ts ?? ''}"><input type="hidden" name="action_id" value="${action_id}">
<button class="${style}">${readable(text.text)}</button></form>`;

export type Typed = Readonly<Record<string, string>>;

/** A form, as a page of its own; what was typed stays if something of it was wrong. */
export const viewPage = (
  view: View,
  { member, typed = {}, trouble }: { member: Member; typed?: Typed; trouble?: string | undefined },
): string => {
  const { content, errors, id } = view;
  const { title, blocks, submit, close } = content;
  return page(
    readable(title.text),
    html`<article class="modal" aria-labelledby="title">
<h1 id="title">${readable(title.text)}</h1>
<p class="soft">Assay <small>APP</small> · ${member.name} · <a href="/slack/views/${id}">Look again</a></p>
${trouble === undefined ? '' : html`<p role="alert"><strong>We had some trouble connecting. Try again?</strong> (${trouble})</p>`}
<form method="post" action="/slack/send"><input type="hidden" name="view_id" value="${id}">
${blocks.map((block) => (isInput(block) ? inputOf(block, typed[block.block_id] ?? '', errors[block.block_id]) : blockOf(block)))}
<div class="buttons"><a class="button" href="/slack?as=${view.user}">${readable(close?.text ?? 'Cancel')}</a>${submit === undefined ? '' : html`<button class="primary">${readable(submit.text)}</button>`}</div>
</form></article>`,
  );
};

const inputOf = (
  { block_id, label, hint, optional, element }: InputBlock,
  typed: string,
  error: string | undefined,
): Html => {
  const name = `block.${block_id}`;
  const words = html`${readable(label.text)}${optional === true ? html` <small>(optional)</small>` : ''}`;
  const beside = html`${hint === undefined ? '' : html`<small class="soft">${readable(hint.text)}</small>`}${error === undefined ? '' : html`<strong class="wrong">${error}</strong>`}`;
  if (element.type === 'radio_buttons') {
    return html`<fieldset><legend>${words}</legend>${element.options.map(
      ({ text, value }) =>
        html`<label><input type="radio" name="${name}" value="${value}"${value === typed ? html` checked` : ''}> ${readable(text.text)}</label> `,
    )}${beside}</fieldset>`;
  }
  const field =
    element.multiline === true
      ? html`<textarea name="${name}" rows="4" maxlength="${element.max_length ?? 3000}">${typed}</textarea>`
      : html`<input name="${name}" value="${typed}" maxlength="${element.max_length ?? 3000}" autocomplete="off">`;
  return html`<p class="field"><label>${words} ${field}</label>${beside}</p>`;
};
