/** Which decisions the release changes against the one that was live when it was judged, by group. */
import { html } from 'hono/html';
import { byTurns } from '../../domain/by-turns.ts';
import type { BehaviourRecord } from '../../domain/evidence/behaviour-record.ts';
import { mcnemar } from '../../domain/evidence/fairness/mcnemar.ts';
import { MINIMUM_ROWS } from '../../domain/evidence/fairness/rates.ts';
import { changedIn, comparedIn, type Decisions } from '../../domain/evidence/predictions/decisions.ts';
import type { FairnessLine } from '../../domain/questions/fairness-line.ts';
import { asWritten, type Html } from '../parts/layout.ts';
import { percent } from '../parts/wording.ts';

/** More rows than these help nobody to decide. The verdict of the check is about all of them. */
const GROUPS_SHOWN = 40;

type Group = BehaviourRecord['groups'][number];

export const behaviourSection = (
  behaviour: BehaviourRecord | undefined,
  liveReleaseId: string | undefined,
  line: Line,
): Html | string => {
  if (behaviour === undefined) return '';
  const { all, groups, common, rows, contradicted, undecided = 0 } = behaviour;
  const rated = groups.filter((group) => comparedIn(group) >= MINIMUM_ROWS);
  const few = groups.length - rated.length;
  const shown = byTurns(losersFirst(rated, line), GROUPS_SHOWN, turnsOf(line));
  const others = rated.length - shown.length + behaviour.groupsLeftOut;
  return html`<section aria-labelledby="behaviour"><h2 id="behaviour">Decisions that change</h2>
${liveReleaseId === behaviour.liveReleaseId ? '' : html`<p class="attention">Compared with <code>${behaviour.liveReleaseId}</code>, which was live when this release was judged and is not now.</p>`}
<p>On the same rows, against <code>${behaviour.liveReleaseId}</code>: ${changeInWords(all)}. ${common.toLocaleString('en')} rows are in both tables,
${percent(common / Math.max(1, Math.min(rows.now, rows.former)))} of the smaller.${undecided === 0 ? '' : ` ${undecided.toLocaleString('en')} of them lack a decision and are not compared.`}${contradicted === 0 ? '' : ` ${contradicted.toLocaleString('en')} of them do not have the label, protected attributes and columns that they have there.`}</p>
${notComparedPart(behaviour, line)}
<table class="groups stack"><caption>Changed decisions by group</caption>
<thead><tr><th scope="col">Group</th><th scope="col">Share that changes</th><th scope="col">Yes to no</th><th scope="col">No to yes</th></tr></thead>
<tbody>${shown.map((group) => groupRow(group, shown))}</tbody></table>
${few === 0 ? '' : html`<p class="note">${few} ${few === 1 ? 'group' : 'groups'} of fewer than ${MINIMUM_ROWS} compared rows not shown.</p>`}
${others === 0 ? '' : html`<p class="note">${others} more ${others === 1 ? 'group' : 'groups'} not shown: of each attribute those that lose least, and those for which there was no room.</p>`}</section>`;
};

type Line = Pick<FairnessLine, 'isJudged'>;

const turnsOf = ({ isJudged }: Line) => ({
  attributeOf: ({ attribute }: { readonly attribute: string }): string => attribute,
  isFirst: isJudged,
});

/** The judged attributes first, and of these who loses most beyond chance: a share alone says nothing of rows or direction. */
const losersFirst = (groups: readonly Group[], { isJudged }: Line): Group[] =>
  groups.toSorted(
    (a, b) =>
      Number(isJudged(b.attribute)) - Number(isJudged(a.attribute)) || lossOf(b) - lossOf(a) || shareOf(b) - shareOf(a),
  );

/** By how many standard errors more decisions turn to no than to yes (McNemar); negative for who gains. */
const lossOf = ({ yesToNo, noToYes }: Decisions): number =>
  (yesToNo - noToYes) / Math.sqrt(Math.max(1, yesToNo + noToYes));

