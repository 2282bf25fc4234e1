/** What serves came from: code, data, hyperparameters and owner; and what else of its model came from the same data (RR-5). */
import { html } from 'hono/html';
import type { AuditEvent } from '../../domain/ledger/event.ts';
import type { Release } from '../../domain/release/release.ts';
import type { Html } from '../parts/layout.ts';
import { stateBadge } from './badges.ts';
import { releasePath } from './frame.ts';
import { trainedFrom, whatMadeIt } from './what-ran.ts';

export type Lineage = {
  readonly release: Release;
  readonly events: readonly AuditEvent[];
  /** Who answers for it, as its card names them; empty if it names nobody. */
  readonly owner: string;
  /** The other versions on this page that were trained on the same snapshot. */
  readonly siblings: readonly { readonly releaseId: string; readonly version: string; readonly state: string }[];
};

export const lineageSection = ({
  release,
  events,
  owner,
  siblings,
}: Lineage): Html => html`<section aria-labelledby="lineage"><h2 id="lineage">Where what serves came from</h2>
<dl class="facts"><div><dt>Owner</dt><dd>${owner === '' ? html`<span class="badge badge-bad">✕ nobody</span>` : html`<bdi>${owner}</bdi>`}</dd></div>
<div class="wide"><dt>Trained on the same snapshot</dt><dd>${siblings.length === 0 ? 'no other version on this page' : siblings.map(({ releaseId, version, state }) => html`<a href="${releasePath(releaseId)}" class="number">${version}</a> ${stateBadge(state)} `)}</dd></div></dl>
${whatMadeIt(release, trainedFrom(events))}</section>`;
