import { html } from 'hono/html';
import { INTERSECTION, type OutcomeGroup } from '../../domain/evidence/predictions/predictions.ts';
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
is four fifths of that rate; a group below it is named as such.</p>
${attributes.map((attribute) =>
  attributeTable(
    attribute,
    groups.filter((group) => group.attribute === attribute),
  ),
)}</section>`;
};

const attributeTable = (attribute: string, groups: readonly GroupOutcome[]): Html => {
  const highest = Math.max(...groups.map(rateOf));
  return html`<table class="groups stack"><caption><bdi>${attribute}</bdi></caption>
<thead><tr><th scope="col">Group</th><th scope="col">Rate against the highest</th><th scope="col">Rate</th><th scope="col">Favorable</th></tr></thead>
<tbody>${groups.map((group) => groupRow(group, highest))}</tbody></table>`;
};

const groupRow = (group: GroupOutcome, highest: number): Html => {
  const rate = rateOf(group);
  const ratio = highest === 0 ? 1 : rate / highest;
  const isLow = ratio < FOUR_FIFTHS;
  const width = highest === 0 ? '0' : (ratio * 100).toFixed(2);
  return html`<tr><th scope="row"><bdi>${group.value}</bdi></th>
<td class="picture"><svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${ratio.toFixed(3)} of the highest rate">
<rect class="track" width="100" height="10"/><rect class="${isLow ? 'low' : 'value'}" width="${width}" height="10"/>
<line class="limit" x1="80" y1="0" x2="80" y2="10"/></svg>
${isLow ? html`<span class="badge badge-warn">▼ ${ratio.toFixed(3)}: below four fifths</span>` : ''}</td>
<td class="number" data-label="Rate">${(rate * 100).toFixed(1)} %</td>
<td class="number" data-label="Favorable">${group.favorable.toLocaleString('en')} of ${group.count.toLocaleString('en')}</td></tr>`;
};

const rateOf = ({ favorable, count }: GroupOutcome): number => (count === 0 ? 0 : favorable / count);
