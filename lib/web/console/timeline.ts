/** A picture of what served when, with what happened meanwhile; and the same as a table, for who does not see it. */
import { html } from 'hono/html';
import { Instant } from '../../domain/identifiers.ts';
import { DAY_MS } from '../../domain/instant.ts';
import { type Html, time } from '../parts/layout.ts';
import { instantInWords, lastingInWords } from '../parts/wording.ts';
import { releasePath } from './frame.ts';
import type { Mark, Reign } from './life-of-a-model.ts';

/** As wide as a page, and as a phone: a picture that is made smaller cannot be read, and of one that is cut nobody sees what serves now. */
const SHAPES = [
  { name: 'wide', width: 900, left: 96, ticks: [0, 1 / 3, 2 / 3] },
  { name: 'narrow', width: 330, left: 72, ticks: [0] },
] as const;
type Shape = (typeof SHAPES)[number];
const LANE = 30;
const TOP = 26;

/** More than these nobody tells apart. */
const LANES_SHOWN = 12;

type Life = { readonly reigns: readonly Reign[]; readonly marks: readonly Mark[]; readonly now: Instant };

export const timeline = ({ reigns: all, marks, now }: Life): Html => {
  const reigns = all.slice(-LANES_SHOWN * 2);
  if (reigns.length === 0)
    return html`<p>Nothing of this model has been in production, as far as its latest events say.</p>`;
  return html`${SHAPES.map((shape) => picture({ reigns, marks, now }, shape))}
<p class="note">A bar begins with a promotion or a rollback; green is what serves now.&ensp; ${[...SIGNS.values()].map(({ sign, word }) => html`<span class="number">${sign} ${word}</span>&ensp;`)}</p>
<details><summary>The same as a table</summary><table class="stack"><thead><tr><th scope="col">Version</th><th scope="col">From</th><th scope="col">Until</th><th scope="col">How it ended</th></tr></thead>
<tbody>${reigns.toReversed().map(({ version, releaseId, from, to, endedBy }) => html`<tr><th scope="row"><a href="${releasePath(releaseId)}">${version}</a></th><td data-label="From">${time(from)}</td><td data-label="Until">${to === undefined ? 'it serves' : time(to)}</td><td data-label="How it ended">${endedBy ?? '–'} <span class="note">after ${lastingInWords(from, to ?? now)}</span></td></tr>`)}</tbody></table>
${
  marks.length === 0
    ? ''
    : html`<ul>${marks
        .toReversed()
        .slice(0, 40)
        .map(({ at, what }) => html`<li>${time(at)}: <bdi>${what}</bdi></li>`)}</ul>`
}</details>`;
};

const SIGNS = new Map<Mark['kind'], { readonly sign: string; readonly word: string }>([
  ['rollback', { sign: '↺', word: 'rollback' }],
  ['expiry', { sign: '◇', word: 'expiry' }],
  ['configuration', { sign: '⚙', word: 'configuration' }],
  ['stop', { sign: '‖', word: 'stop' }],
  ['deviation', { sign: '✕', word: 'deviation' }],
]);

const picture = ({ reigns, marks, now }: Life, { name, width, left, ticks }: Shape): Html => {
  const lanes = [...new Set(reigns.map(({ version }) => version))].slice(-LANES_SHOWN);
  const first = Date.parse(reigns[0]?.from ?? now);
  const span = Math.max(1, Date.parse(now) - first);
  const x = (at: Instant): string =>
    (left + (Math.max(0, Date.parse(at) - first) / span) * (width - left - 12)).toFixed(1);
  const height = TOP + lanes.length * LANE + 30;
  const marked = marks.filter(({ at }) => Date.parse(at) >= first);
  return html`<svg class="picture-of-time ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${reigns.length} periods in production since ${new Date(first).toISOString().slice(0, 10)}; the table below has them">
${lanes.map(
  (
    version,
    lane,
  ) => html`<line class="axis" x1="${left}" x2="${width}" y1="${TOP + lane * LANE + LANE}" y2="${TOP + lane * LANE + LANE}"/><text class="name" x="0" y="${TOP + lane * LANE + 20}">${shortOf(version, left)}</text>
${reigns.filter((one) => one.version === version).map(({ from, to }) => html`<rect class="${to === undefined ? 'reigns' : 'reigned'}" x="${x(from)}" y="${TOP + lane * LANE + 6}" width="${Math.max(3, Number(x(to ?? now)) - Number(x(from))).toFixed(1)}" height="${LANE - 12}" rx="3"/>`)}`,
)}
${marked.slice(-40).map(({ at, kind }) => html`<text class="mark" x="${x(at)}" y="16" text-anchor="middle">${SIGNS.get(kind)?.sign}</text><line class="axis" x1="${x(at)}" x2="${x(at)}" y1="20" y2="${height - 24}" stroke-dasharray="2 4"/>`)}
${ticks.map((part) => html`<text x="${(left + part * (width - left - 12)).toFixed(1)}" y="${height - 8}"${part === 0 ? '' : html` text-anchor="middle"`}>${axisLabel(first + part * span, part === 0 ? undefined : span)}</text>`)}<text x="${width - 12}" y="${height - 8}" text-anchor="end">now</text></svg>`;
};

/** As much of a name as there is room for. */
const shortOf = (version: string, left: number): string => {
  const most = left / 8;
  return version.length > most ? `${version.slice(0, most - 1)}…` : version;
};

const DAYS_MS = 2 * DAY_MS;

/** The beginning in full; what follows as far as it differs: the time of one day, or the day. */
const axisLabel = (ms: number, span: number | undefined): string => {
  const [date = '', clock = ''] = instantInWords(Instant.parse(new Date(ms).toISOString())).split(', ');
  if (span === undefined) return `${date}, ${clock.slice(0, 5)} UTC`;
  return span < DAYS_MS ? clock.slice(0, 8) : date.slice(0, -5);
};

type Measured = {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly limit: number | undefined;
  readonly name: string;
};

/** A number with its interval on a line from 0 to 1, and a dashed line where the policy draws one. */
export const interval = ({ value, lower, upper, limit, name }: Measured): Html => {
  const at = (share: number): string => (Math.min(1, Math.max(0, share)) * 100).toFixed(2);
  return html`<svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${name}: ${value.toFixed(3)}, from ${lower.toFixed(3)} to ${upper.toFixed(3)}">
<rect class="track" y="4" width="100" height="2"/><rect class="${limit !== undefined && value < limit ? 'low' : 'value'}" x="${at(lower)}" y="3" width="${(Number(at(upper)) - Number(at(lower))).toFixed(2)}" height="4"/><rect class="point" x="${(Number(at(value)) - 0.5).toFixed(2)}" y="0" width="1" height="10"/>
${limit === undefined ? '' : html`<line class="limit" x1="${at(limit)}" y1="0" x2="${at(limit)}" y2="10"/>`}</svg>`;
};
