import { html } from 'hono/html';
import type { Reason } from '../../domain/release/release.ts';
import type { Html } from '../parts/layout.ts';

/** What operators end, whether or not the release changes. */
const ONCE: readonly (readonly [rule: string, when: string])[] = [
  ['hold', 'after operators have released the hold.'],
  ['line', 'after an operator has started the line again.'],
];

/** On top of what is decided: why it leads to no promotion as things stand. */
export const obstaclesNotice = (obstacles: readonly Reason[]): Html | string =>
  obstacles.length === 0
    ? ''
    : html`<section class="notice notice-bad" aria-labelledby="obstacles">
<h2 id="obstacles">As things stand, this release will not go to production</h2>
${obstacleList(obstacles)}
<p>What you approve stays approved, and is promoted only ${
        ONCE.find(([rule]) => obstacles.some((one) => one.rule === rule))?.[1] ??
        'if that changes. Ask the person who requested it whether it should be withdrawn.'
      }</p></section>`;

export const obstacleList = (obstacles: readonly Reason[]): Html =>
  html`<ul>${obstacles.map(({ explanation }) => html`<li><bdi>${explanation}</bdi></li>`)}</ul>`;