/** Rows that the live release decided and that are not compared, or may be other rows: of these nobody knows what changes. */
const notComparedPart = (
  { live, liveGroups = [], liveGroupsLeftOut = 0, liveReleaseId }: BehaviourRecord,
  line: Line,
): Html | string => {
  if (live === undefined) return '';
  const short = liveGroups
    .filter((group) => soundIn(group) < group.rows)
    .sort((a, b) => soundIn(a) / a.rows - soundIn(b) / b.rows);
  const shown = byTurns(short, GROUPS_SHOWN, turnsOf(line));
  const others = short.length - shown.length + liveGroupsLeftOut;
  const told = html`<p>Of the ${live.rows.toLocaleString('en')} rows that <code>${liveReleaseId}</code> decided, ${soundIn(live).toLocaleString('en')} are compared
and the same as far as the tables say.</p>`;
  if (short.length === 0) return told;
  return html`${told}
<table class="stack"><caption>Rows that are not compared, by group of <code>${liveReleaseId}</code></caption>
<thead><tr><th scope="col">Group</th><th scope="col">Compared</th><th scope="col">Missing</th><th scope="col">Without a decision</th><th scope="col">Others</th></tr></thead>
<tbody>${shown.map(notComparedRow)}</tbody></table>
${others === 0 ? '' : html`<p class="note">${others} more ${others === 1 ? 'group' : 'groups'} not shown.</p>`}`;
};

type LiveGroup = NonNullable<BehaviourRecord['liveGroups']>[number];

const soundIn = (group: Pick<LiveGroup, 'contradicted'> & Decisions): number => comparedIn(group) - group.contradicted;

const notComparedRow = (group: LiveGroup): Html => {
  const { attribute, value, rows, undecided, contradicted } = group;
  const missing = rows - comparedIn(group) - undecided;
  return html`<tr><th scope="row">${asWritten(attribute)} ${asWritten(value)}</th>
<td class="number" data-label="Compared">${percent(soundIn(group) / rows)} of ${rows.toLocaleString('en')}</td>
<td class="number" data-label="Missing">${missing.toLocaleString('en')}</td>
<td class="number" data-label="Without a decision">${undecided.toLocaleString('en')}</td>
<td class="number" data-label="Others">${contradicted.toLocaleString('en')}</td></tr>`;
};

const shareOf = (decisions: Decisions): number => changedIn(decisions) / Math.max(1, comparedIn(decisions));

/** The p-value says whether one direction prevails by more than chance. */
const changeInWords = (decisions: Decisions): string => {
  const p = mcnemar(decisions);
  const test = p === undefined ? '' : ` (McNemar p ${p.toFixed(4)})`;
  return `${changedIn(decisions).toLocaleString('en')} of ${comparedIn(decisions).toLocaleString('en')} decisions change, ${decisions.yesToNo.toLocaleString('en')} from yes to no and ${decisions.noToYes.toLocaleString('en')} from no to yes${test}`;
};

/** Drawn against the group in which most changes. */
const groupRow = (group: Group, groups: readonly Group[]): Html => {
  const highest = Math.max(...groups.map(shareOf));
  const width = highest === 0 ? '0' : ((shareOf(group) / highest) * 100).toFixed(2);
  return html`<tr><th scope="row">${asWritten(group.attribute)} ${asWritten(group.value)}</th>
<td class="picture"><svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${percent(shareOf(group))} of the decisions change">
<rect class="track" width="100" height="10"/><rect class="value" width="${width}" height="10"/></svg>
<span class="number">${percent(shareOf(group))} of ${comparedIn(group).toLocaleString('en')}</span></td>
<td class="number" data-label="Yes to no">${group.yesToNo.toLocaleString('en')}</td>
<td class="number" data-label="No to yes">${group.noToYes.toLocaleString('en')}</td></tr>`;
};
