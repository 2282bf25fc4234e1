import { html } from 'hono/html';
import type { AfterDenial } from '../../domain/approval/after-denial.ts';
import { type FormerDecision, isDenial } from '../../domain/records/former-decision.ts';
import type { Release } from '../../domain/release/release.ts';
import { formerInWords } from '../parts/former-in-words.ts';
import { type Html, time } from '../parts/layout.ts';

export type DecidedBefore = {
  readonly former: readonly FormerDecision[];
  /** What the policy asks for because of them. */
  readonly demands: AfterDenial;
};

type View = DecidedBefore & { readonly release: Release; readonly names: ReadonlyMap<string, string> };

/** What was decided against the same content or version before: nobody who decides now can miss it. */
export const formerDecisions = ({ former, demands, release, names }: View): Html | string => {
  if (former.length === 0) return '';
  const { shown, more } = formerInWords(former, names);
  const { denial_answer: answer } = release.manifest;
  return html`<section class="notice notice-bad" aria-labelledby="before">
<h2 id="before">${former.some(isDenial) ? 'This was denied before' : 'This was rejected before'}</h2>
<ul>${shown.map(
    ({ who, what, releaseId, decidedAt, why }) =>
      html`<li><bdi>${who}</bdi> ${what}, as release <code>${releaseId}</code>, on ${time(decidedAt)}: <bdi>${why}</bdi></li>`,
  )}</ul>
${more === 0 ? '' : html`<p>And ${more} more, all of them in the audit ledger.</p>`}
${answer === undefined ? '' : html`<p>The requester answers: <bdi>${answer}</bdi></p>`}
${mustDecide(demands, names)}
${demands.mustAnswer.length > 0 && answer === undefined ? html`<p><strong>Nobody can approve this release</strong>, because the denial has not been answered: it has to be requested again with an answer.</p>` : ''}
</section>`;
};

const mustDecide = ({ mustDecide: people }: AfterDenial, names: ReadonlyMap<string, string>): Html | string =>
  people.length === 0
    ? ''
    : html`<p>Whatever the others decide, it is not approved without the approval of <bdi>${people.map((id) => names.get(id) ?? id).join(', ')}</bdi>.</p>`;
