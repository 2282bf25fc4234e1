import { html } from 'hono/html';
import type { AfterDenial } from '../../domain/approval/after-denial.ts';
import { type FormerDecision, isChangeRequest, isDenial } from '../../domain/records/former-decision.ts';
import type { Release } from '../../domain/release/release.ts';
import { answersInWords, formerInWords, namedInWords } from '../parts/former-in-words.ts';
import { type Html, time } from '../parts/layout.ts';

export type DecidedBefore = {
  readonly former: readonly FormerDecision[];
  /** What the policy asks for because of them. */
  readonly demands: AfterDenial;
  /** Who approved this release and decided against the same bytes afterwards. */
  readonly takenBack: readonly string[];
};

type View = DecidedBefore & { readonly release: Release; readonly names: ReadonlyMap<string, string> };

/** What was decided against the same content or version before: nobody who decides now can miss it. */
export const formerDecisions = ({ former, demands, takenBack, release, names }: View): Html | string => {
  if (former.length === 0) return '';
  const { shown, more } = formerInWords(former, names);
  const { denial_answer: answer } = release.manifest;
  return html`<section class="notice notice-bad" aria-labelledby="before">
<h2 id="before">${titleOf(former)}</h2>
<ul>${shown.map(
    ({ who, what, releaseId, decidedAt, why }) =>
      html`<li><bdi>${who}</bdi> ${what}, as release <code>${releaseId}</code>, on ${time(decidedAt)}: <bdi>${why}</bdi></li>`,
  )}</ul>
${more === 0 ? '' : html`<p>And ${more} more, all of them in the audit ledger.</p>`}
${answersInWords(release).map((said) => html`<p>The requester answers: <bdi>${said}</bdi></p>`)}
${namedInWords(release, former, names).map((line) => html`<p><strong><bdi>${line}</bdi></strong></p>`)}
${mustDecide(demands, takenBack, names)}
${takenBack.length === 0 ? '' : html`<p><strong>Nobody can approve this release any more</strong>: <bdi>${inNames(takenBack, names)}</bdi> approved it, and decided against the same bytes afterwards. It has to be requested again.</p>`}
${demands.barring.length > 0 ? html`<p><strong>Nobody can approve this release</strong>, because it needs the approval of a person who is named as its maker.</p>` : ''}
${demands.mustAnswer.length > 0 && answer === undefined ? html`<p><strong>Nobody can approve this release</strong>, because the denial has not been answered: it has to be requested again with an answer.</p>` : ''}
</section>`;
};

const titleOf = (former: readonly FormerDecision[]): string => {
  if (former.some(isDenial)) return 'This was denied before';
  return former.some(isChangeRequest) ? 'Changes were asked for before' : 'This was rejected before';
};

const mustDecide = (
  { mustDecide: required }: AfterDenial,
  takenBack: readonly string[],
  names: ReadonlyMap<string, string>,
): Html | string => {
  // Who has taken an approval back cannot give it again.
  const people = required.filter((id) => !takenBack.includes(id));
  return people.length === 0
    ? ''
    : html`<p>Whatever the others decide, it is not approved without the approval of <bdi>${inNames(people, names)}</bdi>.</p>`;
};

const inNames = (people: readonly string[], names: ReadonlyMap<string, string>): string =>
  people.map((id) => names.get(id) ?? id).join(', ');
