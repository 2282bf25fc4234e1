/** What every page of the console has around it: where else one can go, and who is looking. */
import { html } from 'hono/html';
import type { Instant } from '../../domain/identifiers.ts';
import { type Html, page } from '../parts/layout.ts';
import { instantInWords, lastingInWords } from '../parts/wording.ts';

/** The pages that are not about one model or release, in the order in which they are looked for. */
export const PAGES = [
  ['/console/now', 'Now'],
  ['/console/inventory', 'Inventory'],
  ['/console/posture', 'Posture'],
  ['/console/approvals', 'Approvals'],
  ['/console/refusals', 'Refusals'],
  ['/console/outbox', 'Outbox'],
  ['/console/policy', 'Policy'],
  ['/console/questions', 'Questions'],
  ['/console/me', 'You'],
] as const satisfies readonly (readonly [string, string])[];

export type ConsolePath = (typeof PAGES)[number][0];

/** Who looks, and when. */
export type Viewer = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Whether this person may order something out of the ordinary. */
  readonly isOperator: boolean;
  readonly now: Instant;
  readonly publicBaseUrl: string;
};

type Framed = {
  readonly title: string;
  readonly viewer: Viewer;
  /** Which of the pages of the navigation it is, or belongs to. */
  readonly at?: ConsolePath;
  readonly main: Html;
};

/** The way to the other pages. */
export const navigation = (at?: ConsolePath): Html =>
  html`<nav class="nav" aria-label="Pages"><ul>${PAGES.map(
    ([path, name]) => html`<li><a href="${path}"${path === at ? html` aria-current="page"` : ''}>${name}</a></li>`,
  )}</ul></nav>`;

/** Who is signed in, as the bar of each page says it. */
export const whoLooks = (name: string, roles: readonly string[]): string =>
  [name, roles.join(', ')].filter(Boolean).join(' · ');

export const framed = ({ title, viewer, at, main }: Framed): Html =>
  page({
    title,
    viewer: whoLooks(viewer.name, viewer.roles),
    nav: navigation(at),
    main,
    footer: html`<p>As the table was at <time datetime="${viewer.now}">${viewer.now.slice(11, 19)} UTC</time>. Looking changes nothing; who read what is on record, by the minute.</p>`,
  });

export const modelPath = (modelName: string): string => `/console/models/${modelName}`;
export const releasePath = (releaseId: string): string => `/console/releases/${releaseId}`;
export const rollbackPath = (modelName: string): string => `${modelPath(modelName)}/rollback`;
export const holdPath = (modelName: string): string => `${modelPath(modelName)}/hold`;

export const modelLink = (modelName: string): Html => html`<a href="${modelPath(modelName)}">${modelName}</a>`;

/** How long something has lasted, with the instant for those who need it. */
export const since = (from: Instant, { now }: Pick<Viewer, 'now'>): Html =>
  html`<time datetime="${from}" title="${instantInWords(from)}" class="once">${lastingInWords(from, now)}</time>`;

/** The day alone, where there are many: the instant is a touch away. */
export const day = (instant: Instant): Html =>
  html`<time datetime="${instant}" title="${instantInWords(instant)}" class="once">${instantInWords(instant).split(',')[0]}</time>`;
