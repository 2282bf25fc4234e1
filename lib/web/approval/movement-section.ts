/** What gets better and worse against the release that is live: what most people who decide look for first. */
import { html } from 'hono/html';
import { byTurns } from '../../domain/by-turns.ts';
import { Z_95 } from '../../domain/evidence/fairness/intervals.ts';
import type { OutcomeTotals } from '../../domain/evidence/outcome-record.ts';
import type { FairnessLine } from '../../domain/questions/fairness-line.ts';
import { countedAccuracy, type Movement } from '../../domain/questions/movements.ts';
import type { OtherDecision } from '../../domain/questions/other-decision.ts';
import type { Lone, Unmatched } from '../../domain/questions/unmatched.ts';
import { madeReadable } from '../../domain/readable.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { unkeptInWords } from '../parts/unkept-in-words.ts';
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
  readonly totals?: OutcomeTotals;
  readonly other?: OtherDecision;
  /** Evidence that could not be read, and so was not compared. */
  readonly unread: readonly { readonly releaseId: string; readonly evidence: string; readonly problem: string }[];
};

type Alone = {
  readonly modelName: string;
  readonly metrics: Readonly<Record<string, number>> | undefined;
  /** Undefined if nothing was counted, or a former version did. */
  readonly totals: OutcomeTotals | undefined;
  readonly line: Pick<FairnessLine, 'isJudged'>;
};

export const movementSection = (live: Live | undefined, alone: Alone): Html =>
  html`<section aria-labelledby="live"><h2 id="live">Better and worse than what is live</h2>
${live === undefined ? byItself(alone) : movements(live, alone.line)}
${unlabelled(alone.totals, live)}
${contradiction(alone)}</section>`;

/** A submitter chooses which rows have no label: wrong decisions without one raise the accuracy. */
const unlabelled = (totals: OutcomeTotals | undefined, live: Live | undefined): Html | string => {
  if (totals === undefined || totals.labelled === totals.rows) return '';
  const former =
    live?.totals === undefined ? '' : html`; of <code>${live.releaseId}</code>, ${withoutLabel(live.totals)}`;
  return html`<p class="attention">Not every row says whether its decision was right: ${withoutLabel(totals)} of this release have no label or no decision${former}.</p>`;
};

const withoutLabel = ({ rows, labelled }: OutcomeTotals): string =>
  `${(rows - labelled).toLocaleString('en')} of ${rows.toLocaleString('en')} rows`;

/** What is clearly no rounding, and no other rows of the same table. */
const CLEAR_GAP = 0.01;

/** A number that Assay can count is not taken from a report alone. */
const contradiction = ({ metrics = {}, totals }: Alone): Html | string => {
  const counted = countedAccuracy(totals);
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

const movements = ({ releaseId, movements: all, unmatched, unread, other }: Live, line: Alone['line']): Html => html`
<p>In production now: <code>${releaseId}</code>. ${other === undefined ? inGeneral(all, unmatched) : ''}</p>
${other === undefined ? '' : notCompared(other)}
${other === undefined && unmatched.unkept.length > 0 ? html`<p class="attention">${unkeptInWords(unmatched.unkept)}</p>` : ''}
${lone('No longer counted', 'was', unmatched.counted.gone, line)}
${counted(
  all.filter(({ isReported }) => !isReported),
  line,
)}
${lone('Counted for the first time', 'is', unmatched.counted.come, line)}
${reported(all.filter(({ isReported }) => isReported))}
${claimed('No longer in the evaluation report', 'was', unmatched.reported.gone)}
${claimed('In the evaluation report for the first time', 'is', unmatched.reported.come)}
${unread.map(({ releaseId: of, evidence, problem }) => html`<p>Not compared: <code>${evidence}</code> of <code>${of}</code> ${problem}.</p>`)}`;

/** Turned around, the group that fares worst looks best, and a fall looks like a rise. */
const notCompared = ({ now, live }: OtherDecision): Html =>
  html`<p class="attention">Groups are not compared with what is live, because another decision is called favorable: for this release if <code>${now.prediction_column}</code> is ${asWritten(now.favorable_value)}, for the live one if <code>${live.prediction_column}</code> is ${asWritten(live.favorable_value)}. Ask the requester why.</p>`;

/** What was not compared is never said not to differ. */
const inGeneral = (all: readonly Movement[], { counted: { gone, come }, unkept }: Unmatched): string => {
  if (all.some((one) => !one.isReported && isBeyondChance(one)))
    return 'What Assay counted comes first, and of that what the policy judges, the largest changes on top. About one number in twenty moves this far by chance alone.';
  return gone.length + come.length + unkept.length === 0
    ? 'Nothing that Assay counted differs beyond chance.'
    : 'Not everything that Assay counted could be compared. Nothing of the rest differs beyond chance.';
};

/** No group that is clearly worse off is folded, unless there are so many that nobody can miss it. */
const counted = (all: readonly Movement[], line: Alone['line']): Html => {
  const clear = all.filter(isBeyondChance);
  const worse = byTurns(
    clear.filter(({ effect: word }) => word === 'worse'),
    WORSE_SHOWN,
    turnsOf(line),
  );
  const top = new Set([...all.slice(0, FIRST), ...clear.slice(0, CLEAR_SHOWN), ...worse]);
  const shown = all.filter((one) => top.has(one));
  const rest = all.filter((one) => !top.has(one));
  return html`${shown.length === 0 ? '' : table(shown)}
${rest.length === 0 ? '' : html`<details><summary>${rest.length} more</summary>${table(byTurns(rest, FOLDED_SHOWN, turnsOf(line)))}${rest.length <= FOLDED_SHOWN ? '' : html`<p class="note">${FOLDED_SHOWN} of these, as many of each attribute.</p>`}</details>`}`;
};

/** Whoever fills this list cannot push anything out of the one above. */
const reported = (all: readonly Movement[]): Html | string => {
  if (all.length === 0) return '';
  return html`<h3>What the evaluation reports say</h3>${table(all.slice(0, METRICS_SHOWN))}${andMore(all.length - METRICS_SHOWN)}`;
};

type Grouped = Pick<Movement, 'group'>;

const turnsOf = ({ isJudged }: Alone['line']) => ({
  attributeOf: ({ group }: Grouped): string => group?.attribute ?? '',
  isFirst: (attribute: string): boolean => attribute === '' || isJudged(attribute),
});

const LONE_SHOWN = 30;

/** What was counted of only one of the two is no movement, and must not be missed: no other list takes its room, and it is never cut. */
const lone = (title: string, verb: 'was' | 'is', all: readonly Lone[], line: Alone['line']): Html | string => {
  if (all.length === 0) return '';
  const first = new Set(byTurns(all, LONE_SHOWN, turnsOf(line)));
  const rest = all.filter((one) => !first.has(one));
  return html`<p${verb === 'was' ? html` class="attention"` : ''}>${title}:</p><ul>${[...first].map(loneItem(verb))}</ul>
${rest.length === 0 ? '' : html`<details><summary>and ${rest.length} more</summary><ul>${rest.map(loneItem(verb))}</ul></details>`}`;
};

const loneItem =
  (verb: string) =>
  (one: Lone): Html =>
    html`<li>${nameOf(one)}, which ${verb} ${number(one.group, one.measured)}</li>`;

/** Names in a report are the submitter's, who may have any number of them. */
const claimed = (title: string, verb: string, all: readonly Lone[]): Html | string =>
  all.length === 0
    ? ''
    : html`<p>${title}:</p><ul>${all.slice(0, LONE_SHOWN).map(loneItem(verb))}</ul>${andMore(all.length - LONE_SHOWN)}`;

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
