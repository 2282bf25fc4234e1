/** States in one word, with a sign: colour is never the only signal. */
import { html } from 'hono/html';
import type { RiskTier } from '../../domain/identifiers.ts';
import type { GovernanceStatus } from '../../domain/metrics/served-facts.ts';
import type { Html } from '../parts/layout.ts';

const STATUS = {
  governed: ['✓', 'badge-good'],
  pending: ['○', 'badge-warn'],
  expired: ['✕', 'badge-bad'],
  ungoverned: ['✕', 'badge-bad'],
} as const satisfies Record<GovernanceStatus, readonly [string, string]>;

export const statusBadge = (status: GovernanceStatus): Html => {
  const [sign, colour] = STATUS[status];
  return html`<span class="badge ${colour}">${sign} ${status}</span>`;
};

const TIER = { low: 'badge-good', medium: 'badge-warn', high: 'badge-bad' } as const satisfies Record<RiskTier, string>;

export const tierBadge = (tier: RiskTier): Html => html`<span class="badge ${TIER[tier]}">${tier} tier</span>`;

const STATES: Readonly<Record<string, readonly [string, string]>> = {
  production: ['✓', 'badge-good'],
  approved: ['✓', 'badge-good'],
  validated: ['○', 'badge-warn'],
  draft: ['○', ''],
  superseded: ['–', ''],
  rejected: ['✕', 'badge-bad'],
  expired: ['✕', 'badge-bad'],
  rolled_back: ['↺', 'badge-bad'],
  retired: ['–', ''],
};

/** A state that only another version knows is shown as it is stored. */
export const stateBadge = (state: string): Html => {
  const [sign, colour] = STATES[state] ?? ['?', ''];
  return html`<span class="badge ${colour}">${sign} ${state.replaceAll('_', ' ')}</span>`;
};
