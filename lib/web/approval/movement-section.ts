/** What gets better and worse against the release that is live: what most people who decide look for first. */
import { html } from 'hono/html';
import { Z_95 } from '../../domain/evidence/fairness/intervals.ts';
import type { GroupRates } from '../../domain/questions/group-rates.ts';
import { countedAccuracy, type Movement } from '../../domain/questions/movements.ts';
import type { OtherDecision } from '../../domain/questions/other-decision.ts';
import type { Lone, Unmatched } from '../../domain/questions/unmatched.ts';
import { madeReadable } from '../../domain/readable.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { percent } from '../parts/wording.ts';

/** The first few are shown, and what is clear beyond chance; the rest is folded. */
const FIRST = 3;
const CLEAR_SHOWN = 8;
const WORSE_SHOWN = 40;
/** Of what is folded; there may be thousands of groups. */
const FOLDED_SHOWN = 100;

type Live = {
  readonly releaseId: string;
  readonly movements: readonly Movement[];
  readonly unmatched: Unmatched;
  readonly other?: OtherDecision;
  /** Evidence that could not be read, and so was not compared. */
  readonly unread: readonly { readonly releaseId: string; readonly evidence: string; readonly problem: string }[];
};

type Alone = {
  readonly modelName: string;
  readonly metrics: Readonly<Record<string, number>> | undefined;
  readonly groups: readonly GroupRates[];
};

export const movementSection = (live: Live | undefined, alone: Alone): Html =>
  html`<section aria-labelledby="live"><h2 id="live">Better and worse than what is live</h2>
${live === undefined ? byItself(alone) : movements(live)}
${contradiction(alone)}</section>`;

/** What is clearly no rounding, and no other rows of the same table. */
const CLEAR_GAP = 0.01;

/** A number that Assay can count is not taken from a report alone. */
const contradiction = ({ metrics = {}, groups }: Alone): Html | string => {
  const counted = countedAccuracy(groups);
  const reported = Object.hasOwn(metrics, 'accuracy') ? metrics['accuracy'] : undefined;
  if (counted === undefined || reported === undefined || Math.abs(counted.rate - reported) < CLEAR_GAP) return '';
  return html`<p class="attention">The evaluation report says that the accuracy is ${inSixDigits(reported)}. In the table of predictions Assay counted ${inSixDigits(counted.rate)}, of ${counted.rows.toLocaleString('en')} rows with a label.</p>`;
};

/** A first release is compared with nothing, and has to be good by itself. */
const byItself = ({
  modelName,
  metrics = {},
}: Alone): Html => html`<p>No release of ${modelName} is in production: there is nothing to compare with.</p>
${Object.keys(metrics).length === 0 ? '' : metricsAlone(Object.entries(metrics))}`;

const metricsAlone = (metrics: readonly (readonly [string, number])[]): Html => {
  const rows = metrics
    .slice(0, METRICS_SHOWN)
    .map(
      ([name, measured]) =>
        html`<tr><th scope="row"><code>${madeReadable(name)}</code></th><td class="number">${inSixDigits(measured)}</td></tr>`,
    );
  return html`<table class="stack"><caption>What its evaluation report says</caption><tbody>${rows}</tbody></table>${andMore(metrics.length - METRICS_SHOWN)}`;
};

/** What is left out is never left out in silence. */
const andMore = (rest: number): Html | string => (rest <= 0 ? '' : html`<p class="note">and ${rest} more</p>`);

const METRICS_SHOWN = 30;

const movements = ({ releaseId, movements: all, unmatched, unread, other }: Live): Html => html`
<p>In production now: <code>${releaseId}</code>. ${other === undefined ? inGeneral(all) : ''}</p>
${other === undefined ? '' : notCompared(other)}
${counted(all.filter(({ isReported }) => !isReported))}
${reported(all.filter(({ isReported }) => isReported))}
${lone('No longer measured', 'was', unmatched.gone)}
${lone('Measured for the first time', 'is', unmatched.come)}
${unread.map(({ releaseId: of, evidence, problem }) => html`<p>Not compared: <code>${evidence}</code> of <code>${of}</code> ${problem}.</p>`)}`;

/** Turned around, the group that fares worst looks best, and a fall looks like a rise. */
const notCompared = ({ now, live }: OtherDecision): Html =>
  html`<p class="attention">Groups are not compared with what is live, because another decision is called favorable: for this release if <code>${now.prediction_column}</code> is ${asWritten(now.favorable_value)}, for the live one if <code>${live.prediction_column}</code> is ${asWritten(live.favorable_value)}. Ask the requester why.</p>`;

