/** The questions of auditors: which there are, the form of each, and its answer, also while it is looked for. */
import { html } from 'hono/html';
import { Instant } from '../../domain/identifiers.ts';
import type { Given, Parameter, Question } from '../../domain/questions/question.ts';
import { type Html, time } from '../parts/layout.ts';
import { titleOf } from '../parts/wording.ts';
import { framed, type Viewer } from './frame.ts';

const PATH = '/console/questions';

export const questionsPage = (questions: readonly Question[], viewer: Viewer): Html =>
  framed({
    title: 'Questions',
    viewer,
    at: PATH,
    main: html`<h1>Questions</h1><p class="lead">What auditors ask, answered from the whole log. Each row of an answer names the entry of the log that proves it.</p>
<section aria-labelledby="questions"><h2 id="questions">Which one?</h2><ul class="asked">${questions.map(
      ({ name, title }) => html`<li><a href="${PATH}/${name}">${title}</a> <code class="note">${name}</code></li>`,
    )}</ul></section>
<p class="note">The same by the command line: <code>assay ask QUESTION</code>; and from a copy of the ledger, without an account: <code>--ledger DIR</code>.</p>`,
  });

type Form = {
  readonly question: Question;
  readonly given: Given;
  readonly formToken: string;
  /** What is wrong with what was given. */
  readonly problem?: string | undefined;
};

export const questionPage = ({ question, given, formToken, problem }: Form, viewer: Viewer): Html =>
  framed({
    title: `${problem === undefined ? '' : 'Not complete: '}${question.title}`,
    viewer,
    at: PATH,
    main: html`<p class="crumbs"><a href="${PATH}">Questions</a> › <code>${question.name}</code></p>
${problem === undefined ? '' : html`<section class="notice notice-bad" role="alert"><h2>Nothing was asked</h2><p><bdi>${problem}</bdi></p></section>`}
<h1>${question.title}</h1>
<section aria-labelledby="ask"><h2 id="ask">Ask it</h2><form method="post" action="" autocomplete="off"><input type="hidden" name="form" value="${formToken}">
${question.parameters.map((parameter) => field(parameter, given))}
<div class="actions"><button type="submit">Ask</button></div></form></section>`,
  });

const field = ({ name, about, sample, otherwise }: Parameter, given: Given): Html => {
  const isNeeded = otherwise === undefined;
  // Some samples only say in capital letters what is meant, or are all that there is.
  const isTelling = !/^[A-Z]+$/.test(sample) && sample !== otherwise;
  return html`<div class="field"><label for="q-${name}">${titleOf(name)}</label><p class="note" id="q-${name}-hint">${titleOf(about)}${isNeeded ? '' : '; it can be left out'}${isTelling ? html`, such as <code>${sample}</code>` : ''}.</p>
<input type="text" id="q-${name}" name="q-${name}"${isNeeded ? html` required` : ''} maxlength="256" autocapitalize="none" spellcheck="false" aria-describedby="q-${name}-hint" value="${given[name] ?? ''}"></div>`;
};

type Column = { readonly name: string; readonly heading: string; readonly isAside?: boolean | undefined };
export type AnswerView = {
  readonly question: Question;
  readonly given: Given;
  readonly run: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly covers: { readonly entries: number; readonly until: string };
  readonly from: number;
  readonly total: number;
  readonly next: number | undefined;
};

export const answerPage = (view: AnswerView, viewer: Viewer): Html => {
  const { question, given, run, columns, rows, from, total, next } = view;
  const shown = columns.filter(({ isAside }) => isAside !== true);
  const rest = new URLSearchParams(Object.entries(given)).toString();
  return framed({
    title: `${total === 1 ? 'One row' : `${total} rows`}: ${question.title}`,
    viewer,
    at: PATH,
    main: html`<p class="crumbs"><a href="${PATH}">Questions</a> › <a href="${PATH}/${question.name}${rest === '' ? '' : `?${rest}`}"><code>${question.name}</code></a> › Answer</p>
<h1>${question.title}</h1><p class="lead">${givenInWords(given)}${reachInWords(view)}</p>
<section aria-labelledby="answer"><h2 id="answer">${rows.length === 0 ? 'Nothing' : total === rows.length ? (total === 1 ? 'One row' : `${total} rows`) : `Rows ${from + 1} to ${from + rows.length} of ${total}`}</h2>
${
  rows.length === 0
    ? html`<p>No entry answers it. That is said of the whole log as far as it was looked through, and of nothing else.</p>`
    : html`<div class="scrolls" tabindex="0" role="region" aria-label="Rows"><table class="answer stack"><thead><tr>${shown.map(({ heading }) => html`<th scope="col">${heading}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${shown.map(({ name, heading }) => html`<td data-label="${heading}"><bdi>${row[name] ?? ''}</bdi></td>`)}</tr>`)}</tbody></table></div>`
}
${next === undefined ? '' : html`<p><a href="?from=${next}">The next rows</a></p>`}
<p class="buttons"><a class="button" href="${PATH}/runs/${run}/csv">Download as CSV</a> <a class="button" href="${PATH}/runs/${run}/json">Download as JSON</a></p></section>
<p class="note">The downloads have more columns: the event, its hash, and the bundle that it lies in. Verify them with a copy of the ledger: <code>assay audit pull ledger &amp;&amp; assay audit verify ledger</code></p>`,
  });
};

const givenInWords = (given: Given): Html | string => {
  const said = Object.entries(given).filter(([, value]) => value !== '');
  return said.length === 0
    ? ''
    : html`${said.map(([name, value], index) => html`${index === 0 ? '' : ', '}${name} <bdi><code>${value}</code></bdi>`)}. `;
};

const reachInWords = ({ covers: { entries, until } }: AnswerView): Html => {
  const newest = Instant.safeParse(until);
  return html`Looked through ${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'} of the log${newest.success ? html`, the newest of ${time(newest.data)}` : ''}.`;
};

type Asked = { readonly question: Question; readonly given: Given; readonly isRefreshed: boolean };

/** While Athena looks for it. */
export const runningPage = ({ question, given, isRefreshed }: Asked, viewer: Viewer): Html =>
  framed({
    title: `Looking: ${question.title}`,
    viewer,
    at: PATH,
    main: html`<p class="crumbs"><a href="${PATH}">Questions</a> › <code>${question.name}</code> › Looking</p>
<h1>${question.title}</h1><p class="lead">${givenInWords(given)}</p>
<section class="notice" role="status"><h2>↺ It is being looked for</h2><p>Athena reads the rows. The answer stays at this address for a day: this page can be left, and opened again.</p>
${isRefreshed ? html`<p class="refreshing note">This page loads itself again every three seconds. <a href="?still=1">Stop that</a></p>` : html`<p class="refreshing"><a href="?">Look again</a></p>`}</section>`,
  });
