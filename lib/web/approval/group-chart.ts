import { html } from 'hono/html';
import { type Sample, wilsonInterval } from '../../domain/evidence/fairness/intervals.ts';
import type { OutcomeTotals } from '../../domain/evidence/outcome-record.ts';
import { INTERSECTION } from '../../domain/evidence/predictions/predictions.ts';
import type { FairnessLine } from '../../domain/questions/fairness-line.ts';
import type { GroupRates } from '../../domain/questions/group-rates.ts';
import { type Impact, impactsOf, isBelow, ratioBeside } from '../../domain/questions/impact.ts';
import type { ManifestRecord } from '../../domain/release/manifest-record.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { percent, ratioInWords } from '../parts/wording.ts';

/**
 * One bar for each group, drawn against the group of its attribute that is selected most often, with the policy's own line,
 * and the rates of those who deserved the favorable outcome and of those who did not.
 */
export const groupChart = (
  { groups, pairs }: { readonly groups: readonly GroupRates[]; readonly pairs: readonly GroupRates[] },
  line: FairnessLine,
  { prediction_column: column, favorable_value: favorable, weight_column: weight, totals }: Predictions,
): Html | string => {
  if (groups.length === 0) return '';
  const impacts = impactsOf(groups);
  const attributes = [...new Set(groups.map(({ attribute }) => attribute))];
  const judgedFirst = attributes.sort((a, b) => Number(line.isJudged(b)) - Number(line.isJudged(a)));
  return html`<section aria-labelledby="groups"><h2 id="groups">Groups of people</h2>
<p class="note">A decision is favorable if <code>${column}</code> is ${asWritten(favorable)}. A bar is a group's rate of favorable decisions, drawn against the group with the highest rate. A dashed line is the share of that rate that the policy asks for.
Of those who deserve a favorable decision, the true positive rate is the share that gets one; of those who do not, the false positive rate.
In brackets are 95 % intervals: where the true rate may be, on so few rows. Fewer than ${line.minimumRows} rows give no rate.${weight === undefined ? '' : html` Each row counts once here: the checks also judge the rates that the weights in <code>${weight}</code> give, a column of the submitter's.`}</p>
${judgedFirst.map((attribute) =>
  attributeTable(
    {
      attribute,
      isJudged: line.isJudged(attribute),
      minimum: line.minimumRatioOf(attribute),
      missing: totals?.missing.attributes[attribute] ?? 0,
    },
    groups.filter((group) => group.attribute === attribute),
    impacts.filter((impact) => impact.attribute === attribute),
  ),
)}${pairTables(pairs, line)}</section>`;
};

/** Folded, the worst ones only: there may be thousands. The worst of all stands at the top of the page. */
const pairTables = (pairs: readonly GroupRates[], line: FairnessLine): Html | string => {
  const lowest = (groups: readonly GroupRates[]) => Math.min(...impactsOf(groups).map(({ ratio }) => ratio));
  const byAttributes = [...Map.groupBy(pairs, ({ attribute }) => attribute)].sort(
    ([a, ofA], [b, ofB]) => Number(line.isJudged(b)) - Number(line.isJudged(a)) || lowest(ofA) - lowest(ofB),
  );
  if (byAttributes.length === 0) return '';
  const more = byAttributes.length - PAIRS_SHOWN;
  const tables = byAttributes
    .slice(0, PAIRS_SHOWN)
    .map(([attribute, groups]) =>
      attributeTable(
        { attribute, isJudged: line.isJudged(attribute), minimum: undefined, missing: 0 },
        groups,
        impactsOf(groups),
        PAIR_GROUPS_SHOWN,
      ),
    );
  return html`<details><summary>Groups of two attributes together</summary>${tables}${more <= 0 ? '' : html`<p class="note">and ${more} more pairs of attributes</p>`}</details>`;
};
const PAIRS_SHOWN = 10;
const PAIR_GROUPS_SHOWN = 10;

/** What the manifest says that the table means. */
type Predictions = Pick<ManifestRecord['predictions'], 'prediction_column' | 'favorable_value' | 'weight_column'> & {
  /** Undefined if a former version counted. */
  readonly totals?: OutcomeTotals | undefined;
};

type Attribute = {
  readonly attribute: string;
  readonly isJudged: boolean;
  readonly minimum: number | undefined;
  readonly missing: number;
};

const attributeTable = (
  { attribute, isJudged, minimum, missing }: Attribute,
  groups: readonly GroupRates[],
  impacts: readonly Impact[],
  most = GROUPS_SHOWN,
): Html => {
  const hasLabels = groups.some(({ isWhole }) => isWhole);
  const rows = groups.map((group) => ({ group, impact: impacts.find(({ value }) => value === group.value) }));
  const isPair = attribute.includes(INTERSECTION);
  const shown = rows.length <= most ? rows : worstFirst(rows).slice(0, most);
  return html`<table class="groups stack"><caption>${asWritten(attribute)}${isJudged ? '' : html` <span class="note">(no check judges it)</span>`}${missing === 0 ? '' : html` <span class="badge badge-warn">${missing.toLocaleString('en')} rows have no value and are in no group</span>`}</caption>
<thead><tr><th scope="col">Group</th><th scope="col">Selected, against the highest</th>${hasLabels ? html`<th scope="col">True positive rate</th><th scope="col">False positive rate</th>` : ''}</tr></thead>
<tbody>${shown.map(
    ({ group, impact }) => html`<tr><th scope="row">${asWritten(group.value)}</th>
<td class="picture">${selection(group, impact, minimum)}</td>${hasLabels ? html`<td data-label="True positive rate">${rateInWords(group.truePositive)}${labelsInWords(group)}</td><td data-label="False positive rate">${rateInWords(group.falsePositive)}</td>` : ''}</tr>`,
  )}</tbody></table>
${hasLabels || isPair ? '' : html`<p class="note">The true and false positive rates of these groups are not kept.</p>`}
${rows.length === shown.length ? '' : html`<p class="note">These ${shown.length} of ${rows.length} groups are selected least, against the highest.</p>`}`;
};

/** More rows than these help nobody to decide. The checks are about all of them. */
const GROUPS_SHOWN = 40;

type Row = { readonly group: GroupRates; readonly impact: Impact | undefined };

/** What cannot be compared comes last. */
const worstFirst = (rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (a.impact?.ratio ?? 2) - (b.impact?.ratio ?? 2));

const selection = (group: GroupRates, impact: Impact | undefined, minimum: number | undefined): Html => {
  const counts = html`<span class="note">${group.favorable.toLocaleString('en')} of ${group.count.toLocaleString('en')}</span>`;
  return impact === undefined
    ? html`<span class="badge badge-warn">too few rows to compare</span> ${counts}`
    : html`${bar(impact, minimum)}${rateInWords(impact.selection)} ${counts}`;
};

/** A submitter who leaves out the labels of wrong decisions raises the rate of the others. */
const labelsInWords = ({ isWhole, labelled, count }: GroupRates): Html | string => {
  if (!isWhole) return html` <span class="note">not kept</span>`;
  return labelled === count
    ? ''
    : html` <span class="note">labels of ${labelled.toLocaleString('en')} of ${count.toLocaleString('en')}</span>`;
};

const bar = (impact: Impact, minimum: number | undefined): Html => {
  const isLow = isBelow(impact, minimum);
  const ratio = ratioBeside(impact, minimum);
  const at = minimum === undefined ? undefined : (minimum * 100).toFixed(2);
  return html`<svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${ratio} of the highest rate">
<rect class="track" width="100" height="10"/><rect class="${isLow ? 'low' : 'value'}" width="${(impact.ratio * 100).toFixed(2)}" height="10"/>
${at === undefined ? '' : html`<line class="limit" x1="${at}" y1="0" x2="${at}" y2="10"/>`}</svg>
${isLow && minimum !== undefined ? html`<span class="badge badge-warn">▼ ${ratio}: below ${ratioInWords(minimum)}</span> ` : ''}`;
};

const rateInWords = (sample: Sample | undefined): Html | string => {
  if (sample === undefined) return '–';
  const { lower, upper } = wilsonInterval(sample);
  return html`<span class="number">${percent(sample.rate)}</span> <span class="number note">[${(lower * 100).toFixed(1)}, ${(upper * 100).toFixed(1)}]</span>`;
};
