/** What the requester and the model card say, and where the card differs from that of the live release. */
import { html } from 'hono/html';
import { cut } from '../../domain/cut.ts';
import type { ModelCard } from '../../domain/evidence/model-card.ts';
import type { Difference } from '../../domain/questions/differences.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { differenceTable } from './difference-table.ts';

type Card = {
  readonly card: ModelCard | undefined;
  /** Against the card of the release that is live. */
  readonly changes: readonly Difference[];
  readonly changeNote: string | undefined;
  /** The change request that the release belongs to. */
  readonly changeId: string | undefined;
  readonly requester: string;
};

export const cardSection = ({ card, changes, changeNote, changeId, requester }: Card): Html => html`
<section aria-labelledby="note"><h2 id="note">What changed, by the requester</h2>
${changeNote === undefined ? html`<p><bdi>${requester}</bdi> wrote no change note.</p>` : html`<p class="said">${asWritten(changeNote)}</p>`}
${changeId === undefined ? '' : html`<p>Change request: ${asWritten(changeId)}</p>`}</section>
<section aria-labelledby="card"><h2 id="card">What the model card says</h2>
${card === undefined ? html`<p>The card could not be read.</p>` : said(card)}
${changes.length === 0 ? '' : html`<details><summary>What it says differently from the card of what is live</summary>${differenceTable(changes)}</details>`}</section>`;

const said = (card: ModelCard): Html => html`<dl>
${texts('Purpose', [card.overview, ...card.intended_use])}
${texts('Not for', card.not_for_use)}
${texts('Known limitations', card.known_limitations)}
${texts(
  'Failure modes',
  card.failure_modes.map(({ mode, effect, mitigation }) => [mode, effect, mitigation].filter(Boolean).join(' → ')),
)}
${texts('When it goes wrong, call', [card.owner, card.escalation_path])}</dl>`;

/** A card may have a megabyte, which nobody reads on this page; escaped it would be more than a Lambda may answer. */
const TEXTS_SHOWN = 20;
const TEXT_SHOWN = 2000;

const texts = (title: string, values: readonly (string | undefined)[]): Html => {
  const written = values.filter((value) => value !== undefined);
  const more = written.length - TEXTS_SHOWN;
  return html`<dt>${title}</dt><dd>${
    written.length === 0
      ? html`<span class="note">not said</span>`
      : html`<ul>${written.slice(0, TEXTS_SHOWN).map((value) => html`<li>${beginningOf(value)}</li>`)}</ul>`
  }${more <= 0 ? '' : html`<p class="note">${more} more: open the <a href="#evidence">model card</a>.</p>`}</dd>`;
};

const beginningOf = (text: string): Html =>
  text.length <= TEXT_SHOWN
    ? asWritten(text)
    : html`${asWritten(`${cut(text, TEXT_SHOWN)}…`)} <span class="note">Open the <a href="#evidence">model card</a> for the rest.</span>`;
