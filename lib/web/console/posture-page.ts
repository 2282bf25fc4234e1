/** How far the governance of each model has come, with the proof of each step; and what would be stopped if every check had to pass. */
import { html } from 'hono/html';
import { LEVELS, type MaturityStep } from '../../domain/gate/maturity.ts';
import { type Posture, postureRecord } from '../../domain/gate/posture.ts';
import type { Enforced } from '../../domain/gate/replay-enforced.ts';
import type { Instant } from '../../domain/identifiers.ts';
import type { Html } from '../parts/layout.ts';
import { titleOf } from '../parts/wording.ts';
import { framed, modelLink, releasePath, type Viewer } from './frame.ts';

export type PosturesPage = {
  readonly rows: readonly Posture[];
  readonly next: string | undefined;
};

export const posturePage = ({ rows, next }: PosturesPage, viewer: Viewer): Html =>
  framed({
    title: 'Posture',
    viewer,
    at: '/console/posture',
    main: html`<h1>Posture</h1>
<p class="lead">${leadOf(rows)} A level is reached when each of its steps holds, and each of those below.</p>
<section aria-labelledby="levels"><h2 id="levels">The levels</h2><ol>${Object.values(LEVELS).map((what) => html`<li>${what}.</li>`)}</ol></section>
${rows.length === 0 ? '' : rows.map(modelSection)}
${next === undefined ? '' : html`<p><a href="?after=${encodeURIComponent(next)}">The next models</a></p>`}
<p class="buttons"><a class="button" href="/console/posture/json">Download as JSON</a></p>`,
  });

const leadOf = (rows: readonly Posture[]): string => {
  if (rows.length === 0) return 'No model on this page is in production.';
  const levels = rows.map(({ maturity }) => maturity.level);
  const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
  const many = rows.length === 1 ? 'The model on this page is' : `The ${rows.length} models on this page are`;
  return `${many} at ${lowest === highest ? `level ${lowest}` : `levels ${lowest} to ${highest}`}.`;
};

const BADGE = { 0: 'badge-bad', 1: 'badge-warn', 2: 'badge-warn', 3: 'badge-good' } as const;

const modelSection = ({ modelName, releaseId, modelVersion, maturity, enforced }: Posture): Html => {
  const { level, next, steps } = maturity;
  return html`<section aria-labelledby="of-${modelName}"><h2 id="of-${modelName}">${modelLink(modelName)} <a href="${releasePath(releaseId)}" class="number">${modelVersion}</a> <span class="badge ${BADGE[level]}">level ${level} of 3</span></h2>
<p>${next === undefined ? '✓ Every step holds.' : html`<strong>Next:</strong> ${next.remedy} <span class="note">Does not hold yet: “${next.what}” (<bdi>${next.proof}</bdi>).</span>`}</p>
<details><summary>Each step, with its proof</summary><table class="stack"><thead><tr><th scope="col">Level</th><th scope="col">Step</th><th scope="col">Proof</th></tr></thead><tbody>${steps.map(stepRow)}</tbody></table></details>
<h3>If every check had to pass</h3>${enforcedOf(enforced)}</section>`;
};

const stepRow = ({ level, what, isMet, proof }: MaturityStep): Html =>
  html`<tr><td class="number"><span class="note">level</span> ${level}</td><th scope="row">${isMet ? html`<span class="badge badge-good">✓ holds</span>` : html`<span class="badge badge-bad">✕ does not hold</span>`} ${what}</th><td data-label="Proof"><code>${proof}</code></td></tr>`;

const enforcedOf = (enforced: Enforced | undefined): Html => {
  if (enforced === undefined) return html`<p>Nobody can say: the policy that it was requested under is not kept.</p>`;
  const { isStopped, reasons, notEnforced } = enforced;
  if (notEnforced.length === 0) return html`<p>✓ They do: the policy enforces each of its checks.</p>`;
  const those = html`<p class="note">Not enforced by its policy: ${notEnforced.map((name, index) => html`${index === 0 ? '' : ', '}${titleOf(name)}`)}.</p>`;
  if (!isStopped) return html`<p>✓ Nothing would have stopped it: all of them passed.</p>${those}`;
  return html`<p>✕ <strong>It would have been stopped</strong>${reasons.length === 0 ? ', by what its policy enforces already.' : ':'}</p>
<ul>${reasons.map(({ rule, explanation }) => html`<li><strong>${titleOf(rule)}</strong> <bdi>${explanation}</bdi></li>`)}</ul>${those}`;
};

export type PostureFile = PosturesPage & { readonly at: Instant };

export const postureFile = ({ at, rows, next }: PostureFile) => ({
  at,
  models: rows.map(postureRecord),
  is_whole: next === undefined,
  ...(next === undefined ? {} : { next }),
});
