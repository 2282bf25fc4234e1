/** How fair two releases were found to be, beside each other: what their checks measured, with the intervals that these named. */
import { html } from 'hono/html';
import { intervalsNamed } from '../../domain/checks/interval-in-words.ts';
import type { StageName } from '../../domain/checks/vocabulary.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { statusInWords, titleOf } from '../parts/wording.ts';

type Of = { readonly version: string; readonly checks: readonly CheckRecord[] };

const FAIRNESS: StageName = 'bias_and_fairness';

/** A row for each check of either; nothing if neither has one. */
export const fairnessBeside = (now: Of, then: Of): Html | string => {
  const [before, after] = [now, then].map(({ checks }) => byName(checks)) as [Found, Found];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  if (names.length === 0) return '';
  return html`<section aria-labelledby="fairness"><h2 id="fairness">Fairness of both</h2>
<table class="stack"><thead><tr><th scope="col">Check</th><th scope="col">Serves now: ${now.version}</th><th scope="col">Would serve: ${then.version}</th></tr></thead><tbody>${names.map(
    (name) =>
      html`<tr><th scope="row">${titleOf(name)}</th><td data-label="Serves now">${measured(before.get(name))}</td><td data-label="Would serve">${measured(after.get(name))}</td></tr>`,
  )}</tbody></table>
<p class="note">As each was measured before it was approved, on the evidence of its own release and by the policy of its time. In brackets are 95 % intervals.</p></section>`;
};

type Found = ReadonlyMap<string, CheckRecord>;

const byName = (checks: readonly CheckRecord[]): Found =>
  new Map(checks.filter(({ stage }) => stage === FAIRNESS).map((check) => [check.name, check]));

const measured = (check: CheckRecord | undefined): Html => {
  if (check === undefined) return html`<span class="note">not checked</span>`;
  const { sign, word } = statusInWords(check.status);
  const intervals = intervalsNamed(check.explanation).map((bounds) => `[${bounds}]`);
  return html`${sign} ${word}: <b class="number">${asWritten(check.measured)}</b> <span class="note number">${intervals.join(' ')}</span> <span class="note">${check.threshold === '' ? '' : html`threshold: ${asWritten(check.threshold)}`}</span>`;
};
