import { html } from 'hono/html';
import { wilsonInterval } from '../../domain/evidence/fairness/intervals.ts';
import { MINIMUM_ROWS } from '../../domain/evidence/fairness/rates.ts';
import { INTERSECTION, type OutcomeGroup } from '../../domain/evidence/predictions/predictions.ts';
import { madeReadable } from '../../domain/readable.ts';
import type { Html } from '../parts/layout.ts';

/** How often the model decided in favor of one group of people. */
export type GroupOutcome = Pick<OutcomeGroup, 'attribute' | 'value' | 'count' | 'favorable'>;

/** The four-fifths rule: a group selected less than 0.8 times as often as the most selected one deserves a look. */
const FOUR_FIFTHS = 0.8;

/**
 * One bar for each group, drawn against the most favored group of its attribute, with the four-fifths line. The checks
 * judge intersections too; they would be dozens of bars here.
 */
export const groupChart = (outcomes: readonly GroupOutcome[]): Html => {
  const groups = outcomes.filter(({ attribute }) => !attribute.includes(INTERSECTION));
  const attributes = [...new Set(groups.map((group) => group.attribute))];
  return html`<section aria-labelledby="groups"><h2 id="groups">Favorable outcomes by group</h2>
<p class="note">Each bar is a group's rate of favorable outcomes, drawn against the group with the highest rate. The dashed line
is four fifths of that rate; a group below it is named as such. Beside a rate stands its 95 % interval: where the true rate may be, on so few rows. A group of fewer than ${MINIMUM_ROWS} rows is not compared: so few give no rate.</p>
${attributes.map((attribute) =>
  attributeTable(
    attribute,
    groups.filter((group) => group.attribute === attribute),
  ),
)}</section>`;
};

const attributeTable = (attribute: string, groups: readonly GroupOutcome[]): Html => {
  const highest = Math.max(0, ...groups.filter(isLarge).map(rateOf));
  return html`<table class="groups stack"><caption><bdi>${madeReadable(attribute)}</bdi></caption>
<thead><tr><th scope="col">Group</th><th scope="col">Rate against the highest</th><th scope="col">Rate</th><th scope="col">Favorable</th></tr></thead>
<tbody>${groups.map((group) => groupRow(group, highest))}</tbody></table>`;
};

const groupRow = (group: GroupOutcome, highest: number): Html =>
  html`<tr><th scope="row"><bdi>${madeReadable(group.value)}</bdi></th>
<td class="picture">${isLarge(group) ? comparedRate(rateOf(group), highest) : html`<span class="badge badge-warn">too few rows to compare</span>`}</td>
<td class="number" data-label="Rate">${isLarge(group) ? rateInWords(group) : '–'}</td>
<td class="number" data-label="Favorable">${group.favorable.toLocaleString('en')} of ${group.count.toLocaleString('en')}</td></tr>`;

const comparedRate = (rate: number, highest: number): Html => {
  const ratio = highest === 0 ? 1 : rate / highest;
  const isLow = ratio < FOUR_FIFTHS;
  const width = highest === 0 ? '0' : (ratio * 100).toFixed(2);
  return html`<svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${ratio.toFixed(3)} of the highest rate">
<rect class="track" width="100" height="10"/><rect class="${isLow ? 'low' : 'value'}" width="${width}" height="10"/>
<line class="limit" x1="80" y1="0" x2="80" y2="10"/></svg>
${isLow ? html`<span class="badge badge-warn">▼ ${ratio.toFixed(3)}: below four fifths</span>` : ''}`;
};

/** The count is of rows with a prediction, which the rate is a share of. */
const isLarge = ({ count }: GroupOutcome): boolean => count >= MINIMUM_ROWS;

const rateOf = ({ favorable, count }: GroupOutcome): number => favorable / count;

const rateInWords = (group: GroupOutcome): string => {
  const rate = rateOf(group);
  const { lower, upper } = wilsonInterval({ rate, rows: group.count });
  const [measured, from, to] = [rate, lower, upper].map((share) => (share * 100).toFixed(1));
  return `${measured} % (${from} to ${to})`;
};
