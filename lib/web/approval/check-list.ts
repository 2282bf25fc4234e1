import { html } from 'hono/html';
import { isEnforced, StageName } from '../../domain/checks/vocabulary.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import { knownInWords } from '../parts/known-in-words.ts';
import type { Html } from '../parts/layout.ts';
import { modeInWords, stageInWords, statusInWords } from '../parts/wording.ts';

/** What the automated checks found, stage by stage, with what was measured against what. */
export const checkList = (checks: readonly CheckRecord[]): Html => {
  const stages = new Set([...StageName.options, ...checks.map(({ stage }) => stage)]);
  const made = [...stages].filter((stage) => checks.some((check) => check.stage === stage));
  return html`<section aria-labelledby="checks"><h2 id="checks">Automated checks ${summary(checks)}</h2>
${listAttention(checks)}${howKnown(checks)}${made.map(
  (stage) => html`<h3>${stageInWords(stage)}</h3>
<ul class="checks">${checks.filter((check) => check.stage === stage).map(checkItem)}</ul>`,
)}</section>`;
};

/** `All 12 automated checks passed`, or how many did. */
export const checksInWords = (checks: readonly CheckRecord[]): string => {
  const passed = checks.filter((check) => check.status === 'passed').length;
  return passed === checks.length
    ? `All ${checks.length} automated checks passed`
    : `${passed} of ${checks.length} automated checks passed`;
};

/** Checks that did not pass come first, because a person has to judge them. */
const listAttention = (checks: readonly CheckRecord[]): Html | string => {
  const unpassed = checks.filter((check) => check.status !== 'passed');
  if (unpassed.length === 0) return '';
  return html`<p class="attention">Look closely at: ${unpassed.map(
    ({ name, status }, index) =>
      html`${index === 0 ? '' : ', '}<a href="#check-${name}"><code>${name}</code></a> (${statusInWords(status).word.toLowerCase()})`,
  )}</p>`;
};

/** Says how many of the checks rest on what; nothing about checks of former versions, which did not say. */
const howKnown = (checks: readonly CheckRecord[]): Html | string => {
  const said = knownInWords(checks);
  return said === '' ? '' : html`<p class="note">How it is known: ${said}.</p>`;
};

const summary = (checks: readonly CheckRecord[]): Html => {
  const isAll = checks.every((check) => check.status === 'passed');
  return html`<span class="badge ${isAll ? 'badge-good' : 'badge-warn'}">${isAll ? '✓' : '!'} ${checksInWords(checks)}</span>`;
};

const checkItem = (check: CheckRecord): Html => {
  const { sign, word } = statusInWords(check.status);
  const colour = check.status === 'passed' ? 'badge-good' : isEnforced(check.mode) ? 'badge-bad' : 'badge-warn';
  return html`<li id="check-${check.name}"><div><span class="badge ${colour}"><span aria-hidden="true">${sign}</span> ${word}</span></div>
<div><code>${check.name}</code> <span class="note">· ${modeInWords(check.mode)}</span>
<p>${check.explanation}</p>
<p class="values">${label('Measured', check.measured)}${label('Threshold', check.threshold)}${label('Known by', check.knownBy ?? '')}</p></div></li>`;
};

const label = (label: string, value: string): Html | string =>
  value === '' ? '' : html`<span>${label}: <b>${value}</b></span>`;
