/** The policy that is deployed: what it asks for, which models it applies to, and what it says otherwise than the former one. */
import { html } from 'hono/html';
import type { Instant } from '../../domain/identifiers.ts';
import type { PolicyRecord } from '../../domain/policy/policy-record.ts';
import type { PolicyChange } from '../../domain/policy/value-change.ts';
import { digest, type Html, time } from '../parts/layout.ts';
import { modeInWords, roleInWords, stageInWords, titleOf } from '../parts/wording.ts';
import { tierBadge } from './badges.ts';
import { framed, modelLink, type Viewer } from './frame.ts';
import { parameterList } from './parameters.ts';

export type AppliedRow = {
  readonly modelName: string;
  /** The overlays that make the policy stricter for this model. */
  readonly overlays: readonly string[];
  readonly sha256: string;
  /** The digest of the policy that what serves was requested under; undefined if nothing serves. */
  readonly servedUnder: string | undefined;
};

/** What the former policy was, and what this one says otherwise. */
export type Former = {
  readonly sha256: string;
  readonly replacedAt: Instant;
  /** Undefined if the former policy is not kept. */
  readonly changes: readonly PolicyChange[] | undefined;
};

export type PolicyView = {
  readonly policy: PolicyRecord;
  readonly sha256: string;
  readonly overlays: readonly { readonly name: string; readonly sha256: string }[];
  readonly models: readonly AppliedRow[];
  readonly next: string | undefined;
  /** Undefined if none was found. */
  readonly former: Former | undefined;
  /** How many events were looked at for the former one, if there are older ones. Then none is known, and not: there was none. */
  readonly lookedAt?: number;
};

export const policyPage = (view: PolicyView, viewer: Viewer): Html => {
  const { policy, sha256, overlays } = view;
  return framed({
    title: 'Policy',
    viewer,
    at: '/console/policy',
    main: html`<h1>Policy: <bdi>${policy.name}</bdi></h1><p class="lead">Deployed now. A release keeps the policy that it was requested under.</p>
<section aria-labelledby="policy"><h2 id="policy">What is deployed</h2><dl class="facts"><div><dt>An approval lasts</dt><dd>${policy.approval_expiry_days} days</dd></div><div class="wide"><dt>Digest, SHA-256</dt><dd>${digest(sha256)}</dd></div>
<div class="wide"><dt>Made stricter for some models by</dt><dd>${overlays.length === 0 ? 'nothing: it applies to every model' : html`<ul>${overlays.map((one) => html`<li><bdi>${one.name}</bdi> <code>${one.sha256.slice(0, 12)}</code></li>`)}</ul>`}</dd></div></dl></section>
${formerSection(view)}
${modelsSection(view)}
<section aria-labelledby="tiers"><h2 id="tiers">Who has to approve, by tier</h2><table class="stack"><thead><tr><th scope="col">Tier</th><th scope="col">Roles</th><th scope="col">Answer within</th><th scope="col">At the latest within</th></tr></thead><tbody>${(['low', 'medium', 'high'] as const).map((tier) => html`<tr><th scope="row">${tierBadge(tier)}</th><td data-label="Roles">${policy.tiers[tier].roles.map(roleInWords).join(', ')}</td><td data-label="Answer within">${policy.tiers[tier].sla_hours} h</td><td data-label="At the latest within">${policy.tiers[tier].deadline_hours} h</td></tr>`)}</tbody></table></section>
<section aria-labelledby="checks"><h2 id="checks">What is checked</h2>${policy.stages.map((stage) => html`<h3>${stageInWords(stage.name)} <span class="note">${stage.required ? 'required' : 'optional'}, ${stage.blocking ? 'blocking' : 'not blocking'}</span></h3><ul>${stage.checks.map(({ name, mode, parameters }) => html`<li>${titleOf(name)} <span class="note">· ${modeInWords(mode)} · <code>${name}</code></span>${parameterList(parameters)}</li>`)}</ul>`)}</section>
<p class="note">From which file and line each demand comes: <code>assay policy which MODEL</code>. What it would have decided about past releases: <code>assay policy replay</code>.</p>`,
  });
};

const EFFECTS: Readonly<Record<string, readonly [string, string]>> = {
  stricter: ['▲ stricter', 'badge-good'],
  looser: ['▼ looser', 'badge-bad'],
};

const formerSection = ({ former, lookedAt }: PolicyView): Html => {
  if (former === undefined)
    return html`<section aria-labelledby="former"><h2 id="former">What changed</h2><p>${lookedAt === undefined ? 'No other policy was on record before this one.' : html`No change of the policy is among the latest ${lookedAt} events of the configuration, and older ones are not looked at here. All changes: <code>assay ask configuration</code>`}</p></section>`;
  const { sha256, replacedAt, changes } = former;
  return html`<section aria-labelledby="former"><h2 id="former">What changed from the former one</h2>
<p>The former policy, <code>${sha256.slice(0, 12)}</code>, was on record until ${time(replacedAt)}.</p>
${
  changes === undefined
    ? html`<p>It is not kept, so nobody can compare them here. The ledger has what was noted: <code>assay ask configuration</code></p>`
    : changes.length === 0
      ? html`<p>✓ Both demand the same.</p>`
      : html`<table class="stack"><thead><tr><th scope="col">Effect</th><th scope="col">What</th><th scope="col">Before</th><th scope="col">Now</th></tr></thead><tbody>${changes.map(changeRow)}</tbody></table>`
}</section>`;
};

const changeRow = ({ effect, about, before, after }: PolicyChange): Html => {
  const [word, colour] = EFFECTS[effect] ?? [`◆ ${effect}`, 'badge-warn'];
  return html`<tr><td><span class="badge ${colour}">${word}</span></td><th scope="row"><bdi>${about}</bdi></th><td data-label="Before"><bdi>${before}</bdi></td><td data-label="Now"><bdi>${after}</bdi></td></tr>`;
};

const modelsSection = ({
  models,
  next,
}: PolicyView): Html => html`<section aria-labelledby="applies"><h2 id="applies">Which policy applies to which model</h2>
${models.length === 0 ? html`<p>There are no models yet.</p>` : html`<table class="stack"><thead><tr><th scope="col">Model</th><th scope="col">Overlays</th><th scope="col">Its policy</th><th scope="col">What serves was requested under</th></tr></thead><tbody>${models.map(modelRow)}</tbody></table>`}
${next === undefined ? '' : html`<p><a href="?after=${encodeURIComponent(next)}">The next models</a></p>`}</section>`;

const modelRow = ({ modelName, overlays, sha256, servedUnder }: AppliedRow): Html =>
  html`<tr><th scope="row">${modelLink(modelName)}</th><td data-label="Overlays">${overlays.length === 0 ? html`<span class="note">none: the base alone</span>` : html`<bdi>${overlays.join(', ')}</bdi>`}</td><td data-label="Its policy"><code>${sha256.slice(0, 12)}</code></td><td data-label="What serves was requested under">${underOf(sha256, servedUnder)}</td></tr>`;

const underOf = (sha256: string, servedUnder: string | undefined): Html => {
  if (servedUnder === undefined) return html`<span class="note">nothing serves</span>`;
  return servedUnder === sha256
    ? html`<span class="badge badge-good">✓ this one</span>`
    : html`<span class="badge badge-warn">○ another one</span> <code>${servedUnder.slice(0, 12)}</code>`;
};
