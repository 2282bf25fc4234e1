import { html } from 'hono/html';
import type { Reason } from '../../domain/release/release.ts';
import type { Html } from '../parts/layout.ts';

/** What operators end, whether or not the release changes. */
const ONCE: readonly (readonly [rule: string, when: string])[] = [
  ['hold', 'after operators have released the hold.'],
  ['line', 'after an operator has started the line again.'],
];

/** On top of what is decided: why it leads to no promotion as things stand, and whether anything but another release helps. */
export const obstaclesNotice = (obstacles: readonly Reason[], needsAnother: boolean): Html | string =>
  obstacles.length === 0
    ? ''
    : html`<section class="notice notice-bad" aria-labelledby="obstacles">
<h2 id="obstacles">As things stand, this release will not go to production</h2>
${obstacleList(obstacles)}
<p>${needsAnother ? FOR_GOOD : `What you approve stays approved, and is promoted only ${whenOf(obstacles)}`}</p></section>`;

const FOR_GOOD =
  'It needs another release, whatever you decide about this one. Ask the person who requested it to withdraw it, and to request it again.';

/** Where several things are in the way, the end of one does not promote it. */
const whenOf = (obstacles: readonly Reason[]): string =>
  ONCE.find(([rule]) => obstacles.every((one) => one.rule === rule))?.[1] ?? 'if all of that changes.';

export const obstacleList = (obstacles: readonly Reason[]): Html =>
  html`<ul>${obstacles.map(({ explanation }) => html`<li><bdi>${explanation}</bdi></li>`)}</ul>`;