const inGeneral = (all: readonly Movement[]): string =>
  all.some((one) => !one.isReported && isBeyondChance(one))
    ? 'What Assay counted comes first, and of that what the policy judges, the largest changes on top. About one number in twenty moves this far by chance alone.'
    : 'Nothing that Assay counted differs beyond chance.';

/** No group that is clearly worse off is folded, unless there are so many that nobody can miss it. */
const counted = (all: readonly Movement[]): Html => {
  const clear = all.filter(isBeyondChance);
  const worse = clear.filter(({ effect: word }) => word === 'worse').slice(0, WORSE_SHOWN);
  const top = new Set([...all.slice(0, FIRST), ...clear.slice(0, CLEAR_SHOWN), ...worse]);
  const shown = all.filter((one) => top.has(one));
  const rest = all.filter((one) => !top.has(one));
  return html`${shown.length === 0 ? '' : table(shown)}
${rest.length === 0 ? '' : html`<details><summary>${rest.length} more</summary>${table(rest.slice(0, FOLDED_SHOWN))}${rest.length <= FOLDED_SHOWN ? '' : html`<p class="note">The first ${FOLDED_SHOWN} of these.</p>`}</details>`}`;
};

/** Whoever fills this list cannot push anything out of the one above. */
const reported = (all: readonly Movement[]): Html | string => {
  if (all.length === 0) return '';
  return html`<h3>What the evaluation reports say</h3>${table(all.slice(0, METRICS_SHOWN))}${andMore(all.length - METRICS_SHOWN)}`;
};

const LONE_SHOWN = 30;

/** What only one of the two has is no movement, and must not be missed. */
const lone = (title: string, verb: string, all: readonly Lone[]): Html | string => {
  if (all.length === 0) return '';
  const items = all
    .slice(0, LONE_SHOWN)
    .map((one) => html`<li>${nameOf(one)}, which ${verb} ${number(one.group, one.measured)}</li>`);
  return html`<p${verb === 'was' ? html` class="attention"` : ''}>${title}:</p><ul>${items}</ul>${andMore(all.length - LONE_SHOWN)}`;
};

/** Where nothing says how far it is from chance, it is not taken for that. */
const isBeyondChance = ({ errors }: Movement): boolean => errors === undefined || Math.abs(errors) >= Z_95;

const table = (all: readonly Movement[]): Html => html`<table class="movements stack">
<thead><tr><th scope="col">What</th><th scope="col">Live now</th><th scope="col">This release</th><th scope="col">Change</th></tr></thead>
<tbody>${all.map(
  (movement) => html`<tr><th scope="row">${nameOf(movement)}</th>
<td class="number" data-label="Live now">${number(movement.group, movement.before)}</td><td class="number" data-label="This release">${number(movement.group, movement.after)}</td>
<td data-label="Change">${effect(movement)}</td></tr>`,
)}</tbody></table>`;

const nameOf = ({ subject: what, group }: Pick<Movement, 'subject' | 'group'>): Html =>
  group === undefined
    ? html`<code>${madeReadable(what)}</code>`
    : html`${asWritten(group.attribute)} ${asWritten(group.value)}: ${what}`;

/** Rates of groups are shares; a metric is shown as its report gives it. */
const number = (group: Movement['group'], measured: number): string =>
  group === undefined ? inSixDigits(measured) : percent(measured);

/** More digits are noise. */
const inSixDigits = (number: number): string => String(Number(number.toPrecision(6)));

const effect = (movement: Movement): Html => {
  const { effect: word, errors, isReported } = movement;
  if (errors === undefined) return html`${badge(word, false)} <span class="note">on how many rows is not known</span>`;
  const size = html`<span class="note">${Math.abs(errors).toFixed(1)} standard errors</span>`;
  return isBeyondChance(movement)
    ? html`${badge(word, !isReported)} ${size}`
    : html`<span class="badge">within chance</span> ${size}`;
};

/** It has a colour only if it was counted, and more than chance is known to be behind it. */
const badge = (word: Movement['effect'], isKnown: boolean): Html => {
  const { sign, colour } = SIGNS[word];
  return html`<span class="badge${isKnown ? colour : ''}">${sign}</span>`;
};

const SIGNS = {
  better: { sign: '▲ better', colour: ' badge-good' },
  worse: { sign: '▼ worse', colour: ' badge-bad' },
  other: { sign: 'changed', colour: '' },
} as const;
