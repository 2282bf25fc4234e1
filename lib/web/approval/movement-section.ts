/** What gets better and worse against the release that is live: what most people who decide look for first. */
import { html } from 'hono/html';
import { Z_95 } from '../../domain/evidence/fairness/intervals.ts';
import type { Movement } from '../../domain/questions/movements.ts';
import { madeReadable } from '../../domain/readable.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { percent } from '../parts/wording.ts';

/** The first few are shown, and what is clear beyond chance; the rest is folded. */
const FIRST = 3;
const CLEAR_SHOWN = 8;
/** Of what is folded; there may be thousands of groups. */
const FOLDED_SHOWN = 100;

type Live = {
  readonly releaseId: string;
  readonly movements: readonly Movement[];
  /** Evidence that could not be read, and so was not compared. */
  readonly unread: readonly { readonly releaseId: string; readonly evidence: string; readonly problem: string }[];
};

type Alone = { readonly modelName: string; readonly metrics: Readonly<Record<string, number>> | undefined };

export const movementSection = (live: Live | undefined, alone: Alone): Html =>
  html`<section aria-labelledby="live"><h2 id="live">Better and worse than what is live</h2>
${live === undefined ? byItself(alone) : movements(live)}</section>`;

/** A first release is compared with nothing, and has to be good by itself. */
const byItself = ({
  modelName,
  metrics = {},
}: Alone): Html => html`<p>No release of ${modelName} is in production: there is nothing to compare with.</p>
${
  Object.keys(metrics).length === 0
    ? ''
    : html`<table class="stack"><caption>What its evaluation report says</caption><tbody>${Object.entries(metrics)
        .slice(0, METRICS_SHOWN)
        .map(
          ([name, measured]) =>
            html`<tr><th scope="row"><code>${madeReadable(name)}</code></th><td class="number">${inSixDigits(measured)}</td></tr>`,
        )}</tbody></table>`
}`;

const METRICS_SHOWN = 30;

const movements = ({ releaseId, movements: all, unread }: Live): Html => {
  const clear = all.filter(isBeyondChance);
  const top = new Set([...all.slice(0, FIRST), ...clear.slice(0, CLEAR_SHOWN)]);
  const shown = all.filter((one) => top.has(one));
  const rest = all.filter((one) => !top.has(one));
  return html`<p>In production now: <code>${releaseId}</code>. ${clear.length === 0 ? `Nothing that ${unread.length === 0 ? 'was measured' : 'could be compared'} differs beyond chance.` : 'Metrics and the attributes that the policy judges come first, those that moved furthest on top. One number in twenty seems to move by chance alone.'}</p>
${shown.length === 0 ? '' : table(shown)}
${rest.length === 0 ? '' : html`<details><summary>${rest.length} more that ${rest.length === 1 ? 'differs' : 'differ'} less</summary>${table(rest.slice(0, FOLDED_SHOWN))}${rest.length <= FOLDED_SHOWN ? '' : html`<p class="note">The first ${FOLDED_SHOWN} of these.</p>`}</details>`}
${unread.map(({ releaseId: of, evidence, problem }) => html`<p>Not compared: <code>${evidence}</code> of <code>${of}</code> ${problem}.</p>`)}`;
};

/** Where nothing says how far it is from chance, it is not taken for that. */
const isBeyondChance = ({ errors }: Movement): boolean => errors === undefined || Math.abs(errors) >= Z_95;

const table = (all: readonly Movement[]): Html => html`<table class="movements stack">
<thead><tr><th scope="col">What</th><th scope="col">Live now</th><th scope="col">This release</th><th scope="col">Change</th></tr></thead>
<tbody>${all.map(
  (movement) => html`<tr><th scope="row">${subject(movement)}</th>
<td class="number" data-label="Live now">${value(movement, movement.before)}</td><td class="number" data-label="This release">${value(movement, movement.after)}</td>
<td data-label="Change">${effect(movement)}</td></tr>`,
)}</tbody></table>`;

const subject = ({ subject: what, group }: Movement): Html =>
  group === undefined
    ? html`<code>${madeReadable(what)}</code>`
    : html`${asWritten(group.attribute)} ${asWritten(group.value)}: ${what}`;

/** Rates of groups are shares; a metric is shown as its report gives it. */
const value = ({ group }: Movement, number: number): string =>
  group === undefined ? inSixDigits(number) : percent(number);

/** More digits are noise. */
const inSixDigits = (number: number): string => String(Number(number.toPrecision(6)));

const effect = (movement: Movement): Html => {
  const { effect: word, errors } = movement;
  if (errors === undefined) return html`${badge(word, false)} <span class="note">on how many rows is not known</span>`;
  const size = html`<span class="note">${Math.abs(errors).toFixed(1)} standard errors</span>`;
  return isBeyondChance(movement)
    ? html`${badge(word, true)} ${size}`
    : html`<span class="badge">within chance</span> ${size}`;
};

/** It has a colour only if more than chance is known to be behind it. */
const badge = (word: Movement['effect'], isClear: boolean): Html => {
  const { sign, colour } = SIGNS[word];
  return html`<span class="badge${isClear ? colour : ''}">${sign}</span>`;
};

const SIGNS = {
  better: { sign: '▲ better', colour: ' badge-good' },
  worse: { sign: '▼ worse', colour: ' badge-bad' },
  other: { sign: 'changed', colour: '' },
} as const;
