import { html } from 'hono/html';
import { type Sample, wilsonInterval } from '../../domain/evidence/fairness/intervals.ts';
import type { FairnessLine } from '../../domain/questions/fairness-line.ts';
import type { GroupRates } from '../../domain/questions/group-rates.ts';
import { type Impact, impactsOf } from '../../domain/questions/impact.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { percent, ratioInWords } from '../parts/wording.ts';

/**
 * One bar for each group, drawn against the group of its attribute that is selected most often, with the policy's own line,
 * and the rates of those who deserved the favorable outcome and of those who did not.
 */
export const groupChart = (groups: readonly GroupRates[], line: FairnessLine): Html | string => {
  if (groups.length === 0) return '';
  const impacts = impactsOf(groups);
  const attributes = [...new Set(groups.map(({ attribute }) => attribute))];
  const judgedFirst = attributes.sort((a, b) => Number(line.isJudged(b)) - Number(line.isJudged(a)));
  const [minimum, rows] = [line.minimumRatio, line.minimumRows];
  return html`<section aria-labelledby="groups"><h2 id="groups">Groups of people</h2>
<p class="note">A bar is a group's rate of favorable decisions, drawn against the group with the highest rate. ${minimum === undefined ? 'The policy has no line for it.' : html`The dashed line is what the policy asks for: ${ratioInWords(minimum)} of that rate.`}
The true positive rate is the share of those who deserve a favorable decision and get one, the false positive rate that of those who do not and get one all the same.
In brackets are 95 % intervals: where the true rate may be, on so few rows. Fewer than ${rows} rows give no rate.</p>
${judgedFirst.map((attribute) =>
  attributeTable(
    { attribute, isJudged: line.isJudged(attribute), minimum },
    groups.filter((group) => group.attribute === attribute),
    impacts.filter((impact) => impact.attribute === attribute),
  ),
)}</section>`;
};

type Attribute = { readonly attribute: string; readonly isJudged: boolean; readonly minimum: number | undefined };

const attributeTable = (
  { attribute, isJudged, minimum }: Attribute,
  groups: readonly GroupRates[],
  impacts: readonly Impact[],
): Html => {
  const hasLabels = groups.some(({ isWhole }) => isWhole);
  return html`<table class="groups stack"><caption>${asWritten(attribute)}${isJudged ? '' : html` <span class="note">(no check judges it)</span>`}</caption>
<thead><tr><th scope="col">Group</th><th scope="col">Selected, against the highest</th>${hasLabels ? html`<th scope="col">True positive rate</th><th scope="col">False positive rate</th>` : ''}</tr></thead>
<tbody>${groups.map((group) => {
    const impact = impacts.find(({ value }) => value === group.value);
    return html`<tr><th scope="row">${asWritten(group.value)}</th>
<td class="picture">${selection(group, impact, minimum)}</td>${hasLabels ? html`<td data-label="True positive rate">${rateInWords(group.truePositive)}</td><td data-label="False positive rate">${rateInWords(group.falsePositive)}</td>` : ''}</tr>`;
  })}</tbody></table>`;
};

const selection = (group: GroupRates, impact: Impact | undefined, minimum: number | undefined): Html => {
  const counts = html`<span class="note">${group.favorable.toLocaleString('en')} of ${group.count.toLocaleString('en')}</span>`;
  return impact === undefined
    ? html`<span class="badge badge-warn">too few rows to compare</span> ${counts}`
    : html`${bar(impact, minimum)}${rateInWords(impact.selection)} ${counts}`;
};

const bar = ({ ratio }: Impact, minimum: number | undefined): Html => {
  const isLow = minimum !== undefined && ratio < minimum;
  const at = minimum === undefined ? undefined : (minimum * 100).toFixed(2);
  return html`<svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${ratio.toFixed(3)} of the highest rate">
<rect class="track" width="100" height="10"/><rect class="${isLow ? 'low' : 'value'}" width="${(ratio * 100).toFixed(2)}" height="10"/>
${at === undefined ? '' : html`<line class="limit" x1="${at}" y1="0" x2="${at}" y2="10"/>`}</svg>
${isLow ? html`<span class="badge badge-warn">▼ ${ratio.toFixed(3)}: below ${ratioInWords(minimum)}</span> ` : ''}`;
};

const rateInWords = (sample: Sample | undefined): Html | string => {
  if (sample === undefined) return '–';
  const { lower, upper } = wilsonInterval(sample);
  return html`<span class="number">${percent(sample.rate)}</span> <span class="number note">[${(lower * 100).toFixed(1)}, ${(upper * 100).toFixed(1)}]</span>`;
};
