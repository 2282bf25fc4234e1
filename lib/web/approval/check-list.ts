import { html } from 'hono/html';
import { isEnforced, StageName } from '../../domain/checks/vocabulary.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import { knownInWords } from '../parts/known-in-words.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { modeInWords, stageInWords, statusInWords, titleOf } from '../parts/wording.ts';

type Checks = readonly CheckRecord[];

/** What the automated checks found: what a person has to judge, and folded what passed, with what was measured against what. */
export const checkList = (checks: Checks): Html => {
  const unpassed = checks.filter(({ status }) => status !== 'passed');
  const passed = checks.filter(({ status }) => status === 'passed');
  return html`<section aria-labelledby="checks"><h2 id="checks">Automated checks ${summary(checks)}</h2>
${unpassed.length === 0 ? '' : html`<p class="attention">Look closely at ${unpassed.length === 1 ? 'this one' : `these ${unpassed.length}`}:</p>${byStage(unpassed)}`}
${howKnown(checks)}
${passed.length === 0 ? '' : html`<details><summary>${passed.length} that passed</summary>${byStage(passed)}</details>`}</section>`;
};

/** `All 12 automated checks passed`, or how many did. */
export const checksInWords = (checks: Checks): string => {
  const passed = checks.filter((check) => check.status === 'passed').length;
  return passed === checks.length
    ? `All ${checks.length} automated checks passed`
    : `${passed} of ${checks.length} automated checks passed`;
};

const byStage = (checks: Checks): Html[] => {
  const stages = new Set<string>([...StageName.options, ...checks.map(({ stage }) => stage)]);
  return [...stages]
    .map((stage) => ({ stage, found: checks.filter((check) => check.stage === stage) }))
    .filter(({ found }) => found.length > 0)
    .map(({ stage, found }) => html`<h3>${stageInWords(stage)}</h3><ul class="checks">${found.map(checkItem)}</ul>`);
};

/** Says how many of the checks rest on what; nothing about checks of former versions, which did not say. */
const howKnown = (checks: Checks): Html | string => {
  const said = knownInWords(checks);
  return said === '' ? '' : html`<p class="note">How it is known: ${said}.</p>`;
};

const summary = (checks: Checks): Html => {
  const isAll = checks.every((check) => check.status === 'passed');
  return html`<span class="badge ${isAll ? 'badge-good' : 'badge-warn'}">${isAll ? '✓' : '!'} ${checksInWords(checks)}</span>`;
};

const checkItem = (check: CheckRecord): Html => {
  const { sign, word } = statusInWords(check.status);
  const colour = check.status === 'passed' ? 'badge-good' : isEnforced(check.mode) ? 'badge-bad' : 'badge-warn';
  return html`<li id="check-${check.name}"><div><span class="badge ${colour}"><span aria-hidden="true">${sign}</span> ${word}</span></div>
<div><strong>${titleOf(check.name)}</strong> <span class="note">· ${modeInWords(check.mode)} · <code>${check.name}</code></span>
<p>${asWritten(check.explanation)}</p>
<p class="values">${label('Measured', check.measured)}${label('Threshold', check.threshold)}${label('Known by', check.knownBy ?? '')}</p></div></li>`;
};

/** The names of checks are claims: `model_artifact_signed` reads as `Model artifact signed`. */

const label = (label: string, value: string): Html | string =>
  value === '' ? '' : html`<span>${label}: <b>${asWritten(value)}</b></span>`;
