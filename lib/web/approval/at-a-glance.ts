/** What fills the first screen of a phone: how much is at stake, who fares worst, and by when to decide. */
import { html } from 'hono/html';
import { ratioInterval } from '../../domain/evidence/fairness/intervals.ts';
import type { FairnessLine } from '../../domain/questions/fairness-line.ts';
import type { GroupRates } from '../../domain/questions/group-rates.ts';
import { type Impact, isBelow, ratioBeside, worstImpact, worstTogether } from '../../domain/questions/impact.ts';
import type { ApprovalRequest } from '../../domain/records/approval.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { Release } from '../../domain/release/release.ts';
import { asWritten, deadline, type Html } from '../parts/layout.ts';
import { ratioInWords } from '../parts/wording.ts';
import { checksInWords } from './check-list.ts';

type Glance = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly checks: readonly CheckRecord[];
  readonly groups: readonly GroupRates[];
  /** Of two attributes together. */
  readonly pairs: readonly GroupRates[];
  readonly line: FairnessLine;
  /** That of the person who looks. */
  readonly timeZone: string | undefined;
};

export const atAGlance = ({ release, request, checks, groups, pairs, line, timeZone }: Glance): Html => {
  const isAll = checks.every(({ status }) => status === 'passed');
  return html`<section class="glance" aria-label="At a glance"><dl class="facts">
<div><dt>Risk tier</dt><dd>${tierBadge(request.riskTier)}${release.tierOverride === undefined ? '' : html` in place of ${tierBadge(release.tierOverride.computed)}`}</dd></div>
<div><dt>Checks</dt><dd><a href="#checks">${isAll ? '✓' : '!'} ${checksInWords(checks)}</a>${restOnWords(checks)}</dd></div>
<div class="wide"><dt>Who fares worst</dt><dd>${worst(groups, line)}${together(pairs, worstImpact(groups, line), line)}${selectedInWords(release, groups)}</dd></div>
<div class="wide"><dt>Decide by</dt><dd>${deadline(request.expiresAt, timeZone)}</dd></div></dl>
<p><a class="button" href="#decision">Go to your decision</a></p></section>`;
};

/** A verdict that nobody but the submitter stands for is worth less, which the number alone does not say. */
const restOnWords = (checks: readonly CheckRecord[]): Html | string => {
  const attested = checks.filter(({ status, knownBy }) => status === 'passed' && knownBy === 'attested').length;
  return attested === 0 ? '' : html`, <strong>${attested} of them only on the submitter's word</strong>`;
};

const tierBadge = (tier: ApprovalRequest['riskTier']): Html => {
  const colour = { low: 'badge-good', medium: 'badge-warn', high: 'badge-bad' }[tier];
  return html`<span class="badge ${colour}">${tier}</span>`;
};

/** Which decision that is, the submitter says. */
const selectedInWords = ({ manifest: { predictions } }: Release, groups: readonly GroupRates[]): Html | string =>
  groups.length === 0
    ? ''
    : html` <span class="note">Selected is who gets ${asWritten(predictions.favorable_value)} in <code>${predictions.prediction_column}</code>.</span>`;

const worst = (groups: readonly GroupRates[], line: FairnessLine): Html | string => {
  const found = worstImpact(groups, line);
  const small = groups.filter((group) => group.selection === undefined).length;
  const notCompared =
    small === 0
      ? ''
      : html` <span class="note">${small} ${small === 1 ? 'group has' : 'groups have'} fewer than ${line.minimumRows} rows and ${small === 1 ? 'is' : 'are'} not compared.</span>`;
  if (found === undefined)
    return html`No two groups could be compared${notCompared === '' ? '' : html`.${notCompared}`}`;
  const asked = line.minimumRatioOf(found.attribute);
  return html`${impact(found, asked)}${asked === undefined ? '' : html`; the policy asks for ${ratioInWords(asked)}${isBelow(found, asked) ? html` <span class="badge badge-warn">▼ below</span>` : ''}`}.${notCompared}`;
};

const impact = (found: Impact, asked: number | undefined): Html => {
  const { attribute, value, selection, highest } = found;
  const isRated = selection.rate > 0 && highest.selection.rate > 0;
  const interval = isRated ? ratioInterval(selection, highest.selection) : undefined;
  return html`${asWritten(attribute)} <a href="#groups">${asWritten(value)}</a>: <strong>${ratioBeside(found, asked)}</strong> of the rate of ${asWritten(highest.value)}${
    interval === undefined
      ? ''
      : html` <span class="note number">[${interval.lower.toFixed(2)}, ${interval.upper.toFixed(2)}]</span>`
  }`;
};

/** Each attribute alone may look even. */
const together = (pairs: readonly GroupRates[], alone: Impact | undefined, line: FairnessLine): Html | string => {
  const found = worstTogether(pairs, alone);
  return found === undefined
    ? ''
    : html`<br>Of two attributes together: ${impact(found, undefined)}${line.isJudged(found.attribute) ? '' : html` <span class="note">(no check judges them together)</span>`}.`;
};
