/** The break-glass by which a release may pass, or has passed, what was stopped: on the page of the release. */
import { html } from 'hono/html';
import type { BreakGlass } from '../../domain/records/break-glass.ts';
import { asWritten, type Html, time } from '../parts/layout.ts';

export const breakGlassSection = (
  { requested, confirmed, used, ended, documented, confirmBy, linkedIncident, endpointName, environment }: BreakGlass,
  nameOf: (id: string) => string,
): Html => html`<section class="notice notice-bad" aria-labelledby="glass"><h2 id="glass">Break-glass</h2>
<p>For ${linkedIncident}, past freezes and a stopped line, to <code>${endpointName}</code> (${environment}).</p>
<ul>
<li><bdi>${nameOf(requested.by)}</bdi> asked for it, ${time(requested.at)}: <bdi>${requested.reason}</bdi></li>
<li>${confirmed === undefined ? html`Nobody has confirmed it, which another person can until ${time(confirmBy)}.` : html`<bdi>${nameOf(confirmed.by)}</bdi> confirmed it, ${time(confirmed.at)}, until ${time(confirmed.until)}: <bdi>${confirmed.reason}</bdi>`}</li>
${used === undefined ? '' : html`<li>The gate let the release pass by it, ${time(used.at)}.${documented === undefined ? html` It is to be documented by ${time(used.documentBy)}.` : ''}</li>`}
${ended === undefined ? '' : html`<li><bdi>${nameOf(ended.by)}</bdi> ended it, ${time(ended.at)}: <bdi>${ended.reason}</bdi></li>`}
${documented === undefined ? '' : html`<li><bdi>${nameOf(documented.by)}</bdi> documented it, ${time(documented.at)}: ${asWritten(documented.account)}</li>`}
</ul></section>`;
