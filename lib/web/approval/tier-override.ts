import { html } from 'hono/html';
import type { LoweredDemands } from '../../domain/approval/lowered-demands.ts';
import type { Release } from '../../domain/release/release.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { consentInWords, nothingLost, rolesInSentence } from '../parts/override-in-words.ts';

/** That the tier is to be lowered, on whose word, and what is no longer asked for: nobody who decides can miss it. */
export const tierOverride = ({ tierOverride: asked }: Release, lost: LoweredDemands | undefined): Html | string => {
  if (asked === undefined) return '';
  const { declared, computed, rule, reason } = asked;
  return html`<section class="notice notice-bad" aria-labelledby="lowered">
<h2 id="lowered">You are asked to lower the risk tier from ${computed} to ${declared}</h2>
<p>Rule <code>${rule}</code> of the policy gives tier <strong>${computed}</strong>. The requester asks for <strong>${declared}</strong>, because: ${asWritten(reason)}</p>
${lost === undefined ? '' : lostDemands(lost, computed)}
<p>${consentInWords(asked)}</p></section>`;
};

const lostDemands = ({ roles, checks, questions }: LoweredDemands, computed: string): Html => html`<ul>
${roles.length === 0 ? '' : html`<li>At tier ${computed} the ${rolesInSentence(roles)} would have to approve as well.</li>`}
${checks.length === 0 ? '' : html`<li>At tier ${computed} these checks would stop the release: ${checks.map((name, index) => html`${index === 0 ? '' : ', '}<a href="#check-${name}"><code>${name}</code></a>`)}.</li>`}
${questions.map((question) => html`<li>At tier ${computed} you would have to answer: ${asWritten(question)} You are not asked this now.</li>`)}
${roles.length + checks.length + questions.length === 0 ? html`<li>${nothingLost(computed)}</li>` : ''}</ul>`;
